package import GantryBase
package import Model

/// What the executing parts report of a run's work under way.
package struct RunFacts: Sendable, Hashable {
    /// Of one attempt of one step. A report of another attempt than the one under way is ignored.
    package struct StepReport: Sendable, Hashable {
        package enum Outcome: Sendable, Hashable {
            case running
            case finished(StepResult, tests: TestSummary?, release: ReleaseName?)
            /// Its process vanished without a result.
            case lost
        }
        package var stage: Int
        package var step: Int
        package var attempt: Int
        package var outcome: Outcome
        package init(stage: Int, step: Int, attempt: Int, outcome: Outcome) {
            (self.stage, self.step, self.attempt, self.outcome) = (stage, step, attempt, outcome)
        }
    }
    /// Of the rollout of one stage.
    package struct RolloutReport: Sendable, Hashable {
        package var stage: Int
        package var name: RolloutName
        package var status: RolloutStatus
        package init(stage: Int, name: RolloutName, status: RolloutStatus) {
            (self.stage, self.name, self.status) = (stage, name, status)
        }
    }
    /// Nil when the executing part knows nothing of the attempt under way: it never began.
    package var step: StepReport?
    package var rollout: RolloutReport?
    /// Of a run that waits for an approval: the newer run that is where the approval would lead.
    package var overtaker: Supersession.Overtaker?
    package init(
        step: StepReport? = nil, rollout: RolloutReport? = nil, overtaker: Supersession.Overtaker? = nil
    ) {
        (self.step, self.rollout, self.overtaker) = (step, rollout, overtaker)
    }
}

package enum RunAction: Sendable, Hashable {
    /// Asked for again, with the same attempt, until the attempt is reported: whoever starts steps takes the three
    /// numbers as the key and starts each attempt once.
    case startStep(stage: Int, step: Int, attempt: Int)
    case cancelStep(stage: Int, step: Int)
    /// Asked for again until the rollout is reported: look for one that was made already
    /// (`RunPlanner.rollout(ofStage:in:_:among:)`) before making one.
    case startRollout(stage: Int, EnvironmentName)
    case cancelRollout(RolloutName)
}

package struct RunStep: Sendable, Hashable {
    package var status: RunStatus
    package var actions: [RunAction]
    package init(status: RunStatus, actions: [RunAction]) { (self.status, self.actions) = (status, actions) }
}

/// Decides how a pipeline run goes on: stages in order, steps in order, the first failure ends it.
///
/// Store the status, then carry out the actions. A pending run is started by planning it: leave it alone until
/// `RunQueue` names it, or until it is cancelled.
package enum RunPlanner {
    /// How often a step is tried again after its process vanished; more often, and the step is what kills it.
    package static let losses = 2
    /// Names of failed tests in a reason; all are in the summary.
    package static let namedFailures = 3

    package static func plan(
        _ spec: RunSpec, _ status: RunStatus, _ facts: RunFacts, now: Timestamp
    ) -> RunStep {
        guard !status.progress.isFinal else { return RunStep(status: status, actions: []) }
        var work = RunWork(spec, status, facts, now: now)
        work.advance()
        return RunStep(status: work.status, actions: work.actions)
    }

    /// Returns the status that runs a failed or cancelled run again from the first stage that did not succeed, or nil
    /// when there is nothing to retry.
    ///
    /// The whole stage is done again, since its steps share a workspace. Attempts go on counting, so that no log and
    /// no late report of an earlier try is taken for a new one.
    package static func retry(_ status: RunStatus) -> RunStatus? {
        guard status.progress == .failed || status.progress == .cancelled else { return nil }
        var next = status
        (next.progress, next.reason, next.cancelledBy) = (.pending, nil, nil)
        (next.startedAt, next.finishedAt) = (nil, nil)
        let first = status.stages.firstIndex { $0.progress != .succeeded } ?? status.stages.endIndex
        for index in status.stages.indices[first...] {
            let old = status.stages[index]
            var stage = StageStatus(name: old.name)
            stage.steps = old.steps.map { StepStatus(kind: $0.kind, attempt: $0.attempt) }
            stage.earlierRollouts = old.earlierRollouts + (old.rollout.map { [$0] } ?? [])
            next.stages[index] = stage
            if old.steps.contains(where: { $0.kind == .release }) { next.release = nil }
        }
        return next
    }

    /// Finds the rollout that a stage already has: the recorded one, else one of this run and environment that
    /// belongs to no other stage and no earlier try (made just before a crash, and not recorded).
    package static func rollout(
        ofStage stage: Int, in spec: RunSpec, _ status: RunStatus, among rollouts: [RolloutTarget]
    ) -> RolloutName? {
        guard status.stages.indices.contains(stage), spec.stages.indices.contains(stage),
            case .rollout(let environment) = spec.stages[stage].work
        else { return nil }
        if let name = status.stages[stage].rollout { return name }
        let taken = Set(status.stages.flatMap { $0.earlierRollouts + ($0.rollout.map { [$0] } ?? []) })
        return rollouts.filter {
            $0.cause == .run(spec.name) && $0.environment == environment && !taken.contains($0.name)
        }.map(\.name).max()
    }
}
