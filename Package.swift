// swift-tools-version: 6.2
import PackageDescription

// The parts of Gantry, one line each, in the order of their layers. This list is the only place that says which
// part may import which: the tidy test holds the sources to it and generates the table in ARCHITECTURE.md from it.
// A part marked `agent: true` is linked into gantry-agent and may not reach Foundation, directly or through others.
let parts: [Part] = [
    Part(
        0, "CGantry", agent: true, "C, header only: spawn, namespaces, pidfd, cgroup and prctl calls, CRC-32C"
    ),
    Part(0, "CPCRE2", agent: true, "PCRE2 of the system, in its 8-bit form: regular expressions with bounds"),
    Part(0, "CZlib", agent: true, "zlib of the system: gzip"),
    Part(
        0, "GantryBase", agent: true,
        "error type, time, ids, amounts with units, injected clock and randomness"),
    Part(
        1, "Wire", agent: true, uses: ["CZlib", "GantryBase"],
        "codecs without I/O: JSON, OTLP, gzip, trace context, log lines, histograms, masking"),
    Part(
        1, "Expressions", agent: true, uses: ["CPCRE2", "GantryBase"],
        "the language of searches and conditions: parsed, checked, and matched against records"),
    Part(
        2, "Model", agent: true, uses: ["GantryBase", "Wire"],
        "platform, service, workload, release, run and rollout values; what is stored and what is sent"),
    Part(
        3, "Specification", uses: ["GantryBase", "Wire", "Model"], libraries: ["Yams/Yams"],
        "YAML to Model with all mistakes at once; the naming norm; JSON Schemas"),
    Part(
        3, "State", uses: ["GantryBase", "Wire", "Model"],
        "contract of the versioned object store, typed access to it, and its conformance suite"),
    Part(
        3, "Supervision", agent: true, uses: ["CGantry", "GantryBase", "Wire", "Model"],
        "one process table (nothing else in a process spawns), control groups, the running of a step"),
    Part(
        3, "Planning", uses: ["GantryBase", "Model"],
        "pure planners: matrix, diff, replicas, rollout, run progress, queue"),
    Part(
        3, "Clusters", uses: ["GantryBase", "Model"],
        "contract of a place where workloads run, and its conformance suite"),
    Part(
        3, "RegionProxy", agent: true, uses: ["GantryBase", "Wire", "Model"],
        libraries: ["swift-nio/NIOCore", "swift-nio/NIOPosix"],
        "balances over ready endpoints of a region, routes its front doors, drains"),
    Part(
        3, "Collecting", agent: true, uses: ["CGantry", "GantryBase", "Wire", "Model"],
        libraries: ["swift-nio/NIOCore", "swift-nio/NIOPosix", "swift-nio/NIOHTTP1"],
        "collects an instance's signals: receives OTLP, follows files, masks, counts calls, spools, sends"),
    Part(
        3, "Telemetry", uses: ["GantryBase", "Wire", "Expressions", "Model"],
        "contract of the store of logs, spans, calls and metric series, and its conformance suite"),
    Part(
        4, "StateSQLite", uses: ["GantryBase", "Wire", "State"], libraries: ["GRDB.swift/GRDB"],
        "the store on one SQLite file in WAL mode; the lock of a data directory"),
    Part(
        4, "TelemetrySQLite", uses: ["GantryBase", "Wire", "Expressions", "Model", "Telemetry"],
        libraries: ["GRDB.swift/GRDB", "GRDB.swift/GRDBSQLite"],
        "the first telemetry store, on one SQLite file: small on purpose, walks what it searches"),
    Part(
        4, "Access", uses: ["GantryBase", "Model", "State"],
        libraries: ["swift-crypto/Crypto", "swift-crypto/CryptoExtras"],
        "tokens, users and their passwords, rights by role and business, secrets encrypted at rest"),
    Part(
        4, "Artifacts", uses: ["GantryBase", "Wire", "Supervision"], libraries: ["swift-crypto/Crypto"],
        "builds of services as OCI images in a layout on disk"),
    Part(
        4, "Running", uses: ["GantryBase", "Wire", "Model", "Supervision"],
        "execution of pipeline steps: workspaces, isolation, logs, test reports"),
    Part(
        4, "GitHosting", uses: ["GantryBase", "Wire", "Model", "Supervision"],
        libraries: ["swift-nio/NIOCore"],
        "bare repositories, smart HTTP through git's own backend, and the talk with their hooks"),
    Part(
        4, "LocalCluster",
        uses: ["GantryBase", "Wire", "Model", "Clusters", "Planning", "Supervision", "Artifacts"],
        "workloads as processes of this machine, a proxy per region in front of them"),
    Part(
        5, "ControlPlane",
        uses: [
            "GantryBase", "Wire", "Model", "Specification", "State", "Planning", "Clusters", "Telemetry",
            "Access",
            "Artifacts", "Running", "GitHosting",
        ], libraries: ["swift-log/Logging", "swift-crypto/Crypto"],
        "one reconciler per kind, each observe, plan, act; the verbs of people"),
    Part(
        5, "Gateway", uses: ["GantryBase", "Wire", "Model", "Collecting", "Telemetry"],
        "takes signals in: identity, limits, counting of calls where no agent did, group append"),
    Part(
        5, "Console", uses: ["GantryBase", "Wire", "Expressions", "Model", "Telemetry"],
        "the web console without its transport: HTML, phrases, assets, components, pages made of them"
    ),
    Part(
        5, "SignIn", uses: ["GantryBase", "Wire", "Model", "Access"],
        libraries: [
            "swift-crypto/Crypto", "swift-crypto/CryptoExtras", "async-http-client/AsyncHTTPClient",
            "swift-nio/NIOCore", "swift-nio/NIOHTTP1",
        ], "asks a provider of identities who somebody is: OpenID Connect"),
    Part(
        6, "API",
        uses: [
            "GantryBase", "Wire", "Expressions", "Model", "State", "Planning", "Access", "Clusters",
            "Telemetry", "Running", "GitHosting", "ControlPlane", "Gateway", "Console", "SignIn",
        ],
        libraries: [
            "hummingbird/Hummingbird", "hummingbird/HummingbirdCore", "swift-http-types/HTTPTypes",
            "swift-nio/NIOCore", "swift-nio-ssl/NIOSSL", "swift-log/Logging",
        ],
        "the HTTP API and git's HTTP transport: reads requests, asks ControlPlane, writes answers"),
    Part(
        7, "Commands",
        uses: [
            "GantryBase", "Wire", "Model", "Specification", "State", "Supervision", "Clusters", "StateSQLite",
            "Telemetry", "TelemetrySQLite", "Access", "Artifacts", "Running", "GitHosting", "LocalCluster",
            "ControlPlane", "Gateway", "API",
        ],
        libraries: [
            "swift-argument-parser/ArgumentParser", "async-http-client/AsyncHTTPClient", "swift-nio/NIOCore",
            "swift-nio/NIOHTTP1", "swift-nio-ssl/NIOSSL", "swift-log/Logging",
            "swift-service-lifecycle/ServiceLifecycle",
            "swift-service-lifecycle/UnixSignals",
            "Yams/Yams",
        ], "the command line: one file per verb; the server put together; the demo"),
    Part(8, "gantry", uses: ["Commands"], "main only"),
    Part(
        8, "gantry-agent", agent: true,
        uses: ["GantryBase", "Model", "Supervision", "Collecting", "RegionProxy"],
        "main only; verbs of the agent"),
    Part(
        8, "gantry-bench",
        uses: [
            "GantryBase", "Wire", "Model", "Specification", "State", "Supervision", "Planning", "StateSQLite",
            "Expressions", "Telemetry", "TelemetrySQLite", "Gateway", "Running",
        ], "main only; what `make bench-server` measures or makes from inside"),
]

