import GantryBase
import Model

/// One decision of the rollout planner under way.
struct RolloutWork {
    let target: RolloutTarget
    let observed: [RegionName: RegionObservation]
    let now: Timestamp
    let watchingSince: Timestamp
    var status: RolloutStatus
    var actions: [RolloutAction] = []

    init(
        _ target: RolloutTarget, _ status: RolloutStatus, _ observed: [RegionName: RegionObservation],
        now: Timestamp, watchingSince: Timestamp
    ) {
        (self.target, self.observed, self.now) = (target, observed, now)
        (self.watchingSince, self.status) = (watchingSince, status)
        self.status.regions = target.regions.map { name in
            status.regions.first { $0.region == name } ?? RegionProgress(region: name)
        }
    }

    mutating func advance() {
        // Said anew at each look: what was in the way may be gone.
        status.reason = nil
        for index in status.regions.indices {
            switch status.regions[index].phase {
            case .healthy: continue
            case .waiting: start(index)
            case .progressing: break
            case .returning, .returned: return goBack(index)
            }
            status.phase = .progressing
            guard progress(index) else { return }
        }
        finish(.succeeded, status.regions.isEmpty ? "there is no region to update" : nil)
    }

    mutating func cancel(by person: String) {
        var words = ["cancelled by \(person)"]
        for index in status.regions.indices {
            let region = status.regions[index].region
            guard [.progressing, .returning].contains(status.regions[index].phase) else { continue }
            status.regions[index].finishedAt = now
            let wanted = observed[region]?.wanted.map { "release \($0.number)" } ?? "no release"
            words.append("\(region) was under way and is left as it is, with \(wanted) wanted")
        }
        words += restOfRegions()
        finish(.cancelled, words.joined(separator: "; "))
    }

    private mutating func start(_ index: Int) {
        status.regions[index].phase = .progressing
        status.regions[index].startedAt = now
        status.regions[index].progressedAt = now
        status.regions[index].bestReady = 0
    }

    /// Moves one region on; true when it is healthy and the next may start.
    private mutating func progress(_ index: Int) -> Bool {
        let region = status.regions[index].region
        let seen = observation(region)
        if seen.wanted != target.release { actions.append(.setRelease(region, target.release)) }
        note(ready: seen.status.ready(of: target.release), in: index)
        if isAt(target.release, seen) {
            status.regions[index].phase = .healthy
            status.regions[index].finishedAt = now
            return true
        }
        if let why = failure(index, seen) {
            status.regions[index].reason = why
            status.regions[index].phase = .returning
            status.regions[index].progressedAt = now
            // From here on it counts the ready instances of the release that the region goes back to.
            status.regions[index].bestReady = 0
            status.phase = .returning
            actions = []
            goBack(index)
        } else if seen.wanted == target.release, let problem = seen.status.problem {
            status.reason = "\(region) waits: \(problem)"
        }
        return false
    }

    /// Records a rise of the ready instances, and starts the deadline afresh when the clock went back.
    private mutating func note(ready: Int, in index: Int) {
        let last = status.regions[index].progressedAt
        if ready > status.regions[index].bestReady || last.map({ now < $0 }) ?? true {
            status.regions[index].progressedAt = now
        }
        status.regions[index].bestReady = max(ready, status.regions[index].bestReady)
    }

    private func observation(_ region: RegionName) -> RegionObservation {
        observed[region] ?? .absent(replicas: 1, deadline: RolloutSpec().deadline)
    }

    private func isAt(_ release: ReleaseName, _ seen: RegionObservation) -> Bool {
        seen.wanted == release && seen.isTakenUp && seen.status.ready(of: release) >= seen.replicas
            && !seen.status.instances.contains { $0.release != release && $0.isLive }
    }

    private func waited(_ index: Int) -> Period {
        now - max(status.regions[index].progressedAt ?? now, watchingSince)
    }
}

