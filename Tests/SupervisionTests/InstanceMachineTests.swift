import GantryBase
import Model
import Testing

@testable import Supervision

@Suite("The life of an instance") struct InstanceMachineTests {
    static let ready = Probe(.http(path: "/readyz", port: "http"), period: .seconds(5), failures: 3)
    static let live = Probe(.http(path: "/livez", port: "http"), period: .seconds(10), failures: 2)
    static let start = Probe(.tcp(port: "http"), period: .seconds(1), failures: 4)

    @Test("a program without probes is ready once it has run for a moment")
    func noProbes() {
        var bench = MachineBench()
        bench.send(.begin)
        #expect(bench.status.phase == .starting)
        #expect(bench.machine.endpoint == nil)
        bench.pass(InstanceMachine.settling.duration)
        #expect(bench.status.phase == .ready)
        #expect(bench.machine.endpoint == .ready)
        #expect(bench.machine.nextDeadline == nil, "nothing to wake up for")
    }

    @Test("readiness decides, with its thresholds, and tells its reason")
    func readiness() {
        var probe = Self.ready
        probe.successes = 2
        var bench = MachineBench(health: HealthSpec(readiness: probe))
        #expect(bench.send(.begin).asked == [.readiness])
        #expect(bench.status.phase == .unready)
        bench.answer(.readiness, .failed("HTTP 503 from GET /readyz"))
        #expect(bench.status.reason == "readiness: HTTP 503 from GET /readyz")
        #expect(bench.pass(.seconds(5)).asked == [.readiness])
        bench.answer(.readiness, .passed)
        #expect(bench.status.phase == .unready)
        bench.pass(.seconds(5))
        bench.answer(.readiness, .passed)
        #expect(bench.status.phase == .ready)
        #expect(bench.status.reason == nil)
        for failures in 1...3 {
            bench.pass(.seconds(5))
            bench.answer(.readiness, .failed("HTTP 500 from GET /readyz"))
            #expect(bench.status.phase == (failures < 3 ? .ready : .unready))
        }
        #expect(bench.machine.endpoint == nil)
    }

    @Test("the startup probe holds the others back, and its budget ends the program")
    func startup() {
        var bench = MachineBench(
            health: HealthSpec(startup: Self.start, readiness: Self.ready, liveness: Self.live))
        #expect(bench.send(.begin).asked == [.startup])
        for _ in 1...3 {
            bench.answer(.startup, .failed("connection refused on 127.0.0.1:20113"))
            #expect(bench.status.phase == .starting)
            #expect(bench.pass(.seconds(1)).asked == [.startup])
        }
        let actions = bench.answer(.startup, .failed("connection refused on 127.0.0.1:20113"))
        #expect(actions.contains(.cancelProbes))
        #expect(bench.pass(.zero).signals + actions.signals == [15])
        #expect(bench.status.reason == "restarted: startup: connection refused on 127.0.0.1:20113")
        bench.send(.exited(ProgramEnd(signal: 15)))
        #expect(bench.status.restarts == 1)
        #expect(bench.answer(.startup, .passed).asked == [.readiness, .liveness])
        bench.answer(.readiness, .passed)
        #expect(bench.status.phase == .ready)
    }

    @Test("a probe waits for its delay and is asked once at a time")
    func delayAndOneAtATime() {
        var probe = Self.ready
        probe.delay = .seconds(3)
        var bench = MachineBench(health: HealthSpec(readiness: probe))
        #expect(bench.send(.begin).asked == [])
        #expect(bench.pass(.seconds(2)).asked == [])
        #expect(bench.pass(.seconds(1)).asked == [.readiness])
        #expect(bench.pass(.seconds(60)).asked == [], "no answer yet")
        #expect(bench.answer(.readiness, .passed).asked == [.readiness], "overdue by its period")
    }

    @Test("a liveness failure withdraws the endpoint and restarts without waiting for discovery")
    func liveness() {
        var bench = MachineBench(health: HealthSpec(liveness: Self.live))
        bench.send(.begin)
        bench.pass(.seconds(2))
        #expect(bench.status.phase == .ready)
        bench.answer(.liveness, .failed("no answer within 1s from GET /livez"))
        #expect(bench.pass(.seconds(10)).asked == [.liveness])
        bench.answer(.liveness, .failed("no answer within 1s from GET /livez"))
        #expect(bench.machine.endpoint == nil)
        #expect(bench.performed.signals == [15])
        bench.pass(.seconds(20))
        #expect(bench.performed.signals == [15, 9])
        bench.send(.exited(ProgramEnd(signal: 9)))
        #expect(bench.status.restarts == 1)
        #expect(bench.status.reason == "restarted: liveness: no answer within 1s from GET /livez")
    }

    @Test("crashes are answered with growing waits, and say why")
    func backoff() {
        var bench = MachineBench()
        bench.send(.begin)
        var waits: [Duration] = []
        for _ in 1...9 {
            bench.pass(.milliseconds(200))
            bench.exit(1, lines: ["Traceback", "OSError: [Errno 98] Address already in use"])
            let wait = bench.machine.nextDeadline.map { $0 - bench.now } ?? .zero
            if case .pausing = bench.machine.stage {
                #expect(bench.status.phase == .crashing)
                waits.append(wait)
                bench.pass(wait)
            } else {
                waits.append(.zero)
            }
        }
        #expect(waits == [0, 1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
        #expect(bench.status.restarts == 9)
        bench.pass(.milliseconds(200))
        bench.exit(1, lines: ["OSError: [Errno 98] Address already in use"])
        #expect(
            bench.status.reason
                == "exited with status 1 after 0.2 s; last output: OSError: [Errno 98] Address already in use; "
                + "next start in 1m")
        bench.pass(.seconds(60 + 601))
        #expect(bench.status.phase == .ready)
        bench.exit(1)
        #expect(bench.status.phase == .starting, "ready for ten minutes: the next crash counts as the first")
    }

    @Test("a program that cannot be started is tried again with growing waits")
    func startFails() {
        var bench = MachineBench()
        bench.startsSucceed = false
        bench.send(.begin)
        #expect(bench.status.phase == .crashing)
        #expect(bench.status.reason == "could not start: no such file; next start in 1s")
        #expect(bench.machine.lastExit?.startFailure == "no such file")
        bench.startsSucceed = true
        bench.pass(.seconds(3))
        #expect(bench.status.phase == .ready)
    }

    @Test("reasons name the limit that was broken and cut long lines")
    func reasons() {
        var bench = MachineBench(memory: .mebibytes(256))
        bench.send(.begin)
        bench.pass(.milliseconds(10_500))
        bench.send(.exited(ProgramEnd(signal: 9, outOfMemory: true)))
        #expect(bench.status.reason == "killed: out of memory (limit 256Mi) after 10s")
        bench.exit(3, lines: [String(repeating: "x", count: 500)])
        let reason = bench.status.reason ?? ""
        #expect(reason.contains(String(repeating: "x", count: 199) + "…"))
        #expect(!reason.contains(String(repeating: "x", count: 200)))
    }

    @Test("answers about an earlier program change nothing")
    func lateAnswer() {
        var bench = MachineBench(health: HealthSpec(readiness: Self.ready))
        bench.send(.begin)
        bench.exit(1)
        #expect(bench.machine.life == 2)
        bench.send(.answered(.readiness, .passed, life: 1))
        #expect(bench.status.phase != .ready)
    }
}
