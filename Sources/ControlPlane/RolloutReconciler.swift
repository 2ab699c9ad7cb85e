import GantryBase
import Model
import Planning
import State

/// Moves an environment's workloads to a release, region by region, as `RolloutPlanner` decides.
struct RolloutReconciler: Reconciler {
    let title = "rollout"
    let kinds: Set<String> = [StoredRollout.kind, StoredWorkload.kind]
    let store: any StateStore
    let clusters: ClusterSet
    let time: TimeSource
    /// When this process began to watch: time in which nobody looked counts against no rollout.
    let watchingSince: Timestamp

    /// Deadlines are looked at this often.
    static let tick = Period.seconds(1)

    func names(concernedBy event: StateEvent) async throws -> [String] {
        if event.object.kind == StoredRollout.kind { return [event.object.name] }
        // The rollout that set its release: no other one waits for it.
        return (try? Stored<StoredWorkload>(event.object))?.spec.rollout.map { [$0.path] } ?? []
    }

    func allNames() async throws -> [String] {
        try await store.names(of: StoredRollout.self, labels: [Label.active: "true"])
    }

    func reconcile(_ name: String) async throws -> Period? {
        guard let rollout = try await store.get(StoredRollout.self, name), !rollout.status.phase.isFinal
        else {
            return nil
        }
        var step = RolloutPlanner.plan(
            rollout.spec, rollout.status, try await observe(rollout.spec), now: time.now(),
            watchingSince: watchingSince)
        step.status = await withOutput(step.status, after: rollout.status, rollout.spec)
        if step.status.phase == .succeeded { try await removeLeftBehind(by: rollout.spec) }
        // Written before it is done: after a crash in between, the same plan gives the same actions again.
        if step.status != rollout.status {
            var next = rollout
            next.status = step.status
            next.labels = rollout.spec.labels(active: !step.status.phase.isFinal)
            try await store.update(next)
        }
        for action in step.actions {
            do {
                try await carryOut(action, of: rollout.spec)
            } catch let error as GantryError where error.isLasting {
                // Asked for again and again it would hold the rollout, and its run, for ever.
                try await store.mutate(StoredRollout.self, name) {
                    if $0.status.cancelledBy == nil { $0.status.cancelledBy = "gantry: \(error.sentence)" }
                }
            }
        }
        return step.status.phase.isFinal ? nil : Self.tick
    }

    private func observe(_ target: RolloutTarget) async throws -> [RegionName: RegionObservation] {
        var observed: [RegionName: RegionObservation] = [:]
        if target.regions.isEmpty { return observed }
        let deadline: Period
        do {
            deadline = try await store.spec(of: target.release, in: target.environment).rollout.deadline
        } catch let error as GantryError where error.isLasting {
            // Going on fails by the same, and ends the rollout with the reason; here it would hold it for ever.
            deadline = RolloutSpec().deadline
        }
        for region in target.regions {
            let name = WorkloadName(target.release.service, target.environment, region)
            guard let workload = try await store.get(StoredWorkload.self, name.path) else {
                observed[region] = .absent(replicas: 0, deadline: deadline)
                continue
            }
            let accepted = workload.status.accepted
            observed[region] = RegionObservation(
                wanted: workload.spec.release, status: workload.status, replicas: workload.spec.replicas,
                isTakenUp: accepted?.release == workload.spec.release
                    && accepted?.replicas == workload.spec.replicas,
                deadline: deadline)
        }
        return observed
    }
}

// Acting. Every write is one commit with a guard on the rollout: one that has been cancelled since it was planned
// writes nothing, so that it never undoes what the rollout after it did.
extension RolloutReconciler {
    private func carryOut(_ action: RolloutAction, of target: RolloutTarget) async throws {
        switch action {
        case .setRelease(let region, let release):
            try await setRelease(release, in: region, of: target)
        case .removeWorkload(let region):
            let name = WorkloadName(target.release.service, target.environment, region)
            try await store.retryingConflicts {
                guard let rollout = try await current(target),
                    let workload = try await store.get(StoredWorkload.self, name.path)
                else { return }
                try await store.commit(
                    [.guarding(rollout), .remove(workload)],
                    audit: [removal(of: workload.name, by: target, "it did not become healthy there")])
            }
        }
    }

    private func current(_ target: RolloutTarget) async throws -> Stored<StoredRollout>? {
        let rollout = try await store.get(StoredRollout.self, target.name.path)
        return rollout?.status.cancelledBy == nil ? rollout : nil
    }

    private func setRelease(
        _ release: ReleaseName, in region: RegionName, of target: RolloutTarget
    ) async throws {
        let name = WorkloadName(target.release.service, target.environment, region)
        let spec = try await store.spec(of: release, in: target.environment)
        guard let cluster = try await store.platform().environment(target.environment)?.regions[region] else {
            throw GantryError(
                .notFound, "region \(region) is bound to no cluster in \(target.environment)",
                hint: "bind it under environments: in platform.yaml")
        }
        var labels = name.labels
        labels[Label.cluster] = cluster.text
        let allLabels = labels
        try await store.retryingConflicts {
            guard let rollout = try await current(target) else { return }
            let known = try await store.get(StoredWorkload.self, name.path)
            // Read after the workload, so that an override set in between makes the commit meet a conflict.
            let override = try await store.get(StoredOverride.self, name.path)?.spec
            let wanted = WorkloadSpec(
                cluster: cluster, release: release, replicas: override?.replicas ?? spec.scale.min,
                rollout: target.name)
            if known?.spec == wanted { return }
            let change: StateChange
            if var workload = known {
                workload.spec = wanted
                workload.labels = allLabels
                // What the cluster said so far was of another wish, even one of the same release.
                workload.status.accepted = nil
                change = try .update(workload)
            } else {
                change = try .create(StoredWorkload.self, name.path, spec: wanted, labels: allLabels)
            }
            try await store.commit([.guarding(rollout), change], audit: [])
        }
    }

    /// Takes away the workloads in regions that the release no longer names. Done before the rollout is written down as
    /// succeeded, so that a crash in between forgets none.
    private func removeLeftBehind(by target: RolloutTarget) async throws {
        let prefix = "\(target.release.service)/\(target.environment)/"
        for name in try await store.names(of: StoredWorkload.self, prefix: prefix) {
            guard let region = WorkloadName(path: name)?.region, !target.regions.contains(region),
                let guarded = try await current(target),
                let workload = try await store.get(StoredWorkload.self, name)
            else { continue }
            try await store.commit(
                [.guarding(guarded), .remove(workload)],
                audit: [removal(of: name, by: target, "release \(target.release) does not run there")])
        }
    }

    private func removal(of workload: String, by target: RolloutTarget, _ reason: String) -> AuditRecord {
        AuditRecord(
            at: time.now(), who: "gantry/rollout", action: "workload.remove", object: workload,
            detail: "rollout \(target.name): \(reason)")
    }
}
