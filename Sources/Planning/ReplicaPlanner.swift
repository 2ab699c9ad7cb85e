package import GantryBase
package import Model

/// What is wanted of the instances of one workload.
package struct ReplicaGoal: Sendable, Hashable {
    package var release: ReleaseName
    /// What instances are made from beside the release; one of another generation is replaced.
    package var generation: String
    package var replicas: Int
    package var surge: Int
    package var unavailable: Int

    package init(
        release: ReleaseName, generation: String = "", replicas: Int, surge: Int, unavailable: Int
    ) {
        (self.release, self.generation) = (release, generation)
        (self.replicas, self.surge, self.unavailable) = (replicas, surge, unavailable)
    }

    /// The least ready instances that the planner may leave by its own doing.
    package var leastReady: Int { max(0, max(0, replicas) - max(0, unavailable)) }
    /// The most instances that are not stopping. Without any room nothing could ever be replaced: one more is then
    /// allowed, since one too many harms less than one too few.
    package var most: Int {
        let room = max(0, surge) == 0 && max(0, unavailable) == 0 ? 1 : max(0, surge)
        return replicas <= 0 ? 0 : replicas + room
    }
}

package enum ReplicaAction: Sendable, Hashable {
    case start(ReleaseName)
    /// Stops an instance by its stop policy. Of a lost instance: kills what is left of its group and forgets it.
    case stop(InstanceName)
}

/// Decides which instances of one workload to start and stop: the rolling update, scaling and replacing.
///
/// Carry the stops out before the starts, in the order given. Ask again after every change and also every few seconds,
/// since a pause may have ended. An instance that is stopping or stopped counts for nothing and is left alone.
package enum ReplicaPlanner {
    /// An instance lost this soon after its start was probably lost because of what it is.
    package static let earlyLoss = Period.seconds(10)
    /// Such an instance keeps its place for this long, so that a program that kills its agent makes no storm.
    package static let lossPause = Period.seconds(10)

    package static func plan(
        _ wanted: ReplicaGoal, _ instances: [InstanceStatus], now: Timestamp
    ) -> [ReplicaAction] {
        var work = ReplicaWork(wanted, instances, now: now)
        if wanted.replicas <= 0 {
            work.stopAll()
        } else {
            work.dropUnwantedOld()
            work.dropSurplusCurrent()
            work.dropUnreadyOld()
            work.dropReadyOld()
        }
        return work.actions()
    }
}

/// The state of one decision: what is left after the stops decided so far.
private struct ReplicaWork {
    let goal: ReplicaGoal
    var stops: [InstanceStatus] = []
    /// Of the wanted release and generation, and of others; youngest first.
    var current: [InstanceStatus] = []
    var old: [InstanceStatus] = []
    /// Places kept for instances that were lost early.
    var paused = 0

    init(_ goal: ReplicaGoal, _ instances: [InstanceStatus], now: Timestamp) {
        self.goal = goal
        for instance in instances.sorted(by: Self.youngerFirst) {
            let wanted = instance.release == goal.release && instance.generation == goal.generation
            switch instance.phase {
            case .stopping, .stopped: break
            case .lost:
                if wanted, goal.replicas > 0, Self.pauses(instance, now: now) {
                    paused += 1
                } else {
                    stops.append(instance)
                }
            case .starting, .unready, .ready, .crashing:
                if wanted { current.append(instance) } else { old.append(instance) }
            }
        }
    }

    /// A clock that went back ends the pause: a place must not stay empty for as long as the clock jumped.
    private static func pauses(_ lost: InstanceStatus, now: Timestamp) -> Bool {
        lost.changedAt < lost.startedAt + ReplicaPlanner.earlyLoss && lost.changedAt <= now
            && now < lost.changedAt + ReplicaPlanner.lossPause
    }

    private static func youngerFirst(_ a: InstanceStatus, _ b: InstanceStatus) -> Bool {
        a.startedAt != b.startedAt ? a.startedAt > b.startedAt : a.name < b.name
    }

    private var ready: Int { current.count(where: \.isReady) + old.count(where: \.isReady) }
    private var live: Int { current.count + old.count + paused }

    mutating func stopAll() { stops += old + current }

    /// Old instances that crash or never got past their start serve nobody.
    mutating func dropUnwantedOld() {
        stops += old.filter { $0.phase == .crashing || $0.phase == .starting }
        old.removeAll { $0.phase == .crashing || $0.phase == .starting }
    }

    /// Scales down: those that are not ready first, then the youngest, never below the least ready.
    mutating func dropSurplusCurrent() {
        let surplus = current.count - goal.replicas
        guard surplus > 0 else { return }
        var spare = ready - goal.leastReady
        for instance in current.sorted(by: { !$0.isReady && $1.isReady }).prefix(surplus) {
            if instance.isReady {
                guard spare > 0 else { return }
                spare -= 1
            }
            stop(instance)
        }
    }

    /// Old instances that are not ready now may be ready again before the new ones are: they go as fast as room is
    /// needed or new ones are ready, not all at once.
    mutating func dropUnreadyOld() {
        let currentUnready = current.count { !$0.isReady } + paused
        let count = max(live - goal.leastReady - currentUnready, live - goal.most)
        guard count > 0 else { return }
        for instance in old.filter({ !$0.isReady }).prefix(count) { stop(instance) }
    }

    mutating func dropReadyOld() {
        let spare = ready - goal.leastReady
        guard spare > 0 else { return }
        for instance in old.filter(\.isReady).prefix(spare) { stop(instance) }
    }

    private mutating func stop(_ instance: InstanceStatus) {
        stops.append(instance)
        current.removeAll { $0.name == instance.name }
        old.removeAll { $0.name == instance.name }
    }

    /// Crashing instances keep their places, so a release that cannot run is started at most once a place.
    func actions() -> [ReplicaAction] {
        let starts = max(0, min(goal.replicas - current.count - paused, goal.most - live))
        return stops.map { .stop($0.name) } + Array(repeating: .start(goal.release), count: starts)
    }
}

extension InstanceStatus {
    fileprivate var isReady: Bool { phase == .ready }
}
