public import GantryBase

/// What is wanted of one workload.
public struct WorkloadSpec: Codable, Sendable, Hashable {
    public var cluster: ClusterName
    public var release: ReleaseName
    /// Instances wanted; 0 stops the workload and keeps it known.
    public var replicas: Int
    /// The rollout that last set the release.
    public var rollout: RolloutName?

    public init(cluster: ClusterName, release: ReleaseName, replicas: Int, rollout: RolloutName? = nil) {
        (self.cluster, self.release, self.replicas, self.rollout) = (cluster, release, replicas, rollout)
    }
}

/// What a cluster last said of a workload.
public struct WorkloadStatus: Codable, Sendable, Hashable {
    public var instances: [InstanceStatus]
    /// Why the cluster could not do what is wanted, in words; nil when nothing is in the way.
    public var problem: String?
    /// What the cluster works towards; nil before it has taken up anything.
    public var accepted: AcceptedTarget?

    public init(instances: [InstanceStatus] = [], problem: String? = nil, accepted: AcceptedTarget? = nil) {
        (self.instances, self.problem, self.accepted) = (instances, problem, accepted)
    }

    public func ready(of release: ReleaseName) -> Int {
        instances.count { $0.release == release && $0.phase == .ready }
    }
}

/// The part of a workload's target that a cluster reports back, so that "not yet" can be told from "done".
public struct AcceptedTarget: Codable, Sendable, Hashable {
    public var release: ReleaseName
    public var replicas: Int
    /// Changes whenever instances have to be replaced: release, effective spec, configuration or a secret.
    public var generation: String

    public init(release: ReleaseName, replicas: Int, generation: String) {
        (self.release, self.replicas, self.generation) = (release, replicas, generation)
    }
}

public struct InstanceStatus: Codable, Sendable, Hashable {
    public enum Phase: String, Codable, Sendable, CaseIterable {
        /// Made, and not yet past its startup probe.
        case starting
        /// Started and not ready for requests.
        case unready
        case ready
        /// Leaves: waits out discovery, then drains.
        case stopping
        /// Ended as asked.
        case stopped
        /// Its program ends again and again, or could not be started; it is tried again with growing waits.
        case crashing
        /// Its agent is gone; a replacement is due.
        case lost
    }
    public var name: InstanceName
    public var release: ReleaseName
    public var phase: Phase
    /// Address of each port by name, as `host:port`.
    public var addresses: [String: String]
    public var restarts: Int
    /// Why it is in this phase, for a person: the probe's answer, the exit status, the last lines of output.
    public var reason: String?
    public var startedAt: Timestamp
    public var changedAt: Timestamp
    /// What the instance was made from beside its release (secrets, configuration, spec), as a text that only its
    /// cluster understands: an instance of another generation than the wanted one is replaced.
    public var generation: String

    public init(
        name: InstanceName, release: ReleaseName, phase: Phase, addresses: [String: String] = [:],
        restarts: Int = 0, reason: String? = nil, startedAt: Timestamp, changedAt: Timestamp,
        generation: String = ""
    ) {
        (self.name, self.release, self.phase, self.addresses) = (name, release, phase, addresses)
        (self.restarts, self.reason, self.startedAt, self.changedAt) = (
            restarts, reason, startedAt, changedAt
        )
        self.generation = generation
    }
}

/// A change by hand, shown in every plan until it is cleared.
public struct WorkloadOverride: Codable, Sendable, Hashable {
    public var replicas: Int
    public var author: UserName
    public var createdAt: Timestamp
    /// When it ends by itself; nil means when it is cleared.
    public var until: Timestamp?

    public init(replicas: Int, author: UserName, createdAt: Timestamp, until: Timestamp? = nil) {
        (self.replicas, self.author, self.createdAt, self.until) = (replicas, author, createdAt, until)
    }
}
