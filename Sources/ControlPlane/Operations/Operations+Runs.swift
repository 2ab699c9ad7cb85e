package import Access
import GantryBase
package import Model
import Planning
package import State

extension Operations {
    package func cancelRun(_ name: RunName, by identity: Identity) async throws -> Stored<StoredRun> {
        try await require(.operate, on: name.service.business, by: identity, for: "run.cancel", name.path)
        let record = record(identity, "run.cancel", name.path)
        return try await store.mutate(StoredRun.self, name.path, audit: [record]) { run throws(GantryError) in
            guard !run.status.progress.isFinal else {
                throw GantryError(.conflict, "run \(name) has \(run.status.progress.rawValue) already")
            }
            if run.status.cancelledBy == nil { run.status.cancelledBy = identity.user }
        }
    }

    /// Runs a failed or cancelled run again from its first stage that did not succeed.
    ///
    /// One that would take an environment back behind a newer run is retried only when the asker says so.
    package func retryRun(
        _ name: RunName, isForced: Bool = false, by identity: Identity
    ) async throws -> Stored<StoredRun> {
        try await require(.operate, on: name.service.business, by: identity, for: "run.retry", name.path)
        return try await store.retryingConflicts {
            var run = try await store.require(StoredRun.self, name.path)
            guard let status = RunPlanner.retry(Self.withoutLostWork(run)) else {
                throw Refusal(
                    "run \(name) is \(run.status.progress.rawValue); only a failed or cancelled run is "
                        + "retried", hint: "push a commit to start a new run")
            }
            let first = status.stages.firstIndex { $0.progress != .succeeded } ?? status.stages.endIndex
            let lead = try await lead(over: run, from: first)
            if let overtaker = lead.overtaker, !isForced {
                throw Self.refusal(of: name, behind: overtaker, verb: "retry")
            }
            run.status = status
            if let overtaker = lead.overtaker {
                Supersession.force(&run.status, of: run.spec, from: first, past: overtaker.run)
            }
            run.labels = run.spec.labels(progress: status.progress)
            let record = record(identity, "run.retry", name.path, detail: lead.detail)
            return try await commit(run, guarding: lead, record)
        }
    }

    /// The status to retry from: when the workspace is gone, stages of steps are done again from the first on.
    private static func withoutLostWork(_ run: Stored<StoredRun>) -> RunStatus {
        var status = run.status
        guard status.progress.isFinal, run.labels[Label.workspace] != Label.kept,
            let first = status.stages.firstIndex(where: { $0.progress != .succeeded }),
            status.stages[first...].contains(where: { !$0.steps.isEmpty })
        else { return status }
        for index in status.stages.indices where !status.stages[index].steps.isEmpty {
            status.stages[index].progress = .failed
        }
        return status
    }
}
