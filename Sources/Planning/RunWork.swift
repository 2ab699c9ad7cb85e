import GantryBase
import Model

/// One decision of the run planner under way.
struct RunWork {
    let spec: RunSpec
    let facts: RunFacts
    let now: Timestamp
    var status: RunStatus
    var actions: [RunAction] = []

    init(_ spec: RunSpec, _ status: RunStatus, _ facts: RunFacts, now: Timestamp) {
        (self.spec, self.status, self.facts, self.now) = (spec, status, facts, now)
        for template in spec.stages.dropFirst(status.stages.count) {
            var steps: [StepStatus] = []
            if case .steps(let kinds) = template.work { steps = kinds.map { StepStatus(kind: $0) } }
            self.status.stages.append(StageStatus(name: template.name, steps: steps))
        }
    }

    private var isCancelling: Bool { status.cancelledBy != nil }
    private var cancellation: String { "cancelled by \(status.cancelledBy?.text ?? "nobody")" }

    mutating func advance() {
        if status.startedAt == nil, !isCancelling { status.startedAt = now }
        for index in spec.stages.indices {
            if status.stages[index].progress == .succeeded { continue }
            advanceStage(index)
            let stage = status.stages[index]
            switch stage.progress {
            case .succeeded: continue
            case .failed, .cancelled:
                let reason = stage.reason.map { ": \($0)" } ?? ""
                let cancelled = isCancelling && stage.progress == .cancelled
                return finish(stage.progress, cancelled ? cancellation : "stage \(stage.name)\(reason)")
            case .pending, .running, .waiting:
                status.progress = stage.progress == .waiting ? .waiting : .running
                status.reason = stage.reason
                return
            }
        }
        finish(.succeeded, nil)
    }

    private mutating func finish(_ progress: Progress, _ reason: String?) {
        status.progress = progress
        status.reason = reason
        status.finishedAt = now
    }

    private mutating func advanceStage(_ index: Int) {
        if status.stages[index].progress == .pending {
            if isCancelling { return end(index, .cancelled, cancellation) }
            status.stages[index].progress = .running
            status.stages[index].startedAt = now
        }
        switch spec.stages[index].work {
        case .steps: advanceSteps(index)
        case .approval(let role): advanceApproval(index, role)
        case .rollout(let environment): advanceRollout(index, environment)
        }
    }

    private mutating func end(_ index: Int, _ progress: Progress, _ reason: String? = nil) {
        status.stages[index].progress = progress
        status.stages[index].reason = reason
        status.stages[index].finishedAt = now
    }

    private mutating func advanceApproval(_ index: Int, _ role: Role) {
        if let decision = status.stages[index].decision {
            let comment = decision.comment.map { ": \($0)" } ?? ""
            let words = "\(decision.approved ? "approved" : "rejected") by \(decision.by)\(comment)"
            return end(index, decision.approved ? .succeeded : .failed, words)
        }
        if isCancelling { return end(index, .cancelled, cancellation) }
        status.stages[index].progress = .waiting
        let waits = "waits for the approval of someone with the role \(role.rawValue)"
        let superseded = facts.overtaker.map { ahead in
            "superseded by run \(ahead.run), which has gone on to \(ahead.environment); reject it, or it "
        }
        status.stages[index].reason = (superseded ?? "") + waits
    }

    private mutating func advanceRollout(_ index: Int, _ environment: EnvironmentName) {
        if let report = facts.rollout, report.stage == index, isOwn(report.name, index) {
            status.stages[index].rollout = report.name
            switch report.status.phase {
            case .succeeded: return end(index, .succeeded)
            case .failed: return end(index, .failed, report.status.reason ?? "the rollout failed")
            case .cancelled:
                return end(index, .cancelled, report.status.reason ?? "the rollout was cancelled")
            case .pending, .progressing, .returning:
                status.stages[index].reason = report.status.reason
            }
        }
        if let name = status.stages[index].rollout {
            if isCancelling { actions.append(.cancelRollout(name)) }
        } else if isCancelling {
            end(index, .cancelled, cancellation)
        } else if status.release == nil {
            end(index, .failed, "no release was made in this run that could be rolled out")
        } else {
            actions.append(.startRollout(stage: index, environment))
        }
    }