let libraries: [String: (url: String, from: Version)] = [
    "swift-http-types": ("https://github.com/apple/swift-http-types.git", "1.5.0"),
    "hummingbird": ("https://github.com/hummingbird-project/hummingbird.git", "2.28.1"),
    "async-http-client": ("https://github.com/swift-server/async-http-client.git", "1.37.0"),
    "swift-nio": ("https://github.com/apple/swift-nio.git", "2.101.2"),
    "GRDB.swift": ("https://github.com/groue/GRDB.swift.git", "7.10.0"),
    "swift-nio-ssl": ("https://github.com/apple/swift-nio-ssl.git", "2.37.1"),
    "swift-argument-parser": ("https://github.com/apple/swift-argument-parser.git", "1.8.2"),
    "swift-log": ("https://github.com/apple/swift-log.git", "1.16.2"),
    "swift-crypto": ("https://github.com/apple/swift-crypto.git", "4.5.2"),
    "swift-service-lifecycle": ("https://github.com/swift-server/swift-service-lifecycle.git", "2.13.0"),
    "Yams": ("https://github.com/jpsim/Yams.git", "6.2.2"),
]

/// Parts that only name a library of the system, by its name for pkg-config; `scripts/setup` installs it.
let systemLibraries: [String: (pkgConfig: String, apt: String)] = [
    "CPCRE2": ("libpcre2-8", "libpcre2-dev"), "CZlib": ("zlib", "zlib1g-dev"),
]

struct Part {
    var layer: Int
    var name: String
    var agent: Bool
    var uses: [String]
    var libraries: [String]
    var charter: String

    init(
        _ layer: Int, _ name: String, agent: Bool = false, uses: [String] = [], libraries: [String] = [],
        _ charter: String
    ) {
        (self.layer, self.name, self.agent) = (layer, name, agent)
        (self.uses, self.libraries, self.charter) = (uses, libraries, charter)
    }

