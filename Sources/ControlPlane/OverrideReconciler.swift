import GantryBase
import Model
import State

/// Gives workloads the number of instances that a person set by hand, and the specified one once that has ended.
struct OverrideReconciler: Reconciler {
    let title = "override"
    let kinds: Set<String> = [StoredOverride.kind]
    let store: any StateStore
    let time: TimeSource

    func names(concernedBy event: StateEvent) async throws -> [String] { [event.object.name] }
    func allNames() async throws -> [String] { try await store.all(StoredOverride.self).map(\.name) }
    func hints() -> AsyncStream<String> { AsyncStream { $0.finish() } }

    func reconcile(_ name: String) async throws -> Period? {
        var override = try await store.get(StoredOverride.self, name)
        if let ended = override, let until = ended.spec.until, until <= time.now() {
            let record = AuditRecord(
                at: time.now(), who: "gantry/override", action: "workload.unscale", object: name,
                detail: "its time is over")
            try await store.remove(ended, audit: [record])
            override = nil
        }
        guard let workload = try await store.get(StoredWorkload.self, name),
            let named = WorkloadName(path: name)
        else { return nil }
        let specified = try await store.spec(of: workload.spec.release, in: named.environment).scale.min
        let replicas = override?.spec.replicas ?? specified
        if workload.spec.replicas != replicas {
            try await store.mutate(StoredWorkload.self, name) { $0.spec.replicas = replicas }
        }
        return override?.spec.until.map { max(.milliseconds(100), $0 - time.now()) }
    }
}
