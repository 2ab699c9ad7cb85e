import GantryBase
import Model
import Testing

@testable import Supervision

@Suite("The stop of an instance") struct InstanceStopTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var leftAt: Duration?
        var grace: Period?
        /// Seconds after the start of the stop at which TERM, KILL and the end come.
        var expected: [Int64]
        var testDescription: String { name }
    }

    @Test(
        "the steps come at their times",
        arguments: [
            Row(name: "leaving now", leftAt: .zero, expected: [10, 30, 33]),
            Row(name: "never ready", leftAt: nil, expected: [0, 20, 23]),
            Row(name: "left 4 s ago", leftAt: .seconds(-4), expected: [6, 26, 29]),
            Row(name: "left long ago", leftAt: .seconds(-400), expected: [0, 20, 23]),
            Row(name: "larger grace", leftAt: .zero, grace: .seconds(65), expected: [10, 60, 63]),
        ])
    func sequence(row: Row) {
        let spec = StopSpec(discovery: "polaris", wait: .seconds(10), drain: .seconds(20), grace: row.grace)
        let start = Duration.seconds(5000)
        var sequence = StopSequence(spec, start: start, leftAt: row.leftAt.map { start + $0 })
        var seen: [StopSequence.Action] = []
        for expected in row.expected {
            #expect(sequence.deadline == start + .seconds(expected))
            #expect(sequence.advance(to: start + .seconds(expected) - .milliseconds(1)) == nil)
            if let action = sequence.advance(to: start + .seconds(expected)) { seen.append(action) }
        }
        #expect(seen == [.terminate, .kill, .giveUp])
        #expect(sequence.deadline == nil)
    }

    private func readyBench() -> MachineBench {
        var bench = MachineBench()
        bench.send(.begin)
        bench.pass(.seconds(5))
        #expect(bench.status.phase == .ready)
        return bench
    }

    @Test("a stop leaves, waits while serving, terminates, and ends with 0")
    func wholeStop() {
        var bench = readyBench()
        bench.send(.stopRequested)
        #expect(bench.status.phase == .stopping)
        #expect(bench.machine.endpoint == .draining)
        bench.pass(.milliseconds(9999))
        #expect(bench.performed.signals == [])
        bench.send(.stopRequested)
        bench.pass(.milliseconds(1))
        #expect(bench.performed.signals == [15], "a second request does not start the wait again")
        let last = bench.send(.exited(ProgramEnd(signal: 15)))
        #expect(last.last == .finish(0))
        #expect(bench.status.phase == .stopped)
        #expect(bench.machine.endpoint == nil)
        #expect(bench.machine.lastExit?.signal == 15)
        #expect(bench.send(.begin) == [])
    }

    @Test("a program that ignores TERM is killed as a group and says so")
    func killed() {
        var bench = readyBench()
        bench.send(.stopRequested)
        bench.pass(.seconds(30))
        #expect(bench.performed.contains(.signal(9, wholeGroup: true)))
        #expect(bench.send(.exited(ProgramEnd(signal: 9))).last == .finish(137))
        #expect(bench.status.reason == "killed: it went on for 20s after TERM")
    }

    @Test("a program that cannot even be killed does not keep the agent")
    func unkillable() {
        var bench = readyBench()
        bench.send(.stopRequested)
        #expect(bench.pass(.seconds(33)).last == .finish(137))
    }

    @Test("a program that ends by itself while stopping ends the stop early, with its own status")
    func endsByItself() {
        var bench = readyBench()
        bench.send(.stopRequested)
        bench.pass(.seconds(2))
        #expect(bench.exit(3, lines: ["bye"]).last == .finish(3))
        #expect(bench.status.reason == "while stopping: exited with status 3 after 7.0 s; last output: bye")
    }

    @Test("stopping between two starts ends at once")
    func stopWhileCrashing() {
        var bench = MachineBench()
        bench.send(.begin)
        bench.exit(1)
        bench.exit(1)
        #expect(bench.status.phase == .crashing)
        #expect(bench.send(.stopRequested) == [.finish(0)])
        #expect(bench.status.phase == .stopped)
    }

    @Test("stopping during a restart that a probe asked for does not start the program again")
    func stopDuringRestart() {
        var bench = MachineBench(health: HealthSpec(liveness: InstanceMachineTests.live))
        bench.send(.begin)
        bench.pass(.seconds(2))
        bench.answer(.liveness, .failed("x"))
        bench.pass(.seconds(10))
        bench.answer(.liveness, .failed("x"))
        bench.send(.stopRequested)
        #expect(bench.status.phase == .stopping)
        #expect(bench.machine.endpoint == nil)
        #expect(bench.send(.exited(ProgramEnd(exitCode: 0))).last == .finish(0))
        #expect(bench.performed.count { $0 == .start } == 1)
    }

    @Test("signals that belong to the program reach it")
    func forwarded() {
        var bench = readyBench()
        #expect(bench.send(.signalReceived(1)) == [.signal(1, wholeGroup: false)])
    }
}
