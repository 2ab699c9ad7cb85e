public import GantryBase

/// A kind of object that State keeps: a spec that somebody wants and a status that a reconciler reports.
///
/// The schema version goes up when a stored document can no longer be read as it was; golden files of every version
/// stay in the tests.
public protocol StoredKind: Sendable {
    associatedtype Spec: Codable & Sendable & Hashable
    associatedtype Status: Codable & Sendable & Hashable
    static var kind: String { get }
    static var schemaVersion: Int { get }
    static var initialStatus: Status { get }
}

public struct NoStatus: Codable, Sendable, Hashable { public init() {} }

/// The platform; one object named `platform`.
public enum StoredPlatform: StoredKind {
    public typealias Spec = PlatformSpec
    public typealias Status = NoStatus
    public static let kind = "platform"
    public static let schemaVersion = 1
    public static let initialStatus = NoStatus()
    public static let name = "platform"
}

/// A repository; named by its service.
public enum StoredRepository: StoredKind {
    public struct Spec: Codable, Sendable, Hashable {
        public var service: ServiceName
        public var defaultBranch: String
        public init(service: ServiceName, defaultBranch: String = "main") {
            self.service = service
            self.defaultBranch = defaultBranch
        }
    }
    public struct Status: Codable, Sendable, Hashable {
        public struct Head: Codable, Sendable, Hashable {
            public var commit: String
            public var author: UserName
            public var at: Timestamp
            /// What service.yaml exposes at this commit, by environment; nil where it exposes nothing.
            public var exposed: [EnvironmentName: [Exposure]]?
            public init(
                commit: String, author: UserName, at: Timestamp,
                exposed: [EnvironmentName: [Exposure]]? = nil
            ) {
                self.commit = commit
                self.author = author
                self.at = at
                self.exposed = exposed
            }
        }
        /// The last recorded commit of each protected branch by full ref name.
        public var heads: [String: Head]
        /// The last number given to a `run`, `release` or `rollout` of the service.
        public var numbers: [String: Int]
        public init(heads: [String: Head] = [:], numbers: [String: Int] = [:]) {
            self.heads = heads
            self.numbers = numbers
        }
    }
    public static let kind = "repository"
    public static let schemaVersion = 1
    public static let initialStatus = Status()
}

/// A release; named `BUSINESS/SERVICE/NUMBER`, never changed once made.
public enum StoredRelease: StoredKind {
    public typealias Spec = Release
    public typealias Status = NoStatus
    public static let kind = "release"
    public static let schemaVersion = 1
    public static let initialStatus = NoStatus()
}

/// A pipeline run; named `BUSINESS/SERVICE/NUMBER`.
public enum StoredRun: StoredKind {
    public typealias Spec = RunSpec
    public typealias Status = RunStatus
    public static let kind = "run"
    public static let schemaVersion = 1
    public static let initialStatus = RunStatus()
}

/// A rollout; named `BUSINESS/SERVICE/NUMBER`.
public enum StoredRollout: StoredKind {
    public typealias Spec = RolloutTarget
    public typealias Status = RolloutStatus
    public static let kind = "rollout"
    public static let schemaVersion = 1
    public static let initialStatus = RolloutStatus()
}

/// A workload; named `BUSINESS/SERVICE/ENVIRONMENT/REGION`.
public enum StoredWorkload: StoredKind {
    public typealias Spec = WorkloadSpec
    public typealias Status = WorkloadStatus
    public static let kind = "workload"
    public static let schemaVersion = 1
    public static let initialStatus = WorkloadStatus()
}

/// A change by hand to what a workload would be otherwise; named as its workload.
public enum StoredOverride: StoredKind {
    public typealias Spec = WorkloadOverride
    public typealias Status = NoStatus
    public static let kind = "override"
    public static let schemaVersion = 1
    public static let initialStatus = NoStatus()
}
