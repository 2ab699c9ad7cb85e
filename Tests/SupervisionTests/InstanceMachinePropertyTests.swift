import GantryBase
import Model
import Testing

@testable import Supervision

@Suite("An instance under any order of events") struct InstanceMachinePropertyTests {
    /// The world as the machine's actions left it.
    struct World {
        var programs = 0
        var stopAsked: Duration?
        var killSent = false
        var finished = false
        var pendingStart = false
        var pendingClear = false
    }

    @Test(
        "never two programs, KILL by the grace's end, no ready endpoint while not ready", arguments: 0..<200)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func maybe(_ probe: Probe) -> Probe? { Bool.random(using: &random) ? probe : nil }
        let health = HealthSpec(
            startup: maybe(InstanceMachineTests.start), readiness: maybe(InstanceMachineTests.ready),
            liveness: maybe(InstanceMachineTests.live))
        var bench = MachineBench(health: health)
        var world = World()
        perform(bench.machine.handle(.begin, now: bench.moment), &world)
        for _ in 0..<400 where !world.finished {
            bench.now += .milliseconds(Int.random(in: 0...4000, using: &random))
            if let asked = world.stopAsked, let deadline = bench.machine.nextDeadline {
                // The agent wakes at each deadline; a jump over it would hide a late KILL.
                bench.now = max(asked, min(bench.now, deadline))
            }
            let event = event(&random, world, bench.machine.life)
            if event == .stopRequested, world.stopAsked == nil { world.stopAsked = bench.now }
            if case .exited = event { world.programs -= 1 }
            if case .started = event {
                world.programs += 1
                world.pendingStart = false
                // A stop asked for during a start begins once there is something to stop.
                if world.stopAsked != nil { world.stopAsked = bench.now }
            }
            if case .startFailed = event { world.pendingStart = false }
            if event == .cleared { world.pendingClear = false }
            perform(bench.machine.handle(event, now: bench.moment), &world)
            check(bench.machine, world, bench.now, seed)
        }
    }

    private func perform(_ actions: [InstanceAction], _ world: inout World) {
        for action in actions {
            switch action {
            case .start: world.pendingStart = true
            case .clear: world.pendingClear = true
            case .signal(9, wholeGroup: true): world.killSent = true
            case .finish: world.finished = true
            default: break
            }
        }
    }

    /// Events that can happen in the world as it is.
    private func event(_ random: inout SeededGenerator, _ world: World, _ life: Int) -> InstanceEvent {
        var possible: [InstanceEvent] = [.tick, .tick, .tick, .signalReceived(1)]
        if Int.random(in: 0..<30, using: &random) == 0 { possible = [.stopRequested] }
        if world.pendingStart {
            possible += [.started(ProcessIdentity(pid: 7, startTicks: 7)), .startFailed("no")]
        }
        if world.pendingClear { possible += [.cleared, .cleared] }
        if world.programs > 0 {
            for kind in ProbeKind.allCases {
                let old = max(0, life - Int.random(in: 0...1, using: &random))
                possible += [.answered(kind, .passed, life: old), .answered(kind, .failed("no"), life: old)]
            }
            // A program that ignores TERM: it ends by itself before a stop, and after it only when killed.
            if world.stopAsked == nil || world.killSent { possible.append(.exited(ProgramEnd(signal: 9))) }
        }
        return possible.randomElement(using: &random) ?? .tick
    }

    private func check(_ machine: InstanceMachine, _ world: World, _ now: Duration, _ seed: UInt64) {
        #expect(world.programs <= 1, "seed \(seed)")
        #expect(
            !(world.pendingStart && world.programs > 0), "a second program is being started, seed \(seed)")
        #expect((machine.endpoint == .ready) == (machine.status.phase == .ready), "seed \(seed)")
        if world.stopAsked != nil { #expect(machine.endpoint != .ready, "seed \(seed)") }
        if machine.endpoint != nil {
            #expect(world.programs == 1, "an endpoint without a program, seed \(seed)")
        }
        if let asked = world.stopAsked, world.programs > 0, !world.killSent {
            let spec = machine.plan.stop
            let limit = asked + spec.wait.duration + spec.drain.duration
            #expect(now <= limit + .seconds(5), "no KILL by the grace's end, seed \(seed)")
        }
    }
}
