import GantryBase
import Model
import State

/// Gives workloads the number of instances that a person set by hand, until that has ended.
///
/// Whoever ends an override gives the workload its own number back in the same commit.
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
        guard let override = try await store.get(StoredOverride.self, name) else { return nil }
        if let until = override.spec.until, until <= time.now() {
            let record = AuditRecord(
                at: time.now(), who: "gantry/override", action: "workload.unscale", object: name,
                detail: "its time is over")
            try await store.end(override, audit: [record])
            return nil
        }
        if var workload, workload.spec.replicas != override.spec.replicas {
            workload.spec.replicas = override.spec.replicas
            workload.status.accepted = nil
            do {
                try await store.update(workload)
            } catch let error as GantryError where error.code == .notFound {
                // Taken away since it was read: the next one begins with the override.
            }
        }
        return override.spec.until.map { max(Self.shortestWait, $0 - time.now()) }
    }
}
