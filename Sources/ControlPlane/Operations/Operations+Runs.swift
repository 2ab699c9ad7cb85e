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
    package func retryRun(_ name: RunName, by identity: Identity) async throws -> Stored<StoredRun> {
        try await require(.operate, on: name.service.business, by: identity, for: "run.retry", name.path)
        let record = record(identity, "run.retry", name.path)
        return try await store.mutate(StoredRun.self, name.path, audit: [record]) { run throws(GantryError) in
            guard let status = RunPlanner.retry(Self.withoutLostWork(run)) else {
                throw GantryError(
                    .conflict,
                    "run \(name) is \(run.status.progress.rawValue); only a failed or cancelled run is "
                        + "retried", hint: "push a commit to start a new run")
            }
            run.status = status
            run.labels = run.spec.labels(progress: status.progress)
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

    /// Answers the approval that a run waits for.
    package func decideRun(
        _ name: RunName, approved: Bool, comment: String?, by identity: Identity
    ) async throws -> Stored<StoredRun> {
        let action = approved ? "run.approve" : "run.reject"
        try await require(.approve, on: name.service.business, by: identity, for: action, name.path)
        let platform = try await store.platform()
        let current = try await store.require(StoredRun.self, name.path)
        if let stage = current.status.stages.firstIndex(where: { $0.progress == .waiting }),
            case .approval(let role) = current.spec.stages[stage].work
        {
            do {
                try Rights.require(
                    role: role, for: .approve, on: name.service.business, identity: identity,
                    platform: platform)
            } catch {
                try await gate.record(error, who: identity.user.text, action: action, object: name.path)
                throw error
            }
        }
        let record = record(identity, action, name.path, detail: comment)
        let now = time.now()
        return try await store.mutate(StoredRun.self, name.path, audit: [record]) { run throws(GantryError) in
            guard let index = run.status.stages.firstIndex(where: { $0.progress == .waiting }),
                case .approval(let role) = run.spec.stages[index].work
            else {
                throw GantryError(
                    .conflict, "run \(name) waits for no approval",
                    hint: "gantry run show \(name) tells where it stands")
            }
            try Rights.require(
                role: role, for: .approve, on: name.service.business, identity: identity, platform: platform)
            guard run.status.stages[index].decision == nil else {
                throw GantryError(.conflict, "run \(name) has been decided already")
            }
            run.status.stages[index].decision = Decision(
                approved: approved, by: identity.user, at: now, comment: comment)
        }
    }
}
