import GantryBase
import Model

// What time and the probes' answers bring about.
extension InstanceMachine {
    /// Does whatever is due at this moment; may be called at any time.
    mutating func due(_ now: Moment) -> [InstanceAction] {
        switch stage {
        case .pausing(let until): return now.uptime >= until ? restart() : []
        case .running:
            if stop != nil { return advanceStop(now) }
            if let at = settledAt, now.uptime >= at {
                settledAt = nil
                become(.ready, nil, now)
            }
            return askDue(now)
        case .made, .launching, .clearing, .ended: return []
        }
    }

    private mutating func askDue(_ now: Moment) -> [InstanceAction] {
        var actions: [InstanceAction] = []
        if let probe = startup?.probe {
            if startup?.due(at: now.uptime) == true { actions.append(.ask(.startup, probe, life: life)) }
            return actions
        }
        if let probe = readiness?.probe, readiness?.due(at: now.uptime) == true {
            actions.append(.ask(.readiness, probe, life: life))
        }
        if let probe = liveness?.probe, liveness?.due(at: now.uptime) == true {
            actions.append(.ask(.liveness, probe, life: life))
        }
        return actions
    }

    mutating func answered(_ kind: ProbeKind, _ answer: ProbeAnswer, _ now: Moment) -> [InstanceAction] {
        switch kind {
        case .startup:
            let verdict = startup?.take(answer, now: now.uptime)
            if case .failed(let words) = answer { explain("startup: \(words)") }
            switch verdict {
            case .passed?: passedStartup(now)
            case .failed(let words)?: return restartBecause("restarted: startup: \(words)", now)
            case nil: break
            }
        case .readiness:
            let verdict = readiness?.take(answer, now: now.uptime)
            if case .failed(let words) = answer, status.phase == .unready {
                explain("readiness: \(words)")
            }
            switch verdict {
            case .passed?: become(.ready, nil, now)
            case .failed(let words)?: become(.unready, "readiness: \(words)", now)
            case nil: break
            }
        case .liveness:
            if case .failed(let words)? = liveness?.take(answer, now: now.uptime) {
                return restartBecause("restarted: liveness: \(words)", now)
            }
        }
        return []
    }
}
