import GantryBase
import Model
import Planning
import Testing

@Suite struct RolloutPlannerTests {
    private let new = Sample.release(2)
    private let old = Sample.release(1)
    private let now = Sample.start
    private let deadline = Period.minutes(2)

    private func target(
        _ regions: [RegionName] = ["guangzhou", "nanjing", "tianjin"], first: Bool = false
    ) -> RolloutTarget {
        RolloutTarget(
            name: RolloutName(Sample.service, 7), environment: "production", release: new, regions: regions,
            lastGood: first ? [:] : Dictionary(uniqueKeysWithValues: regions.map { ($0, old) }),
            cause: .rollback(by: "ann"), createdAt: now)
    }

    private func seen(
        _ wanted: Int?, _ instances: [InstanceStatus], replicas: Int = 2, takenUp: Bool = true,
        problem: String? = nil
    ) -> RegionObservation {
        RegionObservation(
            wanted: wanted.map(Sample.release),
            status: WorkloadStatus(instances: instances, problem: problem),
            replicas: replicas, isTakenUp: takenUp, deadline: deadline)
    }

    private func ready(_ release: Int, _ count: Int = 2) -> [InstanceStatus] {
        (0..<count).map { Sample.instance("r\(release)x\($0)", .ready, release: release) }
    }

    private var untouched: [RegionName: RegionObservation] {
        ["guangzhou": seen(1, ready(1)), "nanjing": seen(1, ready(1)), "tianjin": seen(1, ready(1))]
    }

    private func started() -> RolloutStatus {
        RolloutPlanner.plan(target(), RolloutStatus(), untouched, now: now).status
    }

    /// The first region takes the release in; `edit` says what becomes of it.
    private func step(
        _ observation: RegionObservation, after: Period, status: RolloutStatus? = nil
    ) -> RolloutStep {
        var observed = untouched
        observed["guangzhou"] = observation
        return RolloutPlanner.plan(target(), status ?? started(), observed, now: now + after)
    }

    @Test func theFirstRegionStartsAlone() {
        let step = RolloutPlanner.plan(target(), RolloutStatus(), untouched, now: now)
        #expect(step.actions == [.setRelease("guangzhou", new)])
        #expect(step.status.phase == .progressing)
        #expect(step.status.regions.map(\.phase) == [.progressing, .waiting, .waiting])
    }

    @Test func aRolloutThatWaitsSaysForWhatUntilItWaitsNoMore() {
        let lacking = seen(2, ready(1), takenUp: false, problem: "lacks the secret KEY")
        let held = step(lacking, after: .seconds(5))
        #expect(held.status.phase == .progressing)
        #expect(held.status.reason == "guangzhou waits: lacks the secret KEY")
        let gone = step(seen(2, ready(1)), after: .seconds(6), status: held.status)
        #expect(gone.status.phase == .progressing && gone.status.reason == nil)
    }

    @Test func aProblemOfTheReleaseBeforeIsNotHeldAgainstTheNewOne() {
        let step = step(seen(1, ready(1), problem: "lacks the secret OLD"), after: .seconds(5))
        #expect(step.status.reason == nil)
    }

    @Test func aRegionThatGoesBackSaysWhyMeanwhile() {
        let late = step(seen(2, []), after: deadline)
        #expect(late.status.phase == .returning)
        #expect(late.status.reason?.hasPrefix("guangzhou goes back: 0 of 2 instances") == true)
    }

    @Test func anActionIsAskedForUntilItIsObserved() {
        let first = RolloutPlanner.plan(target(), RolloutStatus(), untouched, now: now)
        let again = RolloutPlanner.plan(target(), first.status, untouched, now: now + .seconds(1))
        #expect(again == first)
        #expect(step(seen(2, ready(1)), after: .seconds(2)).actions.isEmpty)
    }

    static let notYet: [(String, RegionObservation)] = {
        func seen(_ instances: [InstanceStatus], replicas: Int = 2, takenUp: Bool = true) -> RegionObservation
        {
            RegionObservation(
                wanted: Sample.release(2), status: WorkloadStatus(instances: instances), replicas: replicas,
                isTakenUp: takenUp, deadline: .minutes(2))
        }
        let ready = ["a", "b"].map { Sample.instance($0, .ready) }
        return [
            ("the cluster has not taken it up", seen(ready, takenUp: false)),
            ("too few are ready", seen(ready, replicas: 3)),
            ("an old instance is there", seen(ready + [Sample.instance("o", .ready, release: 1)])),
        ]
    }()

