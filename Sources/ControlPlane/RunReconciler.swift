import GantryBase
import Model
import Planning
import Running
import State

/// Takes a pipeline run from one step to the next, as `RunPlanner` decides.
struct RunReconciler: Reconciler {
    let title = "run"
    let kinds: Set<String> = [StoredRun.kind, StoredRollout.kind]
    let store: any StateStore
    let executor: any StepExecutor
    let releases: ReleaseMaker
    let rollouts: RolloutStarter
    let time: TimeSource
    private var standings: Standings { Standings(store: store) }

    /// Steps that end while nobody listens are found this soon.
    static let tick = Period.seconds(1)
    /// Runs that work at once, in all and for one business: a laptop's worth.
    static let runningLimit = 4
    static let runningLimitPerBusiness = 2
    /// How long the workspace of a failed or cancelled run waits for a retry; a later one starts from the checkout.
    static let workspaceKept = Period.minutes(24 * 60)

    func names(concernedBy event: StateEvent) async throws -> [String] {
        if event.object.kind == StoredRollout.kind { return try await names(concernedByRollout: event) }
        let busy: Set<String?> = [Progress.pending.rawValue, Progress.running.rawValue]
        if event.kind != .removed, busy.contains(event.object.labels[Label.progress]) {
            return [event.object.name]
        }
        // One that ends or waits for a person makes room for those that wait.
        let startable = Self.startable(among: try await store.activeRuns())
        return [event.object.name] + startable.map(\.path)
    }

    /// Its own run, and when it begins or ends those that wait for an approval: it may have overtaken them.
    private func names(concernedByRollout event: StateEvent) async throws -> [String] {
        let own = event.object.labels[Label.run].map { [$0] } ?? []
        let isUnderWay = event.kind == .updated && event.object.labels[Label.active] == "true"
        guard !isUnderWay, let service = event.object.labels[Label.service] else { return own }
        return own
            + (try await store.names(
                of: StoredRun.self, prefix: service + "/", labels: [Label.progress: Progress.waiting.rawValue]
            ))
    }

    func allNames() async throws -> [String] {
        let active = try await store.activeRuns()
        let startable = Set(Self.startable(among: active))
        // Hundreds may wait after a flood of pushes: whoever makes room looks for the next.
        let idle = Set(
            active.filter {
                $0.status.progress == .pending && $0.status.cancelledBy == nil
                    && !startable.contains($0.spec.name)
            }.map(\.name))
        return try await store.names(of: StoredRun.self, labels: [Label.active: "true"])
            .filter { !idle.contains($0) }
            + store.names(of: StoredRun.self, labels: [Label.workspace: Label.kept])
            + store.names(of: StoredRun.self, labels: [Label.workspace: Label.removing])
    }

    func hints() -> AsyncStream<String> {
        let (names, continuation) = AsyncStream<String>.makeStream()
        let changes = executor.changes()
        // Safe: ends with the stream that it feeds.
        let task = Task { for await id in changes { continuation.yield(id.run.path) } }
        continuation.onTermination = { _ in task.cancel() }
        return names
    }

    func reconcile(_ name: String) async throws -> Period? {
        guard let run = try await store.get(StoredRun.self, name) else { return nil }
        if run.status.progress.isFinal { return try await tidy(run) }
        if run.status.progress == .pending, run.status.cancelledBy == nil {
            let active = try await store.activeRuns()
            guard Self.startable(among: active).contains(run.spec.name) else { return nil }
        }
        let facts = try await self.facts(of: run)
        let step = RunPlanner.plan(run.spec, run.status, facts, now: time.now())
        // Written before it is done: an action is known by its run, step and attempt, and doing it again does nothing.
        let next = try await write(step.status, of: run)
        for action in step.actions {
            do {
                try await carryOut(action, of: next)
            } catch let error as GantryError where error.isLasting {
                return try await give(up: action, of: next, facts, because: error)
            }
        }
        return step.status.progress == .running ? Self.tick : nil
    }

    private func write(_ status: RunStatus, of run: Stored<StoredRun>) async throws -> Stored<StoredRun> {
        if status == run.status { return run }
        var next = run
        next.status = status
        next.labels = run.spec.labels(progress: status.progress)
        return try await store.update(next)
    }

    private static func startable(among active: [Stored<StoredRun>]) -> [RunName] {
        RunQueue.plan(
            runs: active.map { RunQueue.Entry($0.spec, $0.status) },
            limitPerBusiness: runningLimitPerBusiness, limit: runningLimit)
    }

    /// Removes the workspace of a run that has ended: at once when it succeeded, later when a retry may go on in it.
    private func tidy(_ run: Stored<StoredRun>) async throws -> Period? {
        guard run.labels[Label.workspace] != nil else { return nil }
        if run.status.progress != .succeeded, let finishedAt = run.status.finishedAt {
            let left = finishedAt + Self.workspaceKept - time.now()
            if left > .zero { return left }
        }
        // Said first: a retry that comes meanwhile knows that it has no workspace.
        var next = run
        next.labels[Label.workspace] = Label.removing
        if next.labels != run.labels { next = try await store.update(next) }
        try await executor.removeWorkspace(of: run.spec.name)
        let active = try await store.activeRuns(of: run.spec.name.service).map(\.spec.name)
        try await executor.prune(run.spec.name.service, active: Set(active))
        next.labels[Label.workspace] = nil
        try await store.update(next)
        return nil
    }
}

