import GantryBase
import Model

// From one start of the program to the next.
extension InstanceMachine {
    mutating func launch() -> [InstanceAction] {
        stage = .launching
        return [.start]
    }

    mutating func started(_ program: ProcessIdentity, _ now: Moment) -> [InstanceAction] {
        stage = .running
        self.program = program
        life += 1
        programStart = now
        (stop, terminateSent, killed) = (nil, false, false)
        (startup, readiness, liveness, settledAt) = (nil, nil, nil, nil)
        if isStopping {
            beginStop(now)
            return due(now)
        }
        become(.starting, status.restarts > 0 ? status.reason : nil, now)
        if let probe = plan.health.startup {
            startup = tracker(.startup, probe, now)
        } else {
            passedStartup(now)
        }
        return due(now)
    }

    /// Opens the way for the other two probes, which wait for the startup probe.
    mutating func passedStartup(_ now: Moment) {
        let hadStartup = startup != nil
        startup = nil
        if hadStartup { explain(nil) }
        liveness = plan.health.liveness.map { tracker(.liveness, $0, now) }
        if let probe = plan.health.readiness {
            readiness = tracker(.readiness, probe, now)
            become(.unready, status.restarts > 0 ? status.reason : nil, now)
        } else if hadStartup {
            become(.ready, nil, now)
        } else {
            settledAt = now.uptime + Self.settling.duration
        }
    }

    private func tracker(_ kind: ProbeKind, _ probe: Probe, _ now: Moment) -> ProbeTracker {
        ProbeTracker(kind, probe, programStart: programStart.uptime, now: now.uptime)
    }

    mutating func startFailed(_ message: String, _ now: Moment) -> [InstanceAction] {
        lastExit = StepResult(startFailure: message, startedAt: now.wall, finishedAt: now.wall)
        lastReason = "could not start: \(message)"
        return clear(reason: lastReason, now)
    }

    mutating func exited(_ end: ProgramEnd, _ now: Moment) -> [InstanceAction] {
        lastExit = StepResult(
            exitCode: end.exitCode, signal: end.signal, outOfMemory: end.outOfMemory,
            droppedOutputBytes: end.droppedOutputBytes, startedAt: programStart.wall, finishedAt: now.wall)
        let words = ExitReason.words(
            end, after: now.uptime - programStart.uptime, memoryLimit: plan.limits?.memory)
        if isStopping {
            exitStatus = endedAsAsked(end) ? 0 : end.status
            let reason: String? =
                if killed { "killed: it went on for \(drainWords) after TERM" } else if exitStatus != 0 {
                    "while stopping: \(words)"
                } else { nil }
            return clear(reason: reason, now)
        }
        // A restart that a probe asked for keeps the probe's words: they are the cause, this end is the effect.
        lastReason = stop == nil ? words : status.reason
        return clear(reason: lastReason, now)
    }

    private func endedAsAsked(_ end: ProgramEnd) -> Bool {
        guard !end.outOfMemory, !killed else { return false }
        let term = 15
        if end.exitCode == 0 { return true }
        return terminateSent && (end.signal == term || end.exitCode == 128 + term)
    }

    private var drainWords: String { ExitReason.words(plan.stop.drain.duration) }

    private mutating func clear(reason: String?, _ now: Moment) -> [InstanceAction] {
        stage = .clearing
        program = nil
        stop?.programEnded()
        (startup, readiness, liveness, settledAt) = (nil, nil, nil, nil)
        leavesEndpoint = false
        if isStopping {
            explain(reason)
        } else {
            become(.crashing, reason, now)
            pause = backoff.next(readyFor: readyFor)
            readyFor = nil
        }
        return [.cancelProbes, .clear]
    }

    mutating func cleared(_ now: Moment) -> [InstanceAction] {
        stop = nil
        if isStopping { return finish(now) }
        guard pause > .zero else { return restart() }
        stage = .pausing(until: now.uptime + pause.duration)
        explain((status.reason.map { $0 + "; " } ?? "") + "next start in \(pause)")
        return []
    }

    mutating func finish(_ now: Moment) -> [InstanceAction] {
        stage = .ended
        become(.stopped, status.reason, now)
        return [.finish(exitStatus)]
    }
}