// Failing and going back.
extension RolloutWork {
    private mutating func failure(_ index: Int, _ seen: RegionObservation) -> String? {
        guard seen.wanted == target.release else {
            // The wish is not stored yet, so nothing can have been tried: the deadline counts from when it is.
            if waited(index) >= seen.deadline { status.regions[index].progressedAt = now }
            return nil
        }
        let started = status.regions[index].startedAt ?? now
        let crashed = seen.status.instances.contains {
            $0.release == target.release && $0.phase == .crashing
                && $0.restarts >= RolloutPlanner.crashRestarts && $0.startedAt >= started
        }
        guard crashed || waited(index) >= seen.deadline else { return nil }
        let ready = seen.status.ready(of: target.release)
        let state = "\(ready) of \(seen.replicas) instances of release \(target.release.number) ready"
        let why = crashed ? "its program ends again and again" : "no progress for \(seen.deadline)"
        return ([state, why] + seen.troubles(of: target.release)).joined(separator: "; ")
    }

    private mutating func goBack(_ index: Int) {
        let region = status.regions[index].region
        let seen = observation(region)
        status.reason = status.regions[index].reason.map { "\(region) goes back: \($0)" }
        guard let good = target.lastGood[region] else {
            guard seen.isGone else {
                if seen.wanted != nil { actions.append(.removeWorkload(region)) }
                return giveUpReturning(index, isStored: seen.wanted == nil, deadline: seen.deadline)
            }
            return fail(index, "it has been taken away, as no release ran there before")
        }
        guard good != target.release else {
            return fail(index, "it stays on release \(good.number), as there is no other to return to")
        }
        if seen.wanted != good { actions.append(.setRelease(region, good)) }
        note(ready: seen.status.ready(of: good), in: index)
        guard isAt(good, seen) else {
            return giveUpReturning(index, isStored: seen.wanted == good, deadline: seen.deadline)
        }
        fail(index, "it is back on release \(good.number)")
    }

    /// Ends a return that makes no progress: what is wanted is stored, and the cluster goes on trying without us.
    private mutating func giveUpReturning(_ index: Int, isStored: Bool, deadline: Period) {
        if status.regions[index].progressedAt.map({ now < $0 }) ?? true {
            status.regions[index].progressedAt = now
        }
        guard waited(index) >= deadline else { return }
        guard isStored else {
            status.regions[index].progressedAt = now
            return
        }
        fail(index, "it was sent back and did not get there within \(deadline)", returned: false)
    }

    private mutating func fail(_ index: Int, _ outcome: String, returned: Bool = true) {
        if returned { status.regions[index].phase = .returned }
        status.regions[index].finishedAt = now
        let region = status.regions[index].region
        let why = status.regions[index].reason ?? "no reason is known"
        let words = ["\(region) did not become healthy: \(why)", outcome] + restOfRegions()
        finish(.failed, words.joined(separator: "; "))
    }

    private func restOfRegions() -> [String] {
        func names(_ phase: RegionProgress.Phase) -> String {
            status.regions.filter { $0.phase == phase }.map(\.region.text).joined(separator: ", ")
        }
        var words: [String] = []
        let (healthy, waiting) = (names(.healthy), names(.waiting))
        if !healthy.isEmpty { words.append("on release \(target.release.number) and healthy: \(healthy)") }
        if !waiting.isEmpty { words.append("not touched: \(waiting)") }
        return words
    }

    private mutating func finish(_ phase: RolloutStatus.Phase, _ reason: String?) {
        status.phase = phase
        status.reason = reason
        status.finishedAt = now
    }
}

extension InstanceStatus {
    /// Runs, or is being made to run, and has not been told to stop.
    fileprivate var isLive: Bool {
        switch phase {
        case .starting, .unready, .ready, .crashing: true
        case .stopping, .stopped, .lost: false
        }
    }
}

extension RegionObservation {
    fileprivate var isGone: Bool { wanted == nil && !status.instances.contains(where: \.isLive) }

    /// Why the release does not become ready: the cluster's problem and the first failing instance, the worst first.
    fileprivate func troubles(of release: ReleaseName) -> [String] {
        var words = status.problem.map { [$0] } ?? []
        let order: [InstanceStatus.Phase] = [.crashing, .lost, .unready, .starting]
        let failing = order.lazy.compactMap { phase in
            status.instances.filter { $0.release == release && $0.phase == phase }
                .min { $0.name.id < $1.name.id }
        }
        if let instance = failing.first {
            let reason = instance.reason.map { ": " + $0.suffix(RolloutPlanner.reasonCharacters) } ?? ""
            words.append("instance \(instance.name.id) is \(instance.phase.rawValue)\(reason)")
        }
        if words.isEmpty, !isTakenUp { words.append("the cluster has not taken up the change") }
        return words
    }
}
