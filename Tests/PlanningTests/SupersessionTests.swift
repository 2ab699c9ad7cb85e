import GantryBase
import Model
import Planning
import Testing

@Suite struct SupersessionTests {
    private let now = Sample.start

    private func run(_ number: Int) -> RunName { RunName(Sample.service, number) }

    private let stages = [
        StageTemplate(name: "build", work: .steps([.checkout, .release])),
        StageTemplate(name: "development", work: .rollout(environment: "development")),
        StageTemplate(name: "approve", work: .approval(role: .approver)),
        StageTemplate(name: "staging", work: .rollout(environment: "staging")),
        StageTemplate(name: "watch", work: .steps([.test])),
        StageTemplate(name: "production", work: .rollout(environment: "production")),
        StageTemplate(name: "last", work: .approval(role: .admin)),
        StageTemplate(name: "dr", work: .rollout(environment: "dr")),
    ]

    private var spec: RunSpec {
        RunSpec(
            name: run(3), commit: "c0ffee", branch: "main", author: "ann", subject: "Say why", stages: stages,
            createdAt: now)
    }

    /// A run in the stage with this index, with its gates before it approved.
    private func status(at current: Int, overriding: RunName? = nil) -> RunStatus {
        var status = RunStatus()
        status.progress = .running
        for (index, stage) in stages.enumerated() {
            var known = StageStatus(
                name: stage.name,
                progress: index < current ? .succeeded : index == current ? .running : .pending)
            if case .approval = stage.work, index < current {
                known.decision = Decision(approved: true, by: "eve", at: now, overriding: overriding)
            }
            status.stages.append(known)
        }
        return status
    }

    @Test(
        arguments: [
            (0, ["development"]), (1, ["development"]), (2, []), (3, ["staging", "production"]),
            (4, ["production"]), (6, []), (7, ["dr"]), (8, []), (99, []),
        ] as [(Int, [EnvironmentName])])
    func aRunIsBoundForWhatComesBeforeTheNextApproval(_ first: Int, _ environments: [EnvironmentName]) {
        #expect(Supersession.environments(from: first, in: spec) == environments)
    }

    @Test(
        arguments: [
            (0, []), (1, []), (2, []), (3, ["staging", "production"]), (4, ["production"]),
            (5, ["production"]), (6, []), (7, ["dr"]),
        ] as [(Int, [EnvironmentName])])
    func aRunIsAdmittedToWhatAPersonLetItGoOnTo(_ current: Int, _ environments: [EnvironmentName]) {
        #expect(Supersession.admitted(spec, status(at: current)) == environments)
    }

    @Test func aDecisionThatNobodyHasActedOnAdmitsAndARejectionDoesNot() {
        var status = status(at: 2)
        status.stages[2].progress = .waiting
        status.stages[2].decision = Decision(approved: false, by: "eve", at: now)
        #expect(Supersession.admitted(spec, status) == [])
        status.stages[2].decision = Decision(approved: true, by: "eve", at: now)
        #expect(Supersession.admitted(spec, status) == ["staging", "production"])
    }

    @Test func aRunThatHasEndedOrIsBeingCancelledIsAdmittedNowhere() {
        var ended = status(at: 3)
        ended.progress = .failed
        #expect(Supersession.admitted(spec, ended) == [])
        var cancelled = status(at: 3)
        cancelled.cancelledBy = "ann"
        #expect(Supersession.admitted(spec, cancelled) == [])
    }

    @Test func theNewestRunAheadIsNamedAndOlderOnesAndOtherServicesAreNot() {
        let other = RunName(ServiceName("yidian", "author"), 9)
        let present: [EnvironmentName: Set<RunName>] = [
            "staging": [run(4), run(2), other], "production": [run(5), run(3)], "dr": [run(8)],
        ]
        let bound: [EnvironmentName] = ["staging", "production"]
        #expect(
            Supersession.overtaker(of: run(3), boundFor: bound, present: present)
                == .init(run: run(5), environment: "production"))
        #expect(Supersession.overtaker(of: run(5), boundFor: bound, present: present) == nil)
        #expect(Supersession.overtaker(of: run(3), boundFor: [], present: present) == nil)
        #expect(Supersession.overtaker(of: run(3), boundFor: bound, present: [:]) == nil)
    }

    @Test func aRolloutYieldsAfterAnApprovalThatWasNotForced() {
        #expect(!Supersession.yields(spec, status(at: 1), at: 1))
        #expect(Supersession.yields(spec, status(at: 3), at: 3))
        #expect(Supersession.yields(spec, status(at: 5), at: 5))
        #expect(!Supersession.yields(spec, status(at: 3, overriding: run(4)), at: 3))
        var status = status(at: 3)
        Supersession.force(&status, of: spec, from: 3, past: run(4))
        #expect(!Supersession.yields(spec, status, at: 3))
        #expect(status.stages[2].decision?.overriding == run(4))
    }
}
