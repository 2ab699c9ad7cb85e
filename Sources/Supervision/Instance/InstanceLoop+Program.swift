import GantryBase
import Glibc
import Model

// Starting the program, learning of its end, and killing what it leaves.
extension InstanceLoop {
    func perform(_ action: InstanceAction) {
        switch action {
        case .start: prepareStart()
        case .signal(let number, let wholeGroup):
            if wholeGroup {
                program?.signalGroup(number)
                // What left the group is ours once its parents are dead, and is swept when the program has ended.
                _ = ProcessTable.shared.killOrphansOnce()
            } else {
                program?.signal(number)
            }
        case .ask(let kind, let probe, let life): ask(kind, probe, life: life)
        case .cancelProbes: cancelProbes()
        case .clear: beginClearing()
        case .finish(let status): outcome = status
        }
    }

    /// Makes the control group first.
    private func prepareStart() {
        guard let limits = plan.limits else { return start() }
        let mailbox = mailbox
        // Safe: ends within the group's own patience, and the machine waits for its message.
        Task {
            do throws(GantryError) {
                mailbox.post(.groupMade(.success(try await ControlGroup.create(limits))))
            } catch {
                mailbox.post(.groupMade(.failure(error)))
            }
        }
    }

    /// Where the machine keeps no limits the instance runs without them, which is said once.
    private func startInGroup(_ result: Result<ControlGroup, GantryError>) {
        var missing: [String] = []
        switch result {
        case .success(let made): (group, missing) = (made, made.missing)
        case .failure(let error): missing = [error.message]
        }
        if !saidMissing, !missing.isEmpty {
            saidMissing = true
            log.append(
                Array("gantry: runs without all of its limits: \(missing.joined(separator: "; "))\n".utf8))
        }
        start()
    }

    private func start() {
        var request = request(for: plan.command)
        request.output = .pipe
        request.error = .sameAsOutput
        do throws(GantryError) {
            let started = try ProcessTable.shared.spawn(request)
            program = started
            output.open(started.output)
            report(started) { .programExited($0, pid: started.identity.pid) }
            feed(.started(started.identity))
        } catch {
            feed(.startFailed(error.message))
        }
    }

    /// What the program and its exec probes have in common.
    func request(for command: [String]) -> ProcessRequest {
        var request = ProcessRequest(command: command, directory: plan.directory, environment: environment)
        request.user = plan.user
        request.newSession = true
        request.dieWithParent = true
        request.groupFiles = group?.processFiles ?? []
        return request
    }

    /// Has the end of a process told to this loop.
    func report(_ process: RunningProcess, as message: @escaping @Sendable (ProcessExit) -> Message) {
        let mailbox = mailbox
        // Safe: lives as long as the process, whose end comes for certain.
        Task { mailbox.post(message(await process.wait())) }
    }

    func take(_ message: Message) {
        switch message {
        case .programExited(let exit, let pid):
            guard pid == program?.identity.pid else { return }
            output.readRemainder()
            let outOfMemory = exit.signal == Int(SIGKILL) && group?.memoryWasExceeded() == true
            feed(
                .exited(
                    ProgramEnd(
                        exitCode: exit.exitCode, signal: exit.signal, outOfMemory: outOfMemory,
                        lastLines: output.lastLines, droppedOutputBytes: output.droppedBytes))
            )
        case .commandExited(let exit, let pid): commandExited(exit, pid: pid)
        case .groupMade(let result): startInGroup(result)
        case .groupRemoved:
            clearing?.groupIsGone = true
            goOnClearing()
        }
    }

    private func beginClearing() {
        clearing = Clearing(now: Moment.now().uptime, groupIsGone: group == nil)
        if let group {
            let mailbox = mailbox
            // Safe: ends within the group's own patience, and the clearing waits for its message.
            Task {
                await group.killAll()
                await group.remove()
                mailbox.post(.groupRemoved)
            }
        }
        goOnClearing()
    }

    /// One round of killing what is left; the machine goes on once nothing is, or nothing more can be done.
    func goOnClearing() {
        guard var current = clearing else { return }
        program?.signalGroup(SIGKILL)
        let left = ProcessTable.shared.killOrphansOnce()
        if left > 0 || !current.groupIsGone, current.wait(now: Moment.now().uptime) {
            clearing = current
            return
        }
        (clearing, program, group) = (nil, nil, nil)
        output.finish()
        feed(.cleared)
    }
}

/// The killing of what an ended program left running, in rounds: a killed process may have been starting another.
struct Clearing {
    static let round = Period.milliseconds(5)
    /// What survives KILL for this long hangs in the kernel; going on without it is all that is left.
    static let limit = StopSpec.supervisor

    private let until: Duration
    private(set) var nextAt: Duration
    var groupIsGone: Bool

    init(now: Duration, groupIsGone: Bool) {
        self.groupIsGone = groupIsGone
        until = now + Self.limit.duration
        nextAt = now
    }

    /// Sets the time of the next round; false when there is to be none.
    mutating func wait(now: Duration) -> Bool {
        nextAt = now + Self.round.duration
        return now < until
    }
}
