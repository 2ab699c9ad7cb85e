package import GantryBase
package import Model
package import State

/// Writes down what was pushed and starts the runs that follow from it.
package struct PushRecorder: Sendable {
    let store: any StateStore
    let time: TimeSource

    package init(store: any StateStore, time: TimeSource) {
        self.store = store
        self.time = time
    }

    package struct Push: Sendable {
        package var service: ServiceName
        /// Full name: `refs/heads/main`.
        package var ref: String
        package var commit: String
        package var subject: String
        package var author: UserName
        /// What its service.yaml exposes, by environment.
        package var exposed: [EnvironmentName: [Exposure]]?
        package init(
            service: ServiceName, ref: String, commit: String, subject: String, author: UserName,
            exposed: [EnvironmentName: [Exposure]]? = nil
        ) {
            (self.service, self.ref, self.commit) = (service, ref, commit)
            (self.subject, self.author, self.exposed) = (subject, author, exposed)
        }
    }

    /// Records the head and creates the run in one commit, so that a crash leaves both or neither; recording what is
    /// recorded does nothing.
    ///
    /// - Parameter head: what the branch points to now. A push that a later one has overtaken is written to the audit
    ///   log alone: its run would take the service back to what came before. Asked after the recorded head was read, so
    ///   that of two pushes at once the later one wins whoever is recorded first.
    /// - Returns: the run, or nil when the branch starts none, the head was recorded before, or was overtaken.
    package func record(
        _ push: Push, head: @Sendable () async throws -> String? = { nil }
    ) async throws -> RunName? {
        let platform = try await store.platform()
        guard Self.isProtected(ref: push.ref, by: platform.protectedBranches) else { return nil }
        let branch = String(push.ref.dropFirst(Self.branchPrefix.count))
        return try await store.retryingConflicts {
            var repository = try await store.require(StoredRepository.self, push.service.path)
            let before = repository.status.heads[push.ref]?.commit
            if before == push.commit { return nil }
            let now = time.now()
            let record = AuditRecord(
                at: now, who: push.author.text, action: "repository.push", object: push.service.path,
                before: before, after: push.commit, detail: push.ref)
            if let head = try await head(), head != push.commit {
                try await store.commit([], audit: [record])
                return nil
            }
            repository.status.heads[push.ref] = .init(
                commit: push.commit, author: push.author, at: now, exposed: push.exposed)
            let number = repository.takeNumber(StoredRun.kind)
            let pipeline = platform.business(push.service.business)?.pipeline ?? "default"
            let run = RunSpec(
                name: RunName(push.service, number), commit: push.commit, branch: branch, author: push.author,
                subject: String(push.subject.prefix(RunSpec.subjectLimit)),
                stages: platform.pipelines[pipeline] ?? [], createdAt: now)
            let changes: [StateChange] = [
                try .update(repository),
                try .create(StoredRun.self, run.name.path, spec: run, labels: run.labels(progress: .pending)),
            ]
            try await store.commit(changes, audit: [record])
            return run.name
        }
    }

    static let branchPrefix = "refs/heads/"

    /// The same of a full name; what is no branch is not protected.
    static func isProtected(ref: String, by patterns: [String]) -> Bool {
        ref.hasPrefix(branchPrefix) && isProtected(String(ref.dropFirst(branchPrefix.count)), by: patterns)
    }

    /// A pattern is an exact name, or a prefix with `*` at its end.
    package static func isProtected(_ branch: String, by patterns: [String]) -> Bool {
        patterns.contains { pattern in
            pattern.hasSuffix("*") ? branch.hasPrefix(pattern.dropLast()) : branch == pattern
        }
    }
}
