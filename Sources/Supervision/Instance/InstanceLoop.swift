import GantryBase
import Glibc
import Model

/// Runs one instance: carries out what its machine decides and tells it what happens.
///
/// Everything is done by the one thread that calls `run`, which sleeps in `poll` until a signal, output, a probe's
/// socket, a message or a deadline wakes it. Only the disk (`RotatingLog`) and the starting and reaping of processes
/// (`ProcessTable`) have threads of their own.
final class InstanceLoop {
    enum Message: Sendable {
        case programExited(ProcessExit, pid: Int32)
        case commandExited(ProcessExit, pid: Int32)
        case groupMade(Result<ControlGroup, GantryError>)
        case groupRemoved
    }

    let plan: InstancePlan
    /// The whole environment of the program, secrets included; never written.
    let environment: [String: String]
    let signals: SignalInbox
    let mailbox: Mailbox<Message>
    let log: RotatingLog

    var machine: InstanceMachine
    var records: InstanceRecords
    var program: RunningProcess?
    /// Made anew for each start, so that its count of kills is this program's.
    var group: ControlGroup?
    /// What is not kept of the limits, said once.
    var saidMissing = false
    var output: ProgramOutput
    var connections: [ConnectionProbe] = []
    var commands: [CommandProbe] = []
    var clearing: Clearing?
    var outcome: Int32?

    init(plan: InstancePlan, secrets: [String: String], signals: SignalInbox) throws(GantryError) {
        self.plan = plan
        self.signals = signals
        environment = ["PATH": Self.defaultPath].merging(plan.environment) { $1 }.merging(secrets) { $1 }
        mailbox = try Mailbox()
        log = RotatingLog(
            path: plan.files.log, fileBytes: plan.files.logBytes, files: plan.files.logFiles)
        output = ProgramOutput(log: log, secrets: secrets)
        machine = InstanceMachine(plan: plan, now: .now())
        records = InstanceRecords(plan: plan, agent: .current)
    }

    /// For a plan that names none: programs are found where every distribution has them.
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    /// How long the log may take at the end; a disk that hangs must not keep the instance.
    static let flushLimit = Period.seconds(1)
    /// One second in all, well within the time that a stop leaves to the agent.
    static let lastChances = 10
    static let chancePauseMicroseconds: UInt32 = 100_000

    /// Says what does not work, and is no reason to end the instance.
    func notice(_ text: String) {
        log.append(Array("gantry: \(text)\n".utf8))
        var line = AgentNotice.prefix + text + "\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
        records.notice = text
    }

    /// Returns the agent's exit status once the instance has ended.
    func run() -> Int32 {
        feed(.begin)
        while true {
            if let outcome {
                _ = log.flush(within: Self.flushLimit)
                saveLastRecords()
                return outcome
            }
            sleepUntilSomethingHappens()
        }
    }

    /// The last report is the one that an adopter needs, so a disk that refuses it gets some more chances.
    private func saveLastRecords() {
        for _ in 0..<Self.lastChances where records.retryAt != nil {
            usleep(Self.chancePauseMicroseconds)
            records.update(machine, now: Moment.now().uptime)
        }
    }

    /// Gives the machine an event, brings the files up to date and then carries out what it decided.
    func feed(_ event: InstanceEvent) {
        let now = Moment.now()
        let actions = machine.handle(event, now: now)
        records.update(machine, now: now.uptime)
        for action in actions { perform(action) }
    }

    private func sleepUntilSomethingHappens() {
        var polled = [
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: output.pollable(now: Moment.now().uptime), events: Int16(POLLIN), revents: 0),
        ]
        polled += connections.map { pollfd(fd: $0.socket, events: $0.interest, revents: 0) }
        poll(&polled, nfds_t(polled.count), waitMilliseconds())
        if polled[2].revents != 0 { output.read() }
        // Connections before anything that may start or cancel some: the places in `polled` are theirs.
        let ready = polled[3...].map { $0.revents != 0 }
        advanceConnections(ready)
        if polled[0].revents != 0 { takeSignals() }
        for message in mailbox.take() { take(message) }
        let now = Moment.now().uptime
        output.releaseHeld(now: now)
        expireProbes(now)
        if let at = clearing?.nextAt, now >= at { goOnClearing() }
        if let at = machine.nextDeadline, now >= at { feed(.tick) }
        if let at = records.retryAt, now >= at { records.update(machine, now: now) }
    }

    private func waitMilliseconds() -> Int32 {
        let now = Moment.now().uptime
        var deadlines: [Duration?] = [
            machine.nextDeadline, clearing?.nextAt, records.retryAt, output.retryAt(now),
        ]
        deadlines += connections.map(\.deadline)
        deadlines += commands.map(\.deadline)
        guard let next = deadlines.compactMap({ $0 }).min() else { return -1 }
        // Rounded up, so that the deadline has come when we wake.
        let wait = max(.zero, next - now).components
        let milliseconds =
            wait.seconds * 1000 + (wait.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: milliseconds)
    }

    private func takeSignals() {
        while let number = signals.next() {
            feed(SignalInbox.stopping.contains(number) ? .stopRequested : .signalReceived(number))
        }
    }
}
