import GantryBase
import Model
import Planning
import Testing

@Suite struct ReplicaPlannerTests {
    typealias Goal = (replicas: Int, surge: Int, unavailable: Int)

    private func plan(
        _ goal: Goal, _ instances: [InstanceStatus], now: Timestamp = Sample.start, generation: String = ""
    ) -> (starts: Int, stops: [String]) {
        let goal = ReplicaGoal(
            release: Sample.release(2), generation: generation, replicas: goal.replicas, surge: goal.surge,
            unavailable: goal.unavailable)
        var (starts, stops): (Int, [String]) = (0, [])
        for action in ReplicaPlanner.plan(goal, instances, now: now) {
            switch action {
            case .start(let release):
                #expect(release == goal.release)
                starts += 1
            case .stop(let name): stops.append(name.id)
            }
        }
        return (starts, stops)
    }

    @Test func anEmptyWorkloadIsFilled() {
        #expect(plan((3, 1, 0), []) == (3, []))
    }

    @Test func anUpdateWithoutUnavailabilityStartsTheSurgeAndStopsNothing() {
        let old = [Sample.instance("a", .ready, release: 1), Sample.instance("b", .ready, release: 1)]
        #expect(plan((2, 1, 0), old) == (1, []))
        #expect(plan((2, 1, 0), old + [Sample.instance("c", .starting)]) == (0, []))
        let next = plan((2, 1, 0), old + [Sample.instance("c", .ready)])
        #expect(next == (1, ["a"]))
    }

    @Test func anUpdateWithoutSurgeStopsWhatMayBeUnavailable() {
        let old = ["a", "b", "c"].map { Sample.instance($0, .ready, release: 1) }
        #expect(plan((3, 0, 1), old) == (1, ["a"]))
    }

    @Test func anUpdateWithoutAnyRoomIsGivenOneInstanceMore() {
        let old = [Sample.instance("a", .ready, release: 1)]
        #expect(plan((1, 0, 0), old) == (1, []))
    }

    @Test func oldInstancesThatAreNotReadyGoFirst() {
        let instances = [
            Sample.instance("a", .ready, release: 1, age: 10),
            Sample.instance("b", .unready, release: 1, age: 90),
            Sample.instance("c", .ready),
        ]
        #expect(plan((2, 1, 0), instances) == (1, ["b"]))
        #expect(plan((2, 1, 0), [Sample.instance("a", .crashing, release: 1)]) == (2, ["a"]))
    }

    @Test func anOutageThatMakesAllOldInstancesUnreadyDoesNotStopThemAllAtOnce() {
        let old = ["a", "b", "c", "d"].map { Sample.instance($0, .unready, release: 1) }
        let step = plan((4, 1, 0), old)
        #expect(step.stops.isEmpty && step.starts == 1)
    }

    @Test func crashingInstancesKeepTheirPlaces() {
        let old = [Sample.instance("a", .ready, release: 1), Sample.instance("b", .ready, release: 1)]
        #expect(plan((2, 1, 0), old + [Sample.instance("c", .crashing, restarts: 9)]) == (0, []))
        #expect(plan((1, 1, 0), [Sample.instance("c", .crashing, restarts: 9)]) == (0, []))
    }

    @Test func lostInstancesAreRemovedAndReplaced() {
        #expect(plan((1, 1, 0), [Sample.instance("a", .lost, age: 3600)]) == (1, ["a"]))
    }

    @Test func anInstanceLostRightAfterItsStartIsReplacedAfterAPause() {
        let lost = [Sample.instance("a", .lost, age: 0)]
        #expect(plan((1, 1, 0), lost) == (0, []))
        #expect(plan((1, 1, 0), lost, now: Sample.start + ReplicaPlanner.lossPause) == (1, ["a"]))
        #expect(plan((1, 1, 0), lost, now: Sample.start - .minutes(5)) == (1, ["a"]), "the clock went back")
    }

    @Test func scalingDownPrefersUnreadyThenYoungest() {
        let instances = [
            Sample.instance("old", .ready, age: 500), Sample.instance("young", .ready, age: 5),
            Sample.instance("sick", .unready, age: 900), Sample.instance("middle", .ready, age: 50),
        ]
        #expect(plan((3, 1, 0), instances) == (0, ["sick"]))
        #expect(plan((2, 1, 0), instances) == (0, ["sick", "young"]))
    }

    @Test func zeroReplicasStopAll() {
        let instances = [
            Sample.instance("a", .ready), Sample.instance("b", .ready, release: 1),
            Sample.instance("c", .stopping),
            Sample.instance("d", .lost), Sample.instance("e", .stopped),
        ]
        let step = plan((0, 1, 0), instances)
        #expect(step.starts == 0 && Set(step.stops) == ["a", "b", "d"])
    }

    @Test func aChangedGenerationRollsLikeARelease() {
        let instances = [
            Sample.instance("a", .ready, generation: "x"), Sample.instance("b", .ready, generation: "x"),
        ]
        #expect(plan((2, 1, 0), instances, generation: "x") == (0, []))
        #expect(plan((2, 1, 0), instances, generation: "y") == (1, []))
    }

    @Test func nonsenseNumbersDoNoHarm() {
        #expect(plan((-1, -1, -1), [Sample.instance("a", .ready)]) == (0, ["a"]))
        #expect(plan((1, -1, -1), []) == (1, []))
        #expect(plan((2, 0, 9), [Sample.instance("a", .ready, release: 1)]).starts == 2)
    }
}
