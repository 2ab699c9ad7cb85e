package import GantryBase
package import Model

/// How one workload fares, in the few words that lists have room for.
package struct WorkloadStanding: Sendable, Hashable {
    package enum Condition: String, Sendable, CaseIterable {
        /// In the order in which a person looks after them.
        case failed, unready, lost, progressing, ready, stopped
    }
    package var name: WorkloadName
    package var release: ReleaseName
    package var condition: Condition
    package var ready: Int
    package var wanted: Int
    /// Why it is not ready: the first line of what its worst instance or its cluster says.
    package var reason: String?
    package var restarts: Int
    package var instances: Int
    /// When the last of its instances changed; nil without instances.
    package var changedAt: Timestamp?
    package var isOverridden: Bool

    /// Of a reason in a list; the whole is on the page of the instance.
    package static let reasonCharacters = 240

    package init(
        _ name: WorkloadName, _ spec: WorkloadSpec, _ status: WorkloadStatus, isOverridden: Bool = false
    ) {
        (self.name, self.release, self.wanted) = (name, spec.release, spec.replicas)
        self.isOverridden = isOverridden
        ready = status.ready(of: spec.release)
        restarts = status.instances.reduce(0) { $0 + $1.restarts }
        instances = status.instances.count
        changedAt = status.instances.map(\.changedAt).max()
        condition = Self.condition(spec, status, ready: ready)
        reason = condition == .ready || condition == .stopped ? nil : Self.reason(status)
    }

    private static func condition(_ spec: WorkloadSpec, _ status: WorkloadStatus, ready: Int) -> Condition {
        let phases = Set(status.instances.map(\.phase))
        if status.problem != nil || phases.contains(.crashing) { return .failed }
        if spec.replicas == 0 { return phases.isSubset(of: [.stopped]) ? .stopped : .progressing }
        if phases.contains(.lost) { return .lost }
        let isMoving =
            !phases.isDisjoint(with: [.starting, .stopping]) || status.accepted?.release != spec.release
        if ready >= spec.replicas { return .ready }
        if phases.contains(.unready) { return .unready }
        return isMoving || status.instances.isEmpty ? .progressing : .unready
    }

    private static func reason(_ status: WorkloadStatus) -> String? {
        let order: [InstanceStatus.Phase] = [.crashing, .lost, .unready, .starting]
        let worst = order.lazy.compactMap { phase in
            status.instances.first { $0.phase == phase && $0.reason != nil }?.reason
        }.first
        return (status.problem ?? worst).map { firstLine($0) }
    }

    package static func firstLine(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.count > reasonCharacters ? line.prefix(reasonCharacters) + "…" : line
    }

    package var status: NamedStatus { condition.status }

    /// Whether somebody should look at it.
    package var needsAttention: Bool { condition == .failed || condition == .unready || condition == .lost }
}

extension WorkloadStanding.Condition: Comparable {
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    /// The worse is the smaller.
    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

    package var status: NamedStatus {
        switch self {
        case .failed: NamedStatus(.failed)
        case .unready: NamedStatus(.waiting, .unready)
        case .lost: NamedStatus(.unknown, .lost)
        case .progressing: NamedStatus(.progressing)
        case .ready: NamedStatus(.ready)
        case .stopped: NamedStatus(.stopped)
        }
    }
}
