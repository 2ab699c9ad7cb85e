// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "{{service}}",
    products: [
        .executable(
            name: "{{service}}",
            targets: ["{{SERVICE_MODULE}}Program"])
    ],
    targets: [
        .executableTarget(
            name: "{{SERVICE_MODULE}}Program",
            path: "Sources",
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