// What is known of the work under way.
extension RunReconciler {
    private func facts(of run: Stored<StoredRun>) async throws -> RunFacts {
        var facts = RunFacts()
        if let gate = run.status.stages.firstIndex(where: { $0.progress == .waiting }) {
            let environments = Supersession.environments(from: gate + 1, in: run.spec)
            let present = try await standings.read(run.spec.name.service, in: environments).present
            facts.overtaker = Supersession.overtaker(
                of: run.spec.name, boundFor: environments, present: present)
        }
        for (index, stage) in run.status.stages.enumerated() where stage.progress == .running {
            if let at = stage.steps.firstIndex(where: { $0.progress == .running }) {
                let id = StepID(run: run.spec.name, stage: index, step: at, attempt: stage.steps[at].attempt)
                if let outcome = try await outcome(of: id, kind: stage.steps[at].kind, run: run) {
                    facts.step = .init(stage: index, step: at, attempt: id.attempt, outcome: outcome)
                }
            }
            guard stage.steps.isEmpty else { continue }
            let rollouts = try await store.all(StoredRollout.self, labels: [Label.run: run.name])
            let name = RunPlanner.rollout(
                ofStage: index, in: run.spec, run.status, among: rollouts.map(\.spec))
            if let name, let rollout = rollouts.first(where: { $0.spec.name == name }) {
                facts.rollout = .init(stage: index, name: name, status: rollout.status)
            }
        }
        return facts
    }

    /// What is known of an attempt; nil when it never began. A release is made in this process, whenever it is asked
    /// for and not there yet.
    private func outcome(
        of id: StepID, kind: StepKind, run: Stored<StoredRun>
    ) async throws -> RunFacts.StepReport.Outcome? {
        // A run that is being cancelled makes no more of them.
        if kind == .release {
            return run.status.cancelledBy == nil ? try await releases.outcome(for: run) : nil
        }
        switch try await executor.observe(id) {
        case .unknown: return nil
        case .running: return .running
        case .finished(let result, let tests): return .finished(result, tests: tests, release: nil)
        case .lost: return .lost
        }
    }
}

// Acting.
extension RunReconciler {
    private func carryOut(_ action: RunAction, of run: Stored<StoredRun>) async throws {
        let spec = run.spec
        switch action {
        case .startStep(let stage, let step, let attempt):
            guard case .steps(let kinds) = spec.stages[stage].work, kinds[step] != .release else { return }
            let id = StepID(run: spec.name, stage: stage, step: step, attempt: attempt)
            try await executor.start(
                StepJob(
                    id: id, kind: kinds[step], commit: spec.commit, branch: spec.branch,
                    build: try await releases.buildSpec(of: spec)))
        case .cancelStep(let stage, let step):
            let attempt = run.status.stages[stage].steps[step].attempt
            try await executor.cancel(StepID(run: spec.name, stage: stage, step: step, attempt: attempt))
        case .startRollout(let stage, let environment):
            guard let release = run.status.release else {
                throw GantryError(
                    .invalid, "run \(spec.name) rolls out before it made a release",
                    hint: "put a release step before the rollout in the pipeline of platform.yaml")
            }
            _ = try await rollouts.start(
                release, in: environment, cause: .run(spec.name), by: "gantry/run",
                yielding: Supersession.yields(spec, run.status, at: stage) ? spec.name : nil)
        case .cancelRollout(let rollout):
            try await store.mutate(StoredRollout.self, rollout.path) {
                if $0.status.cancelledBy == nil {
                    $0.status.cancelledBy = run.status.cancelledBy?.text ?? "its run"
                }
            }
        }
    }

    /// Fails what cannot be begun, with the reason: asked for again and again it would hold the run for ever.
    private func give(
        up action: RunAction, of run: Stored<StoredRun>, _ facts: RunFacts, because error: GantryError
    ) async throws -> Period? {
        var (facts, status) = (facts, run.status)
        let now = time.now()
        switch action {
        case .startStep(let stage, let step, let attempt):
            let result = StepResult(startFailure: error.sentence, startedAt: now, finishedAt: now)
            facts.step = .init(
                stage: stage, step: step, attempt: attempt,
                outcome: .finished(result, tests: nil, release: nil))
        case .startRollout(let stage, _):
            status.stages[stage].progress = .failed
            status.stages[stage].reason = error.sentence
            status.stages[stage].finishedAt = now
        case .cancelStep, .cancelRollout: throw error
        }
        _ = try await write(RunPlanner.plan(run.spec, status, facts, now: now).status, of: run)
        return Self.tick
    }
}
