// swift-tools-version: 6.2
import PackageDescription

// Measures the codecs of Wire alone: a package of its own, so that it builds in half a minute and without libraries.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("InternalImportsByDefault"),
]
let package = Package(
    name: "wire-bench",
    targets: [
        .target(name: "GantryBase", swiftSettings: settings),
        .target(name: "Wire", dependencies: ["GantryBase"], swiftSettings: settings),
        .executableTarget(
            name: "wire-bench", dependencies: ["Wire", "GantryBase"], swiftSettings: settings),
    ])
