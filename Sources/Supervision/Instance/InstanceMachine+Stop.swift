import GantryBase
import Model

// Stopping: of the instance, or of a program that is to be started again.
extension InstanceMachine {
    /// Asking twice changes nothing: the wait that is under way is the one that counts.
    mutating func stopRequested(_ now: Moment) -> [InstanceAction] {
        if isStopping { return [] }
        isStopping = true
        switch stage {
        case .made, .pausing:
            become(.stopping, status.reason, now)
            return finish(now)
        case .running where stop == nil:
            beginStop(now)
            return [.cancelProbes] + due(now)
        case .launching, .clearing, .running:
            become(.stopping, nil, now)
        case .ended: break
        }
        return []
    }

    /// Leaves discovery and starts the wait; probes end here, as they can change nothing any more.
    mutating func beginStop(_ now: Moment) {
        leavesEndpoint = status.phase == .ready
        become(.stopping, nil, now)
        stop = StopSequence(plan.stop, start: now.uptime, leftAt: lastReady)
        (startup, readiness, liveness, settledAt) = (nil, nil, nil, nil)
    }

    /// Ends the program to start it again. No wait: it does not answer anyway. The endpoint goes first, since the phase
    /// changes before the actions are carried out.
    mutating func restartBecause(_ reason: String, _ now: Moment) -> [InstanceAction] {
        become(.unready, reason, now)
        stop = StopSequence(plan.stop, start: now.uptime, leftAt: nil)
        (startup, readiness, liveness, settledAt) = (nil, nil, nil, nil)
        return [.cancelProbes]
    }

    /// Carries the stop on as far as the time allows.
    mutating func advanceStop(_ now: Moment) -> [InstanceAction] {
        var actions: [InstanceAction] = []
        while let action = stop?.advance(to: now.uptime) {
            switch action {
            case .terminate:
                terminateSent = true
                actions.append(.signal(15, wholeGroup: false))
            case .kill:
                killed = true
                actions.append(.signal(9, wholeGroup: true))
            case .giveUp:
                // The process hangs in the kernel. A second one beside it would want the same ports, so a restart goes
                // on waiting; an instance that is to end has nothing to wait for.
                guard isStopping else {
                    explain("the program does not end after KILL")
                    continue
                }
                return actions + exited(ProgramEnd(signal: 9), now)
            }
        }
        return actions
    }
}
