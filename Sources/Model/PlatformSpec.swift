public import GantryBase

/// What one `platform.yaml` means: the frame that all services of an installation live in.
public struct PlatformSpec: Codable, Sendable, Hashable {
    public var name: String
    public var businesses: [Business]
    public var regions: [Region]
    public var clusters: [Cluster]
    /// In the order of promotion.
    public var environments: [EnvironmentSpec]
    /// Discovery systems by name with the time that callers may hold an address.
    public var discovery: [String: Period]
    public var pipelines: [String: [StageTemplate]]
    /// Branches whose pushes start a run, as exact names or with one trailing `*`.
    public var protectedBranches: [String]
    public var isolation: Isolation
    /// How people sign in beside by password; nil where nothing is said.
    public var signIn: SignInSpec?

    public init(
        name: String, businesses: [Business], regions: [Region], clusters: [Cluster],
        environments: [EnvironmentSpec], discovery: [String: Period] = Self.builtInDiscovery,
        pipelines: [String: [StageTemplate]], protectedBranches: [String] = ["main", "master"],
        isolation: Isolation = .business, signIn: SignInSpec? = nil
    ) {
        (self.name, self.businesses, self.regions, self.clusters) = (name, businesses, regions, clusters)
        (self.environments, self.discovery, self.pipelines) = (environments, discovery, pipelines)
        (self.protectedBranches, self.isolation, self.signIn) = (protectedBranches, isolation, signIn)
    }

    /// Waits by discovery system: the cache times of their clients, rounded up to what the company runs with.
    public static let builtInDiscovery: [String: Period] = [
        "kubernetes": .seconds(10), "polaris": .seconds(10), "cl5": .seconds(70), "tars": .seconds(75),
    ]

    public func business(_ name: BusinessName) -> Business? { businesses.first { $0.name == name } }
    public func environment(_ name: EnvironmentName) -> EnvironmentSpec? {
        environments.first { $0.name == name }
    }
    public func cluster(_ name: ClusterName) -> Cluster? { clusters.first { $0.name == name } }
}

/// How far pipeline steps and instances are kept apart on this machine.
public enum Isolation: String, Codable, Sendable, CaseIterable {
    /// A user of its own per business, and process and mount namespaces of their own for steps; refused where the
    /// machine cannot.
    case business
    /// Everything runs as the server's user. Only for machines where all code is trusted.
    case none
}

public struct Business: Codable, Sendable, Hashable {
    public var name: BusinessName
    public var title: String
    /// Patterns that the names of its services must match, beside the built-in norm.
    public var serviceNames: String?
    /// Who has which role here; `*` stands for every signed-in user.
    public var members: [UserName: Role]
    public var pipeline: String

    public init(
        name: BusinessName, title: String = "", serviceNames: String? = nil, members: [UserName: Role] = [:],
        pipeline: String = "default"
    ) {
        (self.name, self.title, self.serviceNames) = (name, title, serviceNames)
        (self.members, self.pipeline) = (members, pipeline)
    }
}

/// What a person may do in a business, each including those before it.
public enum Role: String, Codable, Sendable, CaseIterable, Comparable {
    case viewer, developer, approver, admin
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    public static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }
}

public struct Region: Codable, Sendable, Hashable {
    public var name: RegionName
    public var title: String
    public init(name: RegionName, title: String = "") {
        self.name = name
        self.title = title
    }
}

public struct Cluster: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, CaseIterable { case local, kubernetes }
    public var name: ClusterName
    public var kind: Kind
    public init(name: ClusterName, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

public struct EnvironmentSpec: Codable, Sendable, Hashable {
    public var name: EnvironmentName
    /// Which cluster each region is bound to; a region without one is absent from this environment.
    public var regions: [RegionName: ClusterName]
    public init(name: EnvironmentName, regions: [RegionName: ClusterName]) {
        self.name = name
        self.regions = regions
    }
}

/// One stage of a pipeline template: steps, or a gate, or a rollout.
public struct StageTemplate: Codable, Sendable, Hashable {
    public enum Work: Codable, Sendable, Hashable {
        case steps([StepKind])
        case approval(role: Role)
        case rollout(environment: EnvironmentName)
    }
    public var name: String
    public var work: Work
    public init(name: String, work: Work) {
        self.name = name
        self.work = work
    }
}

/// What a step does. `lint`, `test` and `build` run the commands of `service.yaml`; the others are Gantry's own.
public enum StepKind: String, Codable, Sendable, CaseIterable { case checkout, lint, test, build, release }