    @Test(arguments: notYet.indices) func aRegionIsNotHealthyWhile(index: Int) {
        let step = step(Self.notYet[index].1, after: .seconds(3))
        #expect(step.status.regions[0].phase == .progressing, "\(Self.notYet[index].0)")
        #expect(step.actions.isEmpty)
    }

    @Test func theNextRegionStartsOnceTheOneBeforeIsHealthy() {
        let stopping = Sample.instance("o", .stopping, release: 1)
        let step = step(seen(2, ready(2) + [stopping]), after: .seconds(9))
        #expect(step.status.regions.map(\.phase) == [.healthy, .progressing, .waiting])
        #expect(step.actions == [.setRelease("nanjing", new)])
    }

    @Test func itSucceedsWhenAllRegionsAreHealthy() {
        let all = untouched.mapValues { _ in seen(2, ready(2)) }
        let step = RolloutPlanner.plan(target(), started(), all, now: now + .seconds(30))
        #expect(step.status.phase == .succeeded && step.actions.isEmpty)
        #expect(step.status.finishedAt == now + .seconds(30))
        #expect(
            RolloutPlanner.plan(target(), step.status, [:], now: now)
                == RolloutStep(status: step.status, actions: []))
    }

    @Test func aWorkloadOfNoReplicasIsHealthyOnceTakenUp() {
        #expect(step(seen(2, [], replicas: 0), after: .seconds(1)).status.regions[0].phase == .healthy)
    }

    @Test func noProgressForTheDeadlineSendsTheRegionBack() {
        let stuck = seen(
            2, ready(1) + [Sample.instance("x", .unready, reason: "GET /readyz: 503\nno database")])
        #expect(step(stuck, after: deadline + .milliseconds(-1)).status.phase == .progressing)
        let failed = step(stuck, after: deadline)
        #expect(failed.status.phase == .returning)
        #expect(failed.status.regions.map(\.phase) == [.returning, .waiting, .waiting])
        #expect(failed.actions == [.setRelease("guangzhou", old)])
        #expect(step(stuck, after: deadline, status: failed.status).actions == failed.actions)

        let back = step(seen(1, ready(1)), after: deadline + .seconds(5), status: failed.status)
        #expect(back.status.phase == .failed && back.actions.isEmpty)
        #expect(back.status.regions.map(\.phase) == [.returned, .waiting, .waiting])
        #expect(
            back.status.reason
                == "guangzhou did not become healthy: 0 of 2 instances of release 2 ready; no progress for 2m; "
                + "instance x is unready: GET /readyz: 503\nno database; it is back on release 1; "
                + "not touched: nanjing, tianjin")
    }

    @Test func progressMovesTheDeadline() {
        let one = seen(2, ready(2, 1) + [Sample.instance("x", .starting)])
        let risen = step(one, after: .seconds(100))
        #expect(risen.status.regions[0].bestReady == 1)
        #expect(step(one, after: .seconds(200), status: risen.status).status.phase == .progressing)
        #expect(step(one, after: .seconds(220), status: risen.status).status.phase == .returning)
    }

    @Test func regionsThatAreHealthyKeepTheRelease() {
        var status = started()
        var observed = untouched
        observed["guangzhou"] = seen(2, ready(2))
        status = RolloutPlanner.plan(target(), status, observed, now: now).status
        observed["nanjing"] = seen(2, ready(1))
        status = RolloutPlanner.plan(target(), status, observed, now: now + deadline).status
        observed["nanjing"] = seen(1, ready(1))
        let end = RolloutPlanner.plan(target(), status, observed, now: now + deadline)
        #expect(end.status.regions.map(\.phase) == [.healthy, .returned, .waiting])
        #expect(
            end.status.reason?.hasSuffix("on release 2 and healthy: guangzhou; not touched: tianjin") == true)
    }

    @Test func aCrashLoopFailsWithoutWaiting() {
        func crashing(_ restarts: Int, age: Int64) -> RegionObservation {
            seen(
                2,
                ready(1) + [Sample.instance("c", .crashing, restarts: restarts, reason: "exit 1", age: age)])
        }
        #expect(step(crashing(2, age: -1), after: .seconds(5)).status.phase == .progressing)
        let failed = step(crashing(3, age: -1), after: .seconds(5))
        #expect(failed.status.phase == .returning)
        #expect(failed.status.regions[0].reason?.contains("instance c is crashing: exit 1") == true)
        #expect(
            step(crashing(3, age: 60), after: .seconds(5)).status.phase == .progressing,
            "an instance from before the rollout tells nothing about it")
    }

    @Test func aFailedFirstRolloutTakesTheWorkloadAway() {
        let target = target(["guangzhou"], first: true)
        func plan(_ status: RolloutStatus, _ seen: RegionObservation, _ after: Period) -> RolloutStep {
            RolloutPlanner.plan(target, status, ["guangzhou": seen], now: now + after)
        }
        let begun = plan(RolloutStatus(), .absent(replicas: 2, deadline: deadline), .zero)
        #expect(begun.actions == [.setRelease("guangzhou", new)])
        let stuck = seen(2, [Sample.instance("a", .starting)])
        let failed = plan(begun.status, stuck, deadline)
        #expect(failed.actions == [.removeWorkload("guangzhou")])
        let going = plan(failed.status, seen(nil, [Sample.instance("a", .ready)]), deadline + .seconds(1))
        #expect(going.status.phase == .returning && going.actions.isEmpty)
        let gone = plan(going.status, seen(nil, []), deadline + .seconds(9))
        #expect(gone.status.phase == .failed && gone.status.regions[0].phase == .returned)
    }

    @Test func aReturnThatGetsNowhereEndsToo() {
        let stuck = seen(2, ready(1))
        let failed = step(stuck, after: deadline)
        let late = deadline + deadline
        let unstored = step(stuck, after: late, status: failed.status)
        #expect(unstored.status.phase == .returning, "what is wanted is not stored, so it is not given up")
        #expect(unstored.actions == [.setRelease("guangzhou", old)])
        let given = step(seen(1, []), after: late, status: failed.status)
        #expect(given.status.phase == .failed && given.status.regions[0].phase == .returning)
        #expect(given.status.reason?.contains("did not get there within 2m") == true)
    }

    @Test func aCancelledRolloutDoesNothingMore() {
        var status = started()
        status.cancelledBy = "rollout 8"
        let end = step(seen(2, ready(1)), after: .seconds(1), status: status)
        #expect(end.status.phase == .cancelled && end.actions.isEmpty)
        #expect(
            end.status.reason
                == "cancelled by rollout 8; guangzhou was under way and is left as it is, with release 2 wanted; "
                + "not touched: nanjing, tianjin")
    }

    @Test func aClockThatGoesBackFailsNothingEarlyOrLate() {
        let stuck = seen(2, ready(1))
        let back = step(stuck, after: .minutes(-60))
        #expect(back.status.phase == .progressing)
        #expect(step(stuck, after: .minutes(-59), status: back.status).status.phase == .progressing)
        #expect(step(stuck, after: .minutes(-58), status: back.status).status.phase == .returning)
    }

    @Test func timeInWhichNobodyWatchedDoesNotCount() {
        var observed = untouched
        observed["guangzhou"] = seen(2, ready(1))
        let hour = now + .minutes(60)
        func plan(_ later: Period) -> RolloutStatus.Phase {
            RolloutPlanner.plan(target(), started(), observed, now: hour + later, watchingSince: hour).status
                .phase
        }
        #expect(plan(.seconds(1)) == .progressing)
        #expect(plan(deadline) == .returning)
    }

    @Test func aReleaseThatCouldNotBeStoredInTimeIsStillTried() {
        let late = RolloutPlanner.plan(target(), started(), untouched, now: now + .minutes(60))
        #expect(late.status.phase == .progressing && late.actions == [.setRelease("guangzhou", new)])
    }

    @Test func aRolloutOfNoRegionsIsDone() {
        #expect(RolloutPlanner.plan(target([]), RolloutStatus(), [:], now: now).status.phase == .succeeded)
    }

    @Test func theProblemOfTheClusterIsInTheReason() {
        let failed = step(seen(2, [], problem: "no artifact sha256:1"), after: deadline)
        #expect(failed.status.regions[0].reason?.contains("no artifact sha256:1") == true)
    }
}
