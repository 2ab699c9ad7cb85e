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

    /// Steps that end while nobody listens are found this soon.
    static let tick = Period.seconds(1)
    /// Runs that work at once, in all and for one business: a laptop's worth.
    static let runningLimit = 4
    static let runningLimitPerBusiness = 2

    func names(concernedBy event: StateEvent) async throws -> [String] {
        if event.object.kind == StoredRun.kind {
            guard let run = RunName(path: event.object.name) else { return [] }
            // One that ends makes room for those that wait.
            return try await [run.path]
                + store.activeRuns().filter { $0.status.progress == .pending }.map(\.name)
        }
        let rollout = try Stored<StoredRollout>(event.object)
        if case .run(let run) = rollout.spec.cause { return [run.path] }
        return []
    }

    func allNames() async throws -> [String] { try await store.activeRuns().map(\.name) }

    func hints() -> AsyncStream<String> {
        let (names, continuation) = AsyncStream<String>.makeStream()
        let changes = executor.changes()
        // Safe: ends with the stream that it feeds.
        let task = Task { for await id in changes { continuation.yield(id.run.path) } }
        continuation.onTermination = { _ in task.cancel() }
        return names
    }

    func reconcile(_ name: String) async throws -> Period? {
        guard let run = try await store.get(StoredRun.self, name), !run.status.progress.isFinal else {
            return nil
        }
        if run.status.progress == .pending, run.status.cancelledBy == nil {
            guard try await mayStart(run.spec.name) else { return nil }
        }
        let facts = try await self.facts(of: run)
        let step = RunPlanner.plan(run.spec, run.status, facts, now: time.now())
        // Written before it is done: an action is known by its run, step and attempt, and doing it again does nothing.
        var next = run
        if step.status != run.status {
            next.status = step.status
            next.labels = run.spec.labels(progress: step.status.progress)
            next = try await store.update(next)
        }
        for action in step.actions { try await carryOut(action, of: next) }
        // A failed one keeps its workspace: a retry goes on in it.
        if step.status.progress == .succeeded { try await executor.removeWorkspace(of: run.spec.name) }
        return step.status.progress == .running ? Self.tick : nil
    }

    private func mayStart(_ run: RunName) async throws -> Bool {
        let entries = try await store.activeRuns().map { RunQueue.Entry($0.spec, $0.status) }
        return RunQueue.plan(
            runs: entries, limitPerBusiness: Self.runningLimitPerBusiness, limit: Self.runningLimit
        ).contains(run)
    }

    private func facts(of run: Stored<StoredRun>) async throws -> RunFacts {
        var facts = RunFacts()
        for (index, stage) in run.status.stages.enumerated() where stage.progress == .running {
            if let at = stage.steps.firstIndex(where: { $0.progress == .running }) {
                let id = StepID(run: run.spec.name, stage: index, step: at, attempt: stage.steps[at].attempt)
                if let outcome = try await outcome(of: id, kind: stage.steps[at].kind, run: run) {
                    facts.step = .init(stage: index, step: at, attempt: id.attempt, outcome: outcome)
                }
            }
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
        if kind == .release { return try await releases.outcome(for: run) }
        switch try await executor.observe(id) {
        case .unknown: return nil
        case .running: return .running
        case .finished(let result, let tests): return .finished(result, tests: tests, release: nil)
        case .lost: return .lost
        }
    }

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
        case .startRollout(_, let environment):
            guard let release = run.status.release else {
                throw GantryError(
                    .invalid, "run \(spec.name) rolls out before it made a release",
                    hint: "put a release step before the rollout in the pipeline of platform.yaml")
            }
            _ = try await rollouts.start(release, in: environment, cause: .run(spec.name), by: "gantry/run")
        case .cancelRollout(let rollout):
            try await store.mutate(StoredRollout.self, rollout.path) {
                if $0.status.cancelledBy == nil {
                    $0.status.cancelledBy = run.status.cancelledBy?.text ?? "its run"
                }
            }
        }
    }
}
