public import GantryBase

/// What a service is in one environment: the meaning of its `service.yaml` with defaults and overrides applied.
public struct ServiceSpec: Codable, Sendable, Hashable {
    public var name: ServiceName
    public var language: Language
    public var owner: [String]
    public var build: BuildSpec
    /// The program and its arguments; started without a shell.
    public var command: [String]
    public var ports: [PortSpec]
    public var calls: [ServiceName]
    public var health: HealthSpec
    public var stop: StopSpec
    public var resources: ResourceSpec
    public var scale: ScaleSpec
    public var rollout: RolloutSpec
    public var expose: [Exposure]
    public var env: [String: String]
    /// Paths of files in the repository whose contents are versioned with the release.
    public var configFiles: [String]
    /// Names of secrets given to the program as environment variables.
    public var secrets: [String]
    public var egress: [String]
    /// Nil means the defaults of `LogsSpec`.
    public var logs: LogsSpec?
    /// The regions of this environment that the service runs in, in the order of the platform.
    public var regions: [RegionName]

    public init(
        name: ServiceName, language: Language, owner: [String] = [], build: BuildSpec = BuildSpec(),
        command: [String], ports: [PortSpec] = [], calls: [ServiceName] = [],
        health: HealthSpec = HealthSpec(), stop: StopSpec, resources: ResourceSpec = ResourceSpec(),
        scale: ScaleSpec = ScaleSpec(), rollout: RolloutSpec = RolloutSpec(), expose: [Exposure] = [],
        env: [String: String] = [:], configFiles: [String] = [], secrets: [String] = [],
        egress: [String] = [], logs: LogsSpec? = nil,
        regions: [RegionName]
    ) {
        (self.name, self.language, self.owner, self.build, self.command) = (
            name, language, owner, build, command
        )
        (self.ports, self.calls, self.health, self.stop) = (ports, calls, health, stop)
        (self.resources, self.scale, self.rollout, self.expose) = (resources, scale, rollout, expose)
        (self.env, self.configFiles, self.secrets, self.egress) = (env, configFiles, secrets, egress)
        (self.logs, self.regions) = (logs, regions)
    }
}

/// `python@3.11`
public struct Language: Codable, Sendable, Hashable, CustomStringConvertible {
    public var name: String
    public var version: String
    public init(_ name: String, _ version: String) {
        self.name = name
        self.version = version
    }
    public var description: String { "\(name)@\(version)" }
}

/// Shell commands run in the repository; nil means that the step has nothing to do and says so.
public struct BuildSpec: Codable, Sendable, Hashable {
    public var lint: String?
    public var test: String?
    public var command: String?
    /// What goes into the artifact, as paths in the repository; empty means all but `.git`.
    public var output: [String]

    public init(lint: String? = nil, test: String? = nil, command: String? = nil, output: [String] = []) {
        self.lint = lint
        self.test = test
        self.command = command
        self.output = output
    }
}

public struct PortSpec: Codable, Sendable, Hashable {
    public enum Transport: String, Codable, Sendable, CaseIterable { case http, tcp }
    public var name: String
    public var port: Int
    public var transport: Transport

    public init(name: String, port: Int, transport: Transport = .http) {
        self.name = name
        self.port = port
        self.transport = transport
    }
    private enum CodingKeys: String, CodingKey {
        case name, port
        case transport = "protocol"
    }
}

/// From request to limit: what an instance is given, and what it may use at most.
public struct ResourceSpec: Codable, Sendable, Hashable {
    public struct Bounds<Amount: UnitText>: Codable, Sendable, Hashable {
        public var request: Amount
        public var limit: Amount
        public init(request: Amount, limit: Amount) {
            self.request = request
            self.limit = limit
        }
    }
    public var cpu: Bounds<CPUAmount>
    public var memory: Bounds<ByteCount>

    /// The defaults of the company's test namespaces: request 100m and 256Mi, limit 500m and 512Mi.
    public init(
        cpu: Bounds<CPUAmount> = Bounds(
            request: CPUAmount(millicores: 100), limit: CPUAmount(millicores: 500)),
        memory: Bounds<ByteCount> = Bounds(request: .mebibytes(256), limit: .mebibytes(512))
    ) {
        self.cpu = cpu
        self.memory = memory
    }
}

public struct ScaleSpec: Codable, Sendable, Hashable {
    public var min: Int
    public var max: Int
    /// Target use of the requested processor, in percent.
    public var cpu: Int?
    /// Target requests per second and instance.
    public var rps: Int?

    public init(min: Int = 1, max: Int = 1, cpu: Int? = nil, rps: Int? = nil) {
        self.min = min
        self.max = max
        self.cpu = cpu
        self.rps = rps
    }
}

/// The bounds of a rolling update inside one workload, and how long it may take to become healthy.
public struct RolloutSpec: Codable, Sendable, Hashable {
    /// Instances above the wanted number while updating.
    public var surge: Int
    /// Instances below the wanted number while updating.
    public var unavailable: Int
    /// Without progress for this long a region has failed.
    public var deadline: Period

    public init(surge: Int = 1, unavailable: Int = 0, deadline: Period = .minutes(2)) {
        self.surge = surge
        self.unavailable = unavailable
        self.deadline = deadline
    }
}

/// A host and path prefix answered at the front door of each region.
public struct Exposure: Codable, Sendable, Hashable {
    public var host: String
    public var path: String
    public init(host: String, path: String = "/") {
        self.host = host
        self.path = path
    }

    /// The form in which two are equal that answer the same requests: a path is a prefix of whole segments.
    public var normal: Exposure {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return Exposure(host: host.lowercased(), path: path)
    }
}

/// A service in all environments that it runs in; what one `service.yaml` means on one platform.
public struct ServiceDefinition: Codable, Sendable, Hashable {
    public var name: ServiceName
    /// In the order of the platform's environments; one is absent when the service does not run there.
    public var environments: [EnvironmentName: ServiceSpec]

    public init(name: ServiceName, environments: [EnvironmentName: ServiceSpec]) {
        self.name = name
        self.environments = environments
    }
}

/// Where a service writes its log beside its standard output, and how.
public struct LogsSpec: Codable, Sendable, Hashable {
    public enum Format: String, Codable, Sendable, CaseIterable {
        /// JSON where a line is an object, else the layouts of the usual loggers, else plain text.
        case auto
        case json, plain
    }
    /// Stands for the instance's own folder at the beginning of a path.
    public static let home = "$HOME"

    /// Patterns of absolute paths, `/data/log/*.log`, or of paths below `home`.
    public var files: [String]
    public var format: Format
    /// What is masked beside what the platform masks: `phone`, `id-card`, `bank-card`.
    public var mask: [String]

    public init(files: [String] = [], format: Format = .auto, mask: [String] = []) {
        (self.files, self.format, self.mask) = (files, format, mask)
    }
}
