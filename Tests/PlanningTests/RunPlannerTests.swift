import GantryBase
import Model
import Planning
import Testing

@Suite struct RunPlannerTests {
    private let now = Sample.start
    private let name = RunName(Sample.service, 12)

    private var spec: RunSpec {
        RunSpec(
            name: name, commit: "c0ffee", branch: "main", author: "ann", subject: "Say why",
            stages: [
                StageTemplate(name: "build", work: .steps([.checkout, .test, .release])),
                StageTemplate(name: "development", work: .rollout(environment: "development")),
                StageTemplate(name: "approve", work: .approval(role: .approver)),
                StageTemplate(name: "production", work: .rollout(environment: "production")),
            ], createdAt: now)
    }

    private func plan(_ status: RunStatus, _ facts: RunFacts = RunFacts()) -> RunStep {
        RunPlanner.plan(spec, status, facts, now: now)
    }

    private func result(
        exit: Int? = 0, signal: Int? = nil, start: String? = nil, timedOut: Bool = false, memory: Bool = false
    ) -> StepResult {
        StepResult(
            exitCode: exit, signal: signal, startFailure: start, timedOut: timedOut, outOfMemory: memory,
            startedAt: now, finishedAt: now)
    }

    private func report(
        _ step: Int, _ outcome: RunFacts.StepReport.Outcome, attempt: Int = 1
    ) -> RunFacts {
        RunFacts(step: .init(stage: 0, step: step, attempt: attempt, outcome: outcome))
    }

    private func ended(_ step: Int, _ result: StepResult, tests: TestSummary? = nil, attempt: Int = 1)
        -> RunFacts
    {
        let release = step == 2 ? Sample.release(2) : nil
        return report(step, .finished(result, tests: tests, release: release), attempt: attempt)
    }

    private func rollout(_ stage: Int, _ number: Int, _ phase: RolloutStatus.Phase, _ reason: String? = nil)
        -> RunFacts
    {
        var status = RolloutStatus(phase: phase)
        status.reason = reason
        return RunFacts(
            rollout: .init(stage: stage, name: RolloutName(Sample.service, number), status: status))
    }

    /// The status after a list of reports, each given once.
    private func after(_ facts: [RunFacts]) -> RunStatus {
        facts.reduce(plan(RunStatus()).status) { plan($0, $1).status }
    }

    private var built: [RunFacts] { (0...2).map { ended($0, result()) } }

    @Test func stagesAndStepsGoInOrder() {
        var step = plan(RunStatus())
        #expect(step.actions == [.startStep(stage: 0, step: 0, attempt: 1)])
        #expect(step.status.progress == .running)
        step = plan(step.status, ended(0, result()))
        #expect(step.actions == [.startStep(stage: 0, step: 1, attempt: 1)])
        step = plan(step.status, ended(1, result()))
        step = plan(step.status, ended(2, result()))
        #expect(step.status.release == Sample.release(2))
        #expect(step.actions == [.startRollout(stage: 1, "development")])
        step = plan(step.status, rollout(1, 1, .succeeded))
        #expect(step.status.progress == .waiting && step.actions.isEmpty)
        step.status.stages[2].decision = Decision(approved: true, by: "eve", at: now)
        step = plan(step.status)
        #expect(step.actions == [.startRollout(stage: 3, "production")])
        step = plan(step.status, rollout(3, 2, .progressing))
        #expect(step.actions.isEmpty && step.status.stages[3].rollout == RolloutName(Sample.service, 2))
        step = plan(step.status, rollout(3, 2, .succeeded))
        #expect(step.status.progress == .succeeded && step.status.finishedAt == now)
        #expect(plan(step.status) == RunStep(status: step.status, actions: []))
    }

    @Test func aRunSaysWhatItsRolloutWaitsForAndForgetsItAfterwards() {
        var step = plan(after(built), rollout(1, 1, .progressing, "guangzhou waits: no secret"))
        #expect(step.status.reason == "guangzhou waits: no secret")
        #expect(step.status.stages[1].reason == "guangzhou waits: no secret")
        step = plan(step.status, rollout(1, 1, .progressing))
        #expect(step.status.reason == nil && step.status.stages[1].reason == nil)
    }

    @Test func aWaitingRunSaysWhichRunHasOvertakenIt() {
        let newer = RunName(Sample.service, 13)
        var step = plan(after(built + [rollout(1, 1, .succeeded)]))
        #expect(step.status.reason == "waits for the approval of someone with the role approver")
        let facts = RunFacts(overtaker: .init(run: newer, environment: "production"))
        step = plan(step.status, facts)
        #expect(step.status.progress == .waiting)
        #expect(step.status.reason?.hasPrefix("superseded by run yidian/article/13") == true)
        #expect(step.status.reason?.contains("gone on to production") == true)
        step = plan(step.status)
        #expect(step.status.reason?.hasPrefix("waits for") == true)
    }