    var dependencies: [Target.Dependency] {
        uses.map { .target(name: $0) }
            + libraries.map { library in
                let words = library.split(separator: "/").map(String.init)
                return .product(name: words[1], package: words[0])
            }
    }

    var target: Target {
        if let library = systemLibraries[name] {
            return .systemLibrary(name: name, pkgConfig: library.pkgConfig, providers: [.apt([library.apt])])
        }
        return programs.contains(name)
            ? .executableTarget(name: name, dependencies: dependencies, swiftSettings: Self.settings)
            : .target(
                name: name, dependencies: dependencies, exclude: notSwift[name] ?? [],
                swiftSettings: Self.settings)
    }

    static let settings: [SwiftSetting] = [
        .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}

let programs: Set<String> = ["gantry", "gantry-agent", "gantry-bench"]
let tests: [(name: String, uses: [String])] = [
    ("GantryBaseTests", ["GantryBase"]),
    ("WireTests", ["Wire", "GantryBase"]),
    ("ExpressionsTests", ["Expressions", "GantryBase"]),
    ("ArtifactsTests", ["Artifacts", "Supervision", "GantryBase"]),
    ("TidyTests", ["gantry-agent"]),
    ("ModelTests", ["Model", "GantryBase"]),
    ("SupervisionTests", ["Supervision", "CGantry", "GantryBase", "Wire", "Model", "gantry-agent"]),
    ("StateTests", ["State", "Access", "Model", "Wire", "GantryBase"]),
    ("StateSQLiteTests", ["StateSQLite", "State", "Model", "GantryBase"]),
    ("AccessTests", ["Access", "StateSQLite", "State", "Model", "GantryBase"]),
    (
        "SignInTests",
        ["SignIn", "Access", "StateSQLite", "State", "Supervision", "Wire", "Model", "GantryBase"]
    ),
    ("PlanningTests", ["Planning", "Model", "GantryBase"]),
    (
        "APITests",
        [
            "API", "Console", "ControlPlane", "Gateway", "GitHosting", "Running", "Clusters", "Access",
            "Supervision", "StateSQLite", "Telemetry", "TelemetrySQLite", "State", "Wire", "Model",
            "GantryBase", "SignIn",
        ]
    ),
    ("ConsoleTests", ["Console", "Telemetry", "Expressions", "Model", "Wire", "GantryBase"]),
    ("SpecificationTests", ["Specification", "Model", "GantryBase"]),
    ("CollectingTests", ["Collecting", "Model", "Wire", "GantryBase"]),
    (
        "GatewayTests",
        ["Gateway", "Telemetry", "TelemetrySQLite", "Expressions", "Model", "Wire", "GantryBase"]
    ),
    ("TelemetryTests", ["Telemetry", "TelemetrySQLite", "Expressions", "Model", "Wire", "GantryBase"]),
    ("GitHostingTests", ["GitHosting", "GantryBase", "Model", "Supervision"]),
    (
        "RunningTests",
        ["Running", "Supervision", "CGantry", "GantryBase", "Wire", "Model", "gantry-agent"]
    ),
    ("RegionProxyTests", ["RegionProxy", "Model", "Wire", "GantryBase", "gantry-agent"]),
    (
        "CommandsTests",
        [
            "Commands", "Access", "Supervision", "GantryBase", "Wire", "Model", "gantry", "gantry-agent",
            "API",
        ]
    ),
    (
        "LocalClusterTests",
        [
            "LocalCluster", "Clusters", "Planning", "Artifacts", "Supervision", "Wire", "Model", "GantryBase",
            "gantry-agent",
        ]
    ),
    (
        "ControlPlaneTests",
        [
            "ControlPlane", "StateSQLite", "State", "Model", "GantryBase", "Wire", "Planning", "Clusters",
            "Access",
            "Artifacts", "Running", "GitHosting", "Supervision", "Specification",
        ]
    ),
]
/// Data and scripts that lie beside sources and tests; the console's assets are embedded by `scripts/embed`.
let notSwift = [
    "Console": ["Assets"], "CollectingTests": ["sdk_export.py"], "SignInTests": ["provider.py"],
    "APITests": ["check_openapi.py", "check_metrics.py"],
    "SpecificationTests": ["Corpus", "check_schema.py"], "StateTests": ["Golden"],
    "WireTests": ["Fixtures"],
]
let usedPackages = Set(
    parts.flatMap(\.libraries).compactMap { $0.split(separator: "/").first.map(String.init) })

let package = Package(
    name: "gantry",
    platforms: [.macOS(.v15)],
    dependencies: usedPackages.sorted().compactMap { name in
        libraries[name].map { .package(url: $0.url, from: $0.from) }
    },
    targets: parts.map(\.target)
        + tests.map {
            .testTarget(
                name: $0.name, dependencies: $0.uses.map { .target(name: $0) },
                exclude: notSwift[$0.name] ?? [], resources: [], swiftSettings: Part.settings)
        }
)
