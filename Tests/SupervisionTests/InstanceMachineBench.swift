import GantryBase
import Model

@testable import Supervision

/// Drives an `InstanceMachine` through injected time and plays the world that carries its actions out.
struct MachineBench {
    var machine: InstanceMachine
    var now: Duration = .seconds(1000)
    var performed: [InstanceAction] = []
    /// What the world does by itself: starts succeed, and what is cleared is gone.
    var startsSucceed = true

    init(health: HealthSpec = HealthSpec(), stop: StopSpec = Self.stop, memory: ByteCount? = nil) {
        let plan = InstancePlan.sample(health: health, stop: stop, memory: memory)
        machine = InstanceMachine(
            plan: plan, now: Moment(uptime: .seconds(1000), wall: Self.wall(.seconds(1000))))
    }

    static let stop = StopSpec(discovery: "polaris", wait: .seconds(10), drain: .seconds(20))

    static func wall(_ uptime: Duration) -> Timestamp {
        Timestamp(milliseconds: 1_700_000_000_000 + uptime.components.seconds * 1000)
    }

    var moment: Moment { Moment(uptime: now, wall: Self.wall(now)) }
    var status: InstanceStatus { machine.status }

    /// Sends an event and answers what the world would answer at once; returns the actions in order.
    @discardableResult mutating func send(_ event: InstanceEvent) -> [InstanceAction] {
        let actions = machine.handle(event, now: moment)
        performed += actions
        var all = actions
        for action in actions {
            switch action {
            case .start:
                all += send(
                    startsSucceed
                        ? .started(ProcessIdentity(pid: 100, startTicks: 1)) : .startFailed("no such file"))
            case .clear: all += send(.cleared)
            default: break
            }
        }
        return all
    }

    /// Lets time pass, waking the machine at its deadlines as the agent does.
    @discardableResult mutating func pass(_ time: Duration) -> [InstanceAction] {
        let end = now + time
        var all: [InstanceAction] = []
        while let next = machine.nextDeadline, next <= end {
            now = max(now, next)
            let actions = send(.tick)
            all += actions
            // Nothing due and no later deadline would be a loop for ever.
            if actions.isEmpty, let again = machine.nextDeadline, again <= now { break }
        }
        now = end
        return all
    }

    @discardableResult mutating func answer(_ kind: ProbeKind, _ answer: ProbeAnswer) -> [InstanceAction] {
        send(.answered(kind, answer, life: machine.life))
    }

    @discardableResult mutating func exit(_ code: Int, lines: [String] = []) -> [InstanceAction] {
        send(.exited(ProgramEnd(exitCode: code, lastLines: lines)))
    }
}

extension InstancePlan {
    static func sample(
        health: HealthSpec = HealthSpec(), stop: StopSpec = MachineBench.stop, memory: ByteCount? = nil
    ) -> InstancePlan {
        let workload = WorkloadName(ServiceName("yidian", "article"), "production", "guangzhou")
        return InstancePlan(
            name: InstanceName(workload, "x7k2m9pq"), release: ReleaseName(workload.service, 3),
            command: ["/usr/bin/python3", "main.py"], directory: "/", environment: [:], user: nil,
            health: health,
            stop: stop, ports: [PortBinding(name: "http", transport: .http, host: "127.0.0.1", port: 20113)],
            limits: memory.map { ProcessLimits(cpu: nil, memory: $0, group: "gantry-test/x") },
            files: InstanceFiles(report: "/r.json", log: "/l.log", endpoints: "/e"))
    }
}

extension [InstanceAction] {
    var asked: [ProbeKind] {
        compactMap { if case .ask(let kind, _, _) = $0 { kind } else { nil } }
    }
    var signals: [Int32] {
        compactMap { if case .signal(let number, _) = $0 { number } else { nil } }
    }
}
