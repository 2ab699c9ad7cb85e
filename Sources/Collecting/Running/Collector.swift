package import GantryBase
package import Model
import NIOCore
import NIOPosix
import Synchronization

/// Collects the signals of one instance and sends them to the gateway: OTLP of the service's own SDKs and the lines of
/// its files go masked into spools on disk, and from there at least once to the gateway, in two lanes.
///
/// One for each instance, in its agent. Has four threads of its own: one for sockets, one that takes signals in, and one
/// for each lane. Safe from any thread; let go without `stop` it ends as if the process had been killed.
package final class Collector: Sendable {
    private let core: CollectorCore
    private let hasStopped = Mutex(false)

    private init(_ core: CollectorCore) { self.core = core }

    deinit { if !hasStopped.withLock({ $0 }) { core.abandon() } }

    /// Starts collecting.
    ///
    /// - Parameters:
    ///   - token: What the gateway knows the instance by; stays in memory.
    ///   - output: The path of the program's output log.
    /// - Throws: `unavailable` when the receiver's port or the disk cannot be had, `conflict` when another agent has the
    ///   folder, `invalid` for a pattern that is none. A gateway that is missing is no error.
    package static func start(
        _ plan: SignalPlan, of name: InstanceName, release: ReleaseName, token: String, output: String?
    ) throws(GantryError) -> Collector {
        try start(
            CollectorSetup(plan: plan, name: name, release: release, token: token, output: output))
    }

    static func start(_ setup: CollectorSetup) throws(GantryError) -> Collector {
        let core = try CollectorCore(setup)
        try core.start(receives: true)
        return Collector(core)
    }

    /// Takes what is left, sends what the time allows, and ends; what could not be sent stays in the spools. Blocks; a
    /// second call does nothing.
    package func stop(within period: Period) {
        let isFirst = hasStopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        if isFirst { core.stop(by: .now + period.duration) }
    }

    package func statistics() -> CollectorStatistics { core.statistics() }

    /// Where SDKs reach it.
    package var port: Int { core.port }

    /// Reads what is left of an instance's files and sends until its spools are empty or the time is over; without a
    /// receiver, for an instance that has ended. Blocks.
    ///
    /// - Returns: whether everything was sent.
    package static func ship(
        _ plan: SignalPlan, of name: InstanceName, release: ReleaseName, token: String, output: String?,
        until period: Period
    ) throws(GantryError) -> Bool {
        try ship(
            CollectorSetup(plan: plan, name: name, release: release, token: token, output: output),
            until: period)
    }

    static func ship(_ setup: CollectorSetup, until period: Period) throws(GantryError) -> Bool {
        let core = try CollectorCore(setup)
        try core.start(receives: false)
        return core.stop(by: .now + period.duration)
    }
}

/// What a collector is made of, with what tests replace.
struct CollectorSetup: Sendable {
    var plan: SignalPlan
    var name: InstanceName
    var release: ReleaseName
    var token: String
    var output: String?
    var limits = CollectorLimits()
    var time = TimeSource.wall
    var random = RandomSource.system

    init(plan: SignalPlan, name: InstanceName, release: ReleaseName, token: String, output: String?) {
        (self.plan, self.name, self.release) = (plan, name, release)
        (self.token, self.output) = (token, output)
    }
}
