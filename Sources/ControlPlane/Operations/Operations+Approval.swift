package import Access
import GantryBase
package import Model
import Planning
package import State

extension Operations {
    /// Answers the approval that a run waits for.
    ///
    /// An approval that would take an environment back behind a newer run is given only when the asker says so.
    package func decideRun(
        _ name: RunName, approved: Bool, comment: String?, isForced: Bool = false, by identity: Identity
    ) async throws -> Stored<StoredRun> {
        let action = approved ? "run.approve" : "run.reject"
        try await require(.approve, on: name.service.business, by: identity, for: action, name.path)
        let platform = try await store.platform()
        let now = time.now()
        return try await store.retryingConflicts {
            var run = try await store.require(StoredRun.self, name.path)
            let (index, role) = try Self.openGate(of: run)
            do {
                try Rights.require(
                    role: role, for: .approve, on: name.service.business, identity: identity,
                    platform: platform)
            } catch let error as GantryError {
                try await gate.record(error, who: identity.user.text, action: action, object: name.path)
                throw error
            }
            let lead = approved ? try await lead(over: run, from: index + 1) : Lead()
            if let overtaker = lead.overtaker, !isForced {
                throw Self.refusal(of: name, behind: overtaker, verb: "approve")
            }
            run.status.stages[index].decision = Decision(
                approved: approved, by: identity.user, at: now, comment: comment,
                overriding: lead.overtaker?.run)
            let detail = [comment, lead.detail].compactMap { $0 }.joined(separator: "; ")
            let record = record(identity, action, name.path, detail: detail.isEmpty ? nil : detail)
            return try await commit(run, guarding: lead, record)
        }
    }

    /// The newer run that has gone on to where this one is bound for from a stage on; nil when none has.
    package func overtaker(of run: Stored<StoredRun>, from stage: Int) async throws -> RunName? {
        try await lead(over: run, from: stage).overtaker?.run
    }

    private static func openGate(
        of run: Stored<StoredRun>
    ) throws(Refusal) -> (index: Int, role: Role) {
        guard let index = run.status.stages.firstIndex(where: { $0.progress == .waiting }),
            case .approval(let role) = run.spec.stages[index].work
        else {
            throw Refusal(
                "run \(run.name) waits for no approval",
                hint: "gantry run show \(run.name) tells where it stands")
        }
        guard run.status.stages[index].decision == nil else {
            throw Refusal("run \(run.name) has been decided already")
        }
        return (index, role)
    }
}

// Newer runs that an older one must not undo.
extension Operations {
    /// What newer runs mean for an older one that is to go on.
    struct Lead: Sendable {
        var overtaker: Supersession.Overtaker?
        /// Newer runs under way. Guarded by the commit: one may be let through in between.
        var newer: [Stored<StoredRun>] = []

        /// For the audit log, of what was done in spite of it.
        var detail: String? { overtaker.map { "forced; run \($0.run) is newer in \($0.environment)" } }
    }

    func lead(over run: Stored<StoredRun>, from stage: Int) async throws -> Lead {
        let environments = Supersession.environments(from: stage, in: run.spec)
        let reading = try await Standings(store: store).read(run.spec.name.service, in: environments)
        return Lead(
            overtaker: Supersession.overtaker(
                of: run.spec.name, boundFor: environments, present: reading.present),
            newer: reading.active.filter { $0.spec.name.number > run.spec.name.number })
    }

    func commit(
        _ run: Stored<StoredRun>, guarding lead: Lead, _ record: AuditRecord
    ) async throws -> Stored<StoredRun> {
        let changes = lead.newer.map { StateChange.guarding($0) } + [try .update(run)]
        guard let written = try await store.commit(changes, audit: [record]).last else {
            throw GantryError(.internal, "the store answered the change of run \(run.name) with nothing")
        }
        return try Stored(written)
    }

    static func refusal(
        of run: RunName, behind ahead: Supersession.Overtaker, verb: String
    ) -> Refusal {
        Refusal(
            "run \(run) is older than run \(ahead.run), which has gone on to \(ahead.environment): to \(verb) "
                + "it would take \(ahead.environment) back",
            hint: "to return on purpose: gantry rollback \(run.service) --environment \(ahead.environment), "
                + "or gantry run \(verb) \(run) --force")
    }
}
