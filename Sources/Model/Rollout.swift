public import GantryBase

/// The wish to move an environment's workloads of one service to a release.
public struct RolloutTarget: Codable, Sendable, Hashable {
    public enum Cause: Codable, Sendable, Hashable {
        case run(RunName)
        case rollback(by: UserName)
    }
    public var name: RolloutName
    public var environment: EnvironmentName
    public var release: ReleaseName
    /// In the order in which they are updated.
    public var regions: [RegionName]
    /// The release that each region returns to when it does not become healthy; absent on a first rollout.
    public var lastGood: [RegionName: ReleaseName]
    public var cause: Cause
    public var createdAt: Timestamp

    public init(
        name: RolloutName, environment: EnvironmentName, release: ReleaseName, regions: [RegionName],
        lastGood: [RegionName: ReleaseName], cause: Cause, createdAt: Timestamp
    ) {
        (self.name, self.environment, self.release, self.regions) = (name, environment, release, regions)
        (self.lastGood, self.cause, self.createdAt) = (lastGood, cause, createdAt)
    }
}

public struct RolloutStatus: Codable, Sendable, Hashable {
    public enum Phase: String, Codable, Sendable, CaseIterable {
        case pending, progressing
        /// A region failed and goes back to its last good release.
        case returning
        case succeeded, failed, cancelled
        public var isFinal: Bool { self == .succeeded || self == .failed || self == .cancelled }
    }
    public var phase: Phase
    public var regions: [RegionProgress]
    public var reason: String?
    public var finishedAt: Timestamp?
    /// A newer rollout of the same service and environment takes over, or a person stopped it.
    public var cancelledBy: String?

    public init(phase: Phase = .pending, regions: [RegionProgress] = []) {
        self.phase = phase
        self.regions = regions
    }
}

public struct RegionProgress: Codable, Sendable, Hashable {
    public enum Phase: String, Codable, Sendable, CaseIterable {
        case waiting, progressing, healthy
        /// Did not become healthy and is going back.
        case returning
        /// Is back on its last good release, or has been taken away where there was none.
        case returned
    }
    public var region: RegionName
    public var phase: Phase
    public var startedAt: Timestamp?
    public var finishedAt: Timestamp?
    /// When the number of ready instances of the release last rose; the deadline counts from here.
    public var progressedAt: Timestamp?
    /// The most instances of the release that were ready at once.
    public var bestReady: Int
    /// Why the region failed, with the last lines of the program's output.
    public var reason: String?

    public init(region: RegionName, phase: Phase = .waiting) {
        self.region = region
        self.phase = phase
        bestReady = 0
    }
}
