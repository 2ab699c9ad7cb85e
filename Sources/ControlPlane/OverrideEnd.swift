import GantryBase
import Model
import State

extension StateStore {
    /// Removes an override and gives its workload the specified number of instances back, in one commit: a crash in
    /// between would leave the number of an override that nobody can see any more.
    func end(_ override: Stored<StoredOverride>, audit: [AuditRecord]) async throws {
        try await retryingConflicts {
            guard let override = try await get(StoredOverride.self, override.name) else { return }
            var changes = [StateChange.remove(override)]
            if var workload = try await get(StoredWorkload.self, override.name),
                let environment = WorkloadName(path: override.name)?.environment
            {
                let specified = try await spec(of: workload.spec.release, in: environment).scale.min
                if workload.spec.replicas != specified {
                    workload.spec.replicas = specified
                    workload.status.accepted = nil
                }
                // Written in any case: a rollout that has read the override meets a conflict.
                changes.append(try .update(workload))
            }
            try await commit(changes, audit: audit)
        }
    }
}
