package import GantryBase
package import Model

/// Decides everything about one instance: when its program starts, is ready, is restarted and stops.
///
/// Pure: events and the time go in, actions come out. Starting is `begin`; the end is the action `finish`, after which
/// events change nothing. A program that crashes is started again for ever, with growing waits, and the report says so:
/// whether to give up is decided by whoever sees all instances of a workload.
package struct InstanceMachine: Sendable {
    enum Stage: Sendable, Hashable {
        case made
        case launching
        case running
        /// The program is gone; what it left behind is being killed.
        case clearing
        /// Waits to start again.
        case pausing(until: Duration)
        case ended
    }

    /// Without a startup and a readiness probe, running for this long is the only sign that the program works. A port
    /// already taken or a missing module ends most programs sooner.
    package static let settling = Period.seconds(1)

    let plan: InstancePlan
    var stage = Stage.made
    var program: ProcessIdentity?
    /// Counts starts, so that an answer to a question about an earlier program is told apart.
    var life = 0
    var programStart: Moment
    /// When the program counts as started and ready without a probe that says so.
    var settledAt: Duration?
    var startup: ProbeTracker?
    var readiness: ProbeTracker?
    var liveness: ProbeTracker?
    var readySince: Duration?
    /// How long the last stretch of being ready was, for the backoff.
    var readyFor: Duration?
    /// The wait before the next start, decided when the program ended.
    var pause = Period.zero
    /// When callers could last learn the address; survives the program, as their caches do.
    var lastReady: Duration?
    var stop: StopSequence?
    /// Somebody asked for the end of the instance, not only of this program.
    var isStopping = false
    var terminateSent = false
    /// Whether the address was in use when the stop began, and so is to be shown as leaving.
    var leavesEndpoint = false
    var killed = false
    var backoff = RestartBackoff()
    var exitStatus: Int32 = 0
    var lastExit: StepResult?
    /// Why the program was last started again, in words.
    var lastReason: String?
    package private(set) var status: InstanceStatus

    package init(plan: InstancePlan, now: Moment) {
        self.plan = plan
        programStart = now
        var addresses: [String: String] = [:]
        for binding in plan.ports { addresses[binding.name] = "\(binding.host):\(binding.port)" }
        status = InstanceStatus(
            name: plan.name, release: plan.release, phase: .starting, addresses: addresses, restarts: 0,
            startedAt: now.wall, changedAt: now.wall)
    }

    /// What the region's proxy is to know; nil means no record.
    package var endpoint: EndpointRecord.State? {
        switch status.phase {
        case .ready: .ready
        case .stopping where leavesEndpoint: .draining
        default: nil
        }
    }

    package func report(agent: ProcessIdentity) -> InstanceReport {
        InstanceReport(status: status, agent: agent, program: program, lastExit: lastExit)
    }

    /// When to send `.tick`; nil when only something else can change anything.
    package var nextDeadline: Duration? {
        var deadlines: [Duration?] = []
        switch stage {
        case .running:
            deadlines = [stop?.deadline, settledAt]
            if stop == nil {
                deadlines += [startup?.nextAt]
                if startup == nil { deadlines += [readiness?.nextAt, liveness?.nextAt] }
            }
        case .pausing(let until): deadlines = [until]
        case .made, .launching, .clearing, .ended: break
        }
        return deadlines.compactMap { $0 }.min()
    }

    package mutating func handle(_ event: InstanceEvent, now: Moment) -> [InstanceAction] {
        if stage == .ended { return [] }
        switch event {
        case .begin: return stage == .made ? launch() : []
        case .started(let program): return stage == .launching ? started(program, now) : []
        case .startFailed(let message): return stage == .launching ? startFailed(message, now) : []
        case .exited(let end): return stage == .running ? exited(end, now) : []
        case .cleared: return stage == .clearing ? cleared(now) : []
        case .answered(let kind, let answer, let life):
            guard stage == .running, stop == nil, life == self.life else { return [] }
            return answered(kind, answer, now) + due(now)
        case .stopRequested: return stopRequested(now)
        case .signalReceived(let number):
            return stage == .running ? [.signal(number, wholeGroup: false)] : []
        case .tick: return due(now)
        }
    }

    /// Sets the phase and the reason together; `changedAt` moves only with the phase.
    mutating func become(_ phase: InstanceStatus.Phase, _ reason: String?, _ now: Moment) {
        if status.phase == .ready, phase != .ready {
            lastReady = now.uptime
            readyFor = readySince.map { now.uptime - $0 }
            readySince = nil
        }
        if phase == .ready, readySince == nil { readySince = now.uptime }
        if status.phase != phase { status.changedAt = now.wall }
        status.phase = phase
        status.reason = reason ?? (phase == .ready ? lastEnd : nil)
    }

    /// Of an instance that was started again and is well: why it was, since people ask that of its restarts.
    private var lastEnd: String? {
        status.restarts > 0 ? lastReason.map { "was started again: \($0)" } : nil
    }

    /// Starts the program another time.
    mutating func restart() -> [InstanceAction] {
        status.restarts += 1
        return launch()
    }

    mutating func explain(_ reason: String?) { status.reason = reason }
}
