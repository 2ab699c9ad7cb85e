import GantryBase
import Model
import Planning
import Testing

@Suite struct RunQueueTests {
    private func run(
        _ service: String, _ number: Int, _ progress: Progress = .pending, branch: String = "main",
        at: Int64 = 0
    ) -> RunQueue.Entry {
        let name = RunName(path: "\(service)/\(number)") ?? RunName(Sample.service, number)
        return RunQueue.Entry(
            name: name, branch: branch, createdAt: Sample.start + .seconds(at), progress: progress)
    }

    private func plan(_ runs: [RunQueue.Entry], perBusiness: Int = 10, limit: Int = 10) -> [String] {
        RunQueue.plan(runs: runs, limitPerBusiness: perBusiness, limit: limit).map(\.path)
    }

    @Test func businessesTakeTurnsAndTheOldestGoesFirst() {
        let runs = [
            run("a/one", 1, at: 1), run("a/two", 1, at: 2), run("a/three", 1, at: 3), run("b/one", 1, at: 9),
        ]
        #expect(plan(runs, limit: 3) == ["a/one/1", "b/one/1", "a/two/1"])
    }

    @Test func aBusinessThatRunsMuchWaits() {
        let runs = [run("a/one", 1, .running), run("a/two", 1, at: 1), run("b/one", 1, at: 9)]
        #expect(plan(runs, limit: 2) == ["b/one/1"])
    }

    @Test func limitsHold() {
        let runs = (1...5).map { run("a/s\($0)", 1, at: Int64($0)) }
        #expect(plan(runs, perBusiness: 2) == ["a/s1/1", "a/s2/1"])
        #expect(plan(runs, limit: 0).isEmpty)
    }

    @Test func aBranchOfAServiceRunsOneAtATimeByNumber() {
        #expect(plan([run("a/one", 2, at: 0), run("a/one", 1, at: 5)]) == ["a/one/1"])
        #expect(plan([run("a/one", 1, .running), run("a/one", 2)]).isEmpty)
        #expect(plan([run("a/one", 1, .running), run("a/one", 2, branch: "next")]) == ["a/one/2"])
    }

    @Test func aRunThatWaitsForAPersonHoldsNoPlace() {
        #expect(plan([run("a/one", 1, .waiting), run("a/one", 2)], limit: 1) == ["a/one/2"])
    }
}