    private func isOwn(_ name: RolloutName, _ index: Int) -> Bool {
        let stage = status.stages[index]
        return stage.rollout.map { $0 == name } ?? !stage.earlierRollouts.contains(name)
    }
}

// Steps.
extension RunWork {
    private mutating func advanceSteps(_ index: Int) {
        for step in status.stages[index].steps.indices {
            switch status.stages[index].steps[step].progress {
            case .succeeded: continue
            case .pending, .waiting:
                if isCancelling { return end(index, .cancelled, cancellation) }
                return begin(index, step)
            case .running:
                guard settle(index, step) else { return }
            case .failed, .cancelled: break
            }
            let state = status.stages[index].steps[step]
            guard state.progress == .succeeded else {
                let reason = state.reason.map { ": \($0)" } ?? ""
                return end(index, state.progress, "step \(state.kind.rawValue)\(reason)")
            }
        }
        end(index, .succeeded)
    }

    private mutating func begin(_ index: Int, _ step: Int) {
        status.stages[index].steps[step].progress = .running
        status.stages[index].steps[step].startedAt = now
        status.stages[index].steps[step].attempt += 1
        start(index, step)
    }

    private mutating func start(_ index: Int, _ step: Int) {
        let attempt = status.stages[index].steps[step].attempt
        actions.append(.startStep(stage: index, step: step, attempt: attempt))
    }

    /// Takes up what is reported of a running step; true when the step has ended.
    private mutating func settle(_ index: Int, _ step: Int) -> Bool {
        guard let report = facts.step else {
            // It never began: the process that was to start it died in between.
            if isCancelling {
                actions.append(.cancelStep(stage: index, step: step))
                return endStep(index, step, .cancelled, cancellation)
            }
            start(index, step)
            return false
        }
        let state = status.stages[index].steps[step]
        guard report.stage == index, report.step == step, report.attempt == state.attempt else {
            return false
        }
        switch report.outcome {
        case .running:
            if isCancelling { actions.append(.cancelStep(stage: index, step: step)) }
            return false
        case .lost: return lose(index, step)
        case .finished(let result, let tests, let release):
            status.stages[index].steps[step].result = result
            status.stages[index].steps[step].tests = tests
            return endStep(index, step, result, tests, release)
        }
    }

    private mutating func lose(_ index: Int, _ step: Int) -> Bool {
        if isCancelling { return endStep(index, step, .cancelled, cancellation) }
        status.stages[index].steps[step].losses += 1
        let losses = status.stages[index].steps[step].losses
        guard losses <= RunPlanner.losses else {
            return endStep(index, step, .failed, "its process vanished \(losses) times without a result")
        }
        status.stages[index].steps[step].reason = "tried again: its process vanished without a result"
        begin(index, step)
        return false
    }

    private mutating func endStep(
        _ index: Int, _ step: Int, _ result: StepResult, _ tests: TestSummary?, _ release: ReleaseName?
    ) -> Bool {
        let kind = status.stages[index].steps[step].kind
        guard result.succeeded else {
            // A program that was told to end may answer with any status: what it ended with is no failure of its own.
            if isCancelling { return endStep(index, step, .cancelled, cancellation) }
            return endStep(index, step, .failed, StepReason.words(result, tests))
        }
        if kind == .release {
            guard let release else {
                return endStep(index, step, .failed, "it ended well and made no release")
            }
            status.release = release
        }
        return endStep(index, step, .succeeded, StepReason.remark(tests))
    }

    private mutating func endStep(_ index: Int, _ step: Int, _ progress: Progress, _ reason: String?) -> Bool
    {
        status.stages[index].steps[step].progress = progress
        status.stages[index].steps[step].reason = reason
        status.stages[index].steps[step].finishedAt = now
        return true
    }
}