    @Test func aStepThatNeverBeganIsStartedAgainAsTheSameAttempt() {
        let first = plan(RunStatus())
        #expect(plan(first.status) == first)
        #expect(plan(first.status, report(0, .running)).actions.isEmpty)
    }

    @Test func aReportOfAnotherAttemptIsIgnored() {
        let second = after([ended(0, result())])
        #expect(plan(second, ended(0, result())).status == second)
        #expect(plan(second, ended(0, result())).actions.isEmpty)
        #expect(plan(second, ended(1, result(exit: 1), attempt: 2)).status == second)
    }

    @Test func aLostStepIsTriedAgainUpToItsLimit() {
        var status = plan(RunStatus()).status
        for attempt in 1...RunPlanner.losses {
            let step = plan(status, report(0, .lost, attempt: attempt))
            #expect(step.actions == [.startStep(stage: 0, step: 0, attempt: attempt + 1)])
            #expect(plan(step.status, report(0, .lost, attempt: attempt)).actions.isEmpty)
            status = step.status
        }
        let end = plan(status, report(0, .lost, attempt: RunPlanner.losses + 1))
        #expect(end.status.progress == .failed && end.actions.isEmpty)
        #expect(
            end.status.reason
                == "stage build: step checkout: its process vanished 3 times without a result")
    }

    @Test func aFailedStepFailsTheRunAndLeavesTheRestPending() {
        let status = after([ended(0, result()), ended(1, result(exit: 2))])
        #expect(status.progress == .failed)
        #expect(status.stages[0].steps.map(\.progress) == [.succeeded, .failed, .pending])
        #expect(status.stages.map(\.progress) == [.failed, .pending, .pending, .pending])
        #expect(status.reason == "stage build: step test: exit code 2")
    }

    static let reasons: [(StepResult, TestSummary?, String)] = {
        func result(
            _ exit: Int? = nil, signal: Int? = nil, start: String? = nil, late: Bool = false,
            memory: Bool = false, exceeded: String? = nil
        ) -> StepResult {
            StepResult(
                exitCode: exit, signal: signal, startFailure: start, timedOut: late, outOfMemory: memory,
                exceeded: exceeded, startedAt: Sample.start, finishedAt: Sample.start)
        }
        let tests = TestSummary(passed: 8, failed: 4, skipped: 3, failures: ["a", "b", "c", "d"])
        return [
            (result(1), nil, "exit code 1"), (result(124), nil, "timed out (exit code 124)"),
            (result(126), nil, "command not executable (exit code 126)"),
            (result(127), nil, "command not found (exit code 127)"),
            (result(143), nil, "ended by signal 15 (TERM) (exit code 143)"),
            (result(255), nil, "exit code 255"), (result(signal: 9), nil, "ended by signal 9 (KILL)"),
            (result(signal: 40), nil, "ended by signal 40"),
            (result(signal: 9, memory: true), nil, "out of memory"),
            (result(signal: 15, late: true), tests, "timed out"),
            (result(signal: 9, exceeded: "more than 10Gi of disk"), nil, "took more than 10Gi of disk"),
            (result(0, exceeded: "more than 9 files"), nil, "took more than 9 files"),
            (result(start: "no such file"), nil, "could not be started: no such file"),
            (result(1), tests, "4 of 12 tests failed: a, b, c, …"),
            (result(), nil, "ended without an exit code"),
        ]
    }()

    @Test(arguments: reasons.indices) func theReasonIsInPlainWords(index: Int) {
        let (result, tests, words) = Self.reasons[index]
        let status = after([ended(0, self.result()), ended(1, result, tests: tests)])
        #expect(status.stages[0].steps[1].reason == words)
        #expect(status.stages[0].steps[1].progress == .failed)
    }

    @Test func aReportThatContradictsTheExitCodeIsMentioned() {
        let tests = TestSummary(passed: 1, failed: 1, skipped: 0, failures: ["a"])
        let step = after([ended(0, result()), ended(1, result(), tests: tests)]).stages[0].steps[1]
        #expect(step.progress == .succeeded && step.reason == "succeeded, though 1 of 2 tests failed: a")
    }

    @Test func aReleaseStepWithoutAReleaseFails() {
        let status = after([
            ended(0, result()), ended(1, result()),
            report(2, .finished(result(), tests: nil, release: nil)),
        ])
        #expect(status.reason == "stage build: step release: it ended well and made no release")
    }

    @Test func aRejectedApprovalFailsTheRun() {
        var status = after(built + [rollout(1, 1, .succeeded)])
        status.stages[2].decision = Decision(approved: false, by: "eve", at: now, comment: "not today")
        let step = plan(status)
        #expect(step.status.progress == .failed && step.actions.isEmpty)
        #expect(step.status.reason == "stage approve: rejected by eve: not today")
    }

    @Test func aFailedRolloutFailsTheRunWithItsReason() {
        let status = after(built + [rollout(1, 1, .failed, "guangzhou did not become healthy")])
        #expect(status.progress == .failed)
        #expect(status.reason == "stage development: guangzhou did not become healthy")
    }

    @Test func cancellingStopsTheRunningStepFirst() {
        var status = plan(RunStatus()).status
        status.cancelledBy = "ann"
        let asked = plan(status, report(0, .running))
        #expect(asked.actions == [.cancelStep(stage: 0, step: 0)] && asked.status.progress == .running)
        let end = plan(asked.status, ended(0, result(exit: nil, signal: 15)))
        #expect(end.status.progress == .cancelled && end.status.reason == "cancelled by ann")
        #expect(end.status.stages[0].steps.map(\.progress) == [.cancelled, .pending, .pending])
        #expect(plan(status, ended(0, result())).actions.isEmpty, "no further step starts")
    }

    @Test func cancellingBeforeTheStartDoesNothingElse() {
        var status = RunStatus()
        status.cancelledBy = "ann"
        let end = plan(status)
        #expect(end.status.progress == .cancelled && end.actions.isEmpty && end.status.startedAt == nil)
    }

    @Test func cancellingAWaitingApprovalEndsIt() {
        var status = after(built + [rollout(1, 1, .succeeded)])
        status.cancelledBy = "ann"
        #expect(plan(status).status.stages[2].progress == .cancelled)
    }

    @Test func cancellingARolloutWaitsForItsEnd() {
        var status = after(built + [rollout(1, 5, .progressing)])
        status.cancelledBy = "ann"
        let asked = plan(status, rollout(1, 5, .progressing))
        #expect(asked.actions == [.cancelRollout(RolloutName(Sample.service, 5))])
        #expect(asked.status.progress == .running)
        #expect(plan(asked.status, rollout(1, 5, .cancelled)).status.progress == .cancelled)
        let done = plan(asked.status, rollout(1, 5, .succeeded)).status
        #expect(done.stages.map(\.progress) == [.succeeded, .succeeded, .cancelled, .pending])
        #expect(done.progress == .cancelled)
    }

    @Test func aRetryBeginsAtTheFirstStageThatDidNotSucceed() throws {
        #expect(RunPlanner.retry(RunStatus()) == nil)
        let failed = after(built + [rollout(1, 5, .failed)])
        let again = try #require(RunPlanner.retry(failed))
        #expect(again.progress == .pending && again.reason == nil && again.finishedAt == nil)
        #expect(again.stages.map(\.progress) == [.succeeded, .pending, .pending, .pending])
        #expect(again.release == Sample.release(2))
        let step = plan(again, rollout(1, 5, .failed))
        #expect(
            step.actions == [.startRollout(stage: 1, "development")],
            "the old rollout is not taken for the new one")
        #expect(plan(step.status, rollout(1, 6, .succeeded)).status.stages[1].progress == .succeeded)
    }

    @Test func aRetriedStageIsDoneWholeAndItsAttemptsGoOnCounting() throws {
        let failed = after([ended(0, result()), ended(1, result(exit: 1))])
        let again = try #require(RunPlanner.retry(failed))
        let step = plan(again, ended(0, result()))
        #expect(step.actions == [.startStep(stage: 0, step: 0, attempt: 2)])
        #expect(step.status.stages[0].steps.map(\.losses) == [0, 0, 0])
    }

    @Test func theRolloutMadeJustBeforeACrashIsFound() throws {
        func target(_ number: Int, _ environment: EnvironmentName, _ run: Int = 12) -> RolloutTarget {
            RolloutTarget(
                name: RolloutName(Sample.service, number), environment: environment,
                release: Sample.release(2),
                regions: [], lastGood: [:], cause: .run(RunName(Sample.service, run)), createdAt: now)
        }
        let all = [
            target(5, "development"), target(6, "production"), target(7, "development", 13),
            target(8, "development"),
        ]
        func found(_ status: RunStatus, _ targets: [RolloutTarget]) -> Int? {
            RunPlanner.rollout(ofStage: 1, in: spec, status, among: targets)?.number
        }
        #expect(found(after(built), Array(all.prefix(3))) == 5)
        #expect(found(after(built + [rollout(1, 5, .progressing)]), all) == 5)
        let again = try #require(RunPlanner.retry(after(built + [rollout(1, 5, .failed)])))
        #expect(found(again, Array(all.prefix(3))) == nil)
        #expect(found(again, all) == 8)
    }
}
