import GantryBase
import Model
import Planning
import State

/// Moves an environment's workloads to a release, region by region, as `RolloutPlanner` decides.
struct RolloutReconciler: Reconciler {
    let title = "rollout"
    let kinds: Set<String> = [StoredRollout.kind, StoredWorkload.kind]
    let store: any StateStore
    let time: TimeSource
    /// When this process began to watch: time in which nobody looked counts against no rollout.
    let watchingSince: Timestamp

    /// Deadlines are looked at this often.
    static let tick = Period.seconds(1)

    func names(concernedBy event: StateEvent) async throws -> [String] {
        if event.object.kind == StoredRollout.kind { return [event.object.name] }
        guard let workload = WorkloadName(path: event.object.name) else { return [] }
        return try await store.activeRollouts(of: workload.service)
            .filter { $0.spec.environment == workload.environment }.map(\.name)
    }

    func allNames() async throws -> [String] { try await store.activeRollouts().map(\.name) }

    func hints() -> AsyncStream<String> { AsyncStream { $0.finish() } }

    func reconcile(_ name: String) async throws -> Period? {
        guard let rollout = try await store.get(StoredRollout.self, name), !rollout.status.phase.isFinal
        else {
            return nil
        }
        let target = rollout.spec
        var observed: [RegionName: RegionObservation] = [:]
        for region in target.regions { observed[region] = try await observe(region, of: target) }
        let step = RolloutPlanner.plan(
            target, rollout.status, observed, now: time.now(), watchingSince: watchingSince)
        // Written before it is done: after a crash in between, the same plan gives the same actions again.
        if step.status != rollout.status {
            var next = rollout
            next.status = step.status
            next.labels = target.labels(active: !step.status.phase.isFinal)
            try await store.update(next)
        }
        for action in step.actions { try await carryOut(action, of: target) }
        return step.status.phase.isFinal ? nil : Self.tick
    }

    private func observe(_ region: RegionName, of target: RolloutTarget) async throws -> RegionObservation {
        let name = WorkloadName(target.release.service, target.environment, region)
        let deadline = try await store.spec(of: target.release, in: target.environment).rollout.deadline
        guard let workload = try await store.get(StoredWorkload.self, name.path) else {
            return RegionObservation(
                wanted: nil, status: WorkloadStatus(), replicas: 0, isTakenUp: false, deadline: deadline)
        }
        let accepted = workload.status.accepted
        return RegionObservation(
            wanted: workload.spec.release, status: workload.status, replicas: workload.spec.replicas,
            isTakenUp: accepted?.release == workload.spec.release
                && accepted?.replicas == workload.spec.replicas,
            deadline: deadline)
    }

    private func carryOut(_ action: RolloutAction, of target: RolloutTarget) async throws {
        switch action {
        case .setRelease(let region, let release):
            try await setRelease(release, in: region, of: target)
        case .removeWorkload(let region):
            let name = WorkloadName(target.release.service, target.environment, region)
            if let stored = try await store.get(StoredWorkload.self, name.path) {
                try await store.remove(stored)
            }
        }
    }

    private func setRelease(
        _ release: ReleaseName, in region: RegionName, of target: RolloutTarget
    ) async throws {
        let name = WorkloadName(target.release.service, target.environment, region)
        let spec = try await store.spec(of: release, in: target.environment)
        let override = try await store.get(StoredOverride.self, name.path)?.spec
        let replicas = override?.replicas ?? spec.scale.min
        guard let cluster = try await store.platform().environment(target.environment)?.regions[region] else {
            throw GantryError(
                .notFound, "region \(region) is bound to no cluster in \(target.environment)",
                hint: "bind it under environments: in platform.yaml")
        }
        let wanted = WorkloadSpec(
            cluster: cluster, release: release, replicas: replicas, rollout: target.name)
        try await store.put(StoredWorkload.self, name.path, spec: wanted, labels: name.labels)
    }
}
