import GantryBase
import Model
import NIOCore
import Running
import State

/// Writes the output of a run's steps, one after the other, as they come.
struct RunLog: Sendable {
    let store: any StateStore
    let executor: any StepExecutor
    let run: RunName
    /// Counted from 0, as in the run's `stages` and their `steps`; nil means all.
    let stage: Int?
    let step: Int?
    let follows: Bool
    /// Whether following ends where the run waits for a person, who may be the one who follows.
    var endsAtGates = true

    /// Of a stage or a step; no pipeline has nearly as many.
    static let largestIndex = 1000

    /// Throws what can be known before the first byte: that there is no such run, stage or step.
    func check() async throws {
        let stages = try await store.require(StoredRun.self, run.path).spec.stages
        guard let stage else {
            guard step == nil else {
                throw GantryError(.invalid, "step= needs stage=", hint: "steps are counted in each stage")
            }
            return
        }
        guard stages.indices.contains(stage) else {
            throw GantryError(
                .notFound, "run \(run) has no stage \(stage)", hint: "it has \(stages.count), counted from 0")
        }
        guard let step else { return }
        guard case .steps(let kinds) = stages[stage].work, kinds.indices.contains(step) else {
            throw GantryError(
                .notFound, "stage \(stages[stage].name) of run \(run) has no step \(step)",
                hint: "steps are counted from 0")
        }
    }

    func write(to send: (ByteBuffer) async throws -> Void) async throws {
        var shown: Set<StepID> = []
        var told: Set<String> = []
        while true {
            let stored = try await store.require(StoredRun.self, run.path)
            for attempt in attempts(of: stored.status) where !shown.contains(attempt.id) {
                try await write(attempt, run: stored.status, to: send)
                shown.insert(attempt.id)
            }
            if stage == nil { try await tellRollouts(of: stored.status, told: &told, to: send) }
            guard follows, !isOver(stored.status) else { return }
            if endsAtGates, waitsForSomebody(stored.status) {
                // Nobody knows how long: whoever follows may be the one who is waited for.
                return try await send(
                    ByteBuffer(string: "== waits for an approval: gantry run approve \(run) ==\n"))
            }
            try await waitForChange(after: stored.version)
        }
    }

    private struct Attempt {
        var id: StepID
        var heading: String
        /// Whether a later attempt has taken its place, so that nothing more will come.
        var isLast: Bool
    }

    /// Every attempt of the chosen steps that has begun, in their order.
    private func attempts(of status: RunStatus) -> [Attempt] {
        var found: [Attempt] = []
        for (stageIndex, stage) in status.stages.enumerated() where self.stage ?? stageIndex == stageIndex {
            for (index, step) in stage.steps.enumerated() where self.step ?? index == index {
                for attempt in 0..<step.attempt {
                    let number = attempt + 1
                    found.append(
                        Attempt(
                            id: StepID(run: run, stage: stageIndex, step: index, attempt: number),
                            heading:
                                "== stage \(stage.name) / step \(step.kind.rawValue) (attempt \(number)) ==",
                            isLast: number == step.attempt))
                }
            }
        }
        return found
    }

    private func write(
        _ attempt: Attempt, run: RunStatus, to send: (ByteBuffer) async throws -> Void
    ) async throws {
        // A step that was asked for by its place needs no heading: its output can be saved as it is.
        if step == nil { try await send(ByteBuffer(string: attempt.heading + "\n")) }
        var last: UInt8?
        let follow = follows && attempt.isLast && !run.progress.isFinal
        for try await bytes in executor.log(of: attempt.id, follow: follow) {
            last = bytes.last ?? last
            try await send(ByteBuffer(bytes: bytes))
        }
        if step == nil, let last, last != UInt8(ascii: "\n") { try await send(ByteBuffer(string: "\n")) }
    }

    /// One line when a rollout begins and one when its stage has ended: it has no output of its own.
    private func tellRollouts(
        of status: RunStatus, told: inout Set<String>, to send: (ByteBuffer) async throws -> Void
    ) async throws {
        for stage in status.stages {
            guard let rollout = stage.rollout else { continue }
            var lines = ["== stage \(stage.name) / rollout \(rollout) =="]
            if stage.progress.isFinal {
                lines.append("\(stage.progress.rawValue)\(stage.reason.map { ": " + $0 } ?? "") (\(rollout))")
            }
            for line in lines where told.insert(line).inserted {
                try await send(ByteBuffer(string: line + "\n"))
            }
        }
    }

    private func waitsForSomebody(_ status: RunStatus) -> Bool {
        stage == nil && status.stages.contains { $0.progress == .waiting && $0.decision == nil }
    }

    /// Whether nothing more of what was chosen will come.
    private func isOver(_ status: RunStatus) -> Bool {
        if status.progress.isFinal { return true }
        guard let stage, status.stages.indices.contains(stage) else { return false }
        guard let step, status.stages[stage].steps.indices.contains(step) else {
            return status.stages[stage].progress.isFinal
        }
        return status.stages[stage].steps[step].progress.isFinal
    }

    private func waitForChange(after version: Int64) async throws {
        for try await event in store.watch(kinds: [StoredRun.kind], after: version)
        where event.object.name == run.path { return }
        // The stream has ended: the store is being closed, or we are cancelled.
        try Task.checkCancellation()
        throw GantryError(.unavailable, "the server is being stopped")
    }
}
