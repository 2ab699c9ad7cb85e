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
                let specified = try await instances(of: workload.spec.release, in: environment)
                if let specified, workload.spec.replicas != specified {
                    workload.spec.replicas = specified
                    workload.status.accepted = nil
                }
                // Written in any case: a rollout that has read the override meets a conflict.
                changes.append(try .update(workload))
            }
            try await commit(changes, audit: audit)
        }
    }

    /// The specified number; nil where nothing is known of the release, which must not keep the override.
    private func instances(of release: ReleaseName, in environment: EnvironmentName) async throws -> Int? {
        do {
            return try await spec(of: release, in: environment).scale.min
        } catch let error as GantryError where error.isLasting {
            return nil
        }
    }
}
