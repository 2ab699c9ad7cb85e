// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "doctor",
    targets: [.executableTarget(name: "doctor", swiftSettings: [.swiftLanguageMode(.v6)])]
)
