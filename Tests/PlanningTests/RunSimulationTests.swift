import GantryBase
import Model
import Planning
import Testing

/// Executing parts that start, lose and end things at random, with a process that may die between any two actions.
private struct SimulatedExecution {
    var random: SeededGenerator
    /// By stage, step and attempt.
    var steps: [[Int]: RunFacts.StepReport.Outcome] = [:]
    var begun: [[Int]] = []
    var rollouts: [(stage: Int, name: RolloutName, status: RolloutStatus)] = []
    var cancelled: Set<[Int]> = []

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    func facts(_ status: RunStatus) -> RunFacts {
        var facts = RunFacts()
        for (stage, state) in status.stages.enumerated() where state.progress == .running {
            for (step, state) in state.steps.enumerated() where state.progress == .running {
                facts.step = steps[[stage, step, state.attempt]].map {
                    .init(stage: stage, step: step, attempt: state.attempt, outcome: $0)
                }
            }
            if let rollout = rollouts.last(where: { $0.stage == stage }) {
                facts.rollout = .init(stage: stage, name: rollout.name, status: rollout.status)
            }
        }
        return facts
    }

    mutating func apply(_ actions: [RunAction], _ status: RunStatus) {
        for action in actions where chance(80) {
            switch action {
            case .startStep(let stage, let step, let attempt):
                guard steps[[stage, step, attempt]] == nil else { continue }
                begun.append([stage, step, attempt])
                steps[[stage, step, attempt]] = .running
            case .cancelStep(let stage, let step): cancelled.insert([stage, step])
            case .startRollout(let stage, _):
                let earlier = status.stages[stage].earlierRollouts
                if rollouts.contains(where: { $0.stage == stage && !earlier.contains($0.name) }) { continue }
                let name = RolloutName(Sample.service, rollouts.count + 1)
                rollouts.append((stage, name, RolloutStatus(phase: .progressing)))
            case .cancelRollout(let name):
                guard let at = rollouts.firstIndex(where: { $0.name == name }) else { continue }
                if !rollouts[at].status.phase.isFinal { rollouts[at].status.phase = .cancelled }
            }
        }
    }

    mutating func tick() {
        for key in steps.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) where steps[key] == .running {
            if cancelled.contains(Array(key.prefix(2))) || chance(30) {
                let code = chance(90) ? 0 : 1
                steps[key] = .finished(
                    StepResult(exitCode: code, startedAt: Sample.start, finishedAt: Sample.start), tests: nil,
                    release: Sample.release(1))
            } else if chance(10) {
                steps[key] = .lost
            }
        }
        for index in rollouts.indices where !rollouts[index].status.phase.isFinal && chance(30) {
            rollouts[index].status.phase = chance(85) ? .succeeded : .failed
        }
    }
}

@Suite struct RunSimulationTests {
    private let spec = RunSpec(
        name: RunName(Sample.service, 1), commit: "c", branch: "main", author: "ann", subject: "",
        stages: [
            StageTemplate(name: "build", work: .steps([.checkout, .lint, .test, .build, .release])),
            StageTemplate(name: "development", work: .rollout(environment: "development")),
            StageTemplate(name: "approve", work: .approval(role: .approver)),
            StageTemplate(name: "production", work: .rollout(environment: "production")),
        ], createdAt: Sample.start)

    @Test func whateverHappensARunEndsAndStartsNothingTwice() {
        var ends: [Progress: Int] = [:]
        for seed in UInt64(1)...500 {
            var world = SimulatedExecution(random: SeededGenerator(seed: seed))
            var status = RunStatus()
            var tries = 1
            for _ in 0..<600 {
                if status.progress.isFinal {
                    guard tries < 3, let again = RunPlanner.retry(status) else { break }
                    (status, tries) = (again, tries + 1)
                    world.cancelled = []
                }
                let facts = world.facts(status)
                let step = RunPlanner.plan(spec, status, facts, now: Sample.start)
                let replay = RunPlanner.plan(spec, status, facts, now: Sample.start)
                #expect(replay == step, "seed \(seed)")
                checkOrder(step.status, "seed \(seed)")
                if world.chance(15) {  // The status was not stored: nothing may have been carried out.
                    world.tick()
                    continue
                }
                status = step.status
                world.apply(step.actions, status)
                if world.chance(10) {  // Somebody acts once more on what was seen before.
                    let late = RunPlanner.plan(spec, status, facts, now: Sample.start)
                    status = late.status
                    world.apply(late.actions, status)
                }
                decide(&status, &world)
                world.tick()
            }
            #expect(status.progress.isFinal, "seed \(seed)")
            let perStep = Dictionary(grouping: world.begun) { Array($0.prefix(2)) }.mapValues(\.count)
            let most = tries * (1 + RunPlanner.losses)
            #expect(perStep.values.allSatisfy { $0 <= most }, "seed \(seed)")
            #expect(world.rollouts.count { $0.status.phase == .succeeded } <= 2, "seed \(seed)")
            ends[status.progress, default: 0] += 1
        }
        #expect(ends.keys.count == 3, "all ends were reached: \(ends)")
    }

    private func decide(_ status: inout RunStatus, _ world: inout SimulatedExecution) {
        if status.progress == .waiting, world.chance(30) {
            status.stages[2].decision = Decision(approved: world.chance(80), by: "eve", at: Sample.start)
        }
        if status.cancelledBy == nil, !status.progress.isFinal, world.chance(2) { status.cancelledBy = "ann" }
    }

    /// Nothing runs after something that did not succeed, and at most one thing runs.
    private func checkOrder(_ status: RunStatus, _ note: Comment) {
        let stages = status.stages.map(\.progress)
        let done = stages.prefix { $0 == .succeeded }.count
        #expect(stages.dropFirst(done + 1).allSatisfy { $0 == .pending }, note)
        for stage in status.stages {
            let steps = stage.steps.map(\.progress)
            let done = steps.prefix { $0 == .succeeded }.count
            #expect(steps.dropFirst(done + 1).allSatisfy { $0 == .pending }, note)
            #expect(stage.steps.allSatisfy { $0.losses <= RunPlanner.losses + 1 }, note)
        }
    }
}
