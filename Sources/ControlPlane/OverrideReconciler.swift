import GantryBase
import Model
import State

/// Gives workloads the number of instances that a person set by hand, and the specified one once that has ended.
struct OverrideReconciler: Reconciler {
    let title = "override"
    let kinds: Set<String> = [StoredOverride.kind]
    let store: any StateStore
    let time: TimeSource

    /// A time that is nearer than this is waited for this long, rather than asked for in a circle.
    static let shortestWait = Period.milliseconds(100)

    func names(concernedBy event: StateEvent) async throws -> [String] { [event.object.name] }
    func allNames() async throws -> [String] { try await store.names(of: StoredOverride.self) }

    func reconcile(_ name: String) async throws -> Period? {
        // Read before the override: one that is set in between changes the workload only after it, and the write below
        // then meets a conflict and is done again.
        let workload = try await store.get(StoredWorkload.self, name)
        var override = try await store.get(StoredOverride.self, name)
        if let ended = override, let until = ended.spec.until, until <= time.now() {
            let record = AuditRecord(
                at: time.now(), who: "gantry/override", action: "workload.unscale", object: name,
                detail: "its time is over")
            try await store.remove(ended, audit: [record])
            override = nil
        }
        if var workload, let named = WorkloadName(path: name) {
            let specified = try await store.spec(of: workload.spec.release, in: named.environment).scale.min
            let replicas = override?.spec.replicas ?? specified
            if workload.spec.replicas != replicas {
                workload.spec.replicas = replicas
                workload.status.accepted = nil
                try await store.update(workload)
            }
        }
        return override?.spec.until.map { max(Self.shortestWait, $0 - time.now()) }
    }
}
