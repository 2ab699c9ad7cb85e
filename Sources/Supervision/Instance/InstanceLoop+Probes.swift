import GantryBase
import Glibc
import Model

/// One exec probe under way.
struct CommandProbe {
    let kind: ProbeKind
    let life: Int
    let command: [String]
    let timeout: Period
    let deadline: Duration
    let process: RunningProcess
}

// Asking the probes' questions. Each kind has at most one under way, since the machine asks again only after an answer.
extension InstanceLoop {
    func ask(_ kind: ProbeKind, _ probe: Probe, life: Int) {
        switch probe.action {
        case .http(let path, let port): connect(.http(path: path), port, kind, probe, life)
        case .tcp(let port): connect(.tcp, port, kind, probe, life)
        case .exec(let command): run(command, kind, probe, life)
        }
    }

    private func connect(
        _ question: ConnectionProbe.Question, _ port: String, _ kind: ProbeKind, _ probe: Probe, _ life: Int
    ) {
        guard let target = plan.ports.first(where: { $0.name == port }) else {
            feed(.answered(kind, .failed("no port is named \(port)"), life: life))
            return
        }
        var connection = ConnectionProbe(
            question, to: target, kind: kind, life: life, timeout: probe.timeout, now: Moment.now().uptime)
        if let answer = connection.begin() {
            feed(.answered(kind, answer, life: life))
        }
        if !connection.isOver { connections.append(connection) }
    }

    private func run(_ command: [String], _ kind: ProbeKind, _ probe: Probe, _ life: Int) {
        do throws(GantryError) {
            let process = try ProcessTable.shared.spawn(request(for: command))
            commands.append(
                CommandProbe(
                    kind: kind, life: life, command: command, timeout: probe.timeout,
                    deadline: Moment.now().uptime + probe.timeout.duration, process: process))
            report(process) { .commandExited($0, pid: process.identity.pid) }
        } catch {
            feed(
                .answered(
                    kind, .failed("could not start \(command.first ?? ""): \(error.message)"), life: life))
        }
    }

    /// - Parameter ready: for each connection whether its socket has news.
    func advanceConnections(_ ready: [Bool]) {
        var answers: [InstanceEvent] = []
        for index in connections.indices where ready[index] {
            let (kind, life) = (connections[index].kind, connections[index].life)
            if let answer = connections[index].advance() {
                answers.append(.answered(kind, answer, life: life))
            }
        }
        connections.removeAll(where: \.isOver)
        for answer in answers { feed(answer) }
    }

    func commandExited(_ exit: ProcessExit, pid: Int32) {
        guard let index = commands.firstIndex(where: { $0.process.identity.pid == pid }) else { return }
        let probe = commands.remove(at: index)
        // What the command started in its group ends with it.
        probe.process.signalGroup(SIGKILL)
        let name = probe.command.first ?? ""
        let answer: ProbeAnswer =
            if exit.succeeded { .passed } else if let code = exit.exitCode {
                .failed("\(name) exited with status \(code)")
            } else { .failed("\(name) was killed by signal \(ExitReason.signalName(exit.signal ?? 0))") }
        feed(.answered(probe.kind, answer, life: probe.life))
    }

    func expireProbes(_ now: Duration) {
        var answers: [InstanceEvent] = []
        for index in connections.indices where now >= connections[index].deadline {
            let (kind, life) = (connections[index].kind, connections[index].life)
            if let answer = connections[index].expire() {
                answers.append(.answered(kind, answer, life: life))
            }
        }
        connections.removeAll(where: \.isOver)
        for probe in commands where now >= probe.deadline {
            probe.process.signalGroup(SIGKILL)
            let words = "\(probe.command.first ?? "") did not end within \(probe.timeout)"
            answers.append(.answered(probe.kind, .failed(words), life: probe.life))
        }
        commands.removeAll { now >= $0.deadline }
        for answer in answers { feed(answer) }
    }

    func cancelProbes() {
        for index in connections.indices { connections[index].cancel() }
        connections = []
        for probe in commands { probe.process.signalGroup(SIGKILL) }
        commands = []
    }
}
