import GantryBase
import Model
import NIOCore
import NIOPosix
import Synchronization

/// The region proxy: follows its plan and the endpoints, keeps the listeners, reports, and drains when told to stop.
///
/// `run` blocks its thread, which does all the control work; event loops serve. Nothing here needs the server: the
/// files are all that it goes by.
package final class ProxyServer {
    /// Stops a running proxy from another thread or from a signal handler.
    package struct Stopper: Sendable {
        fileprivate let flag: StopFlag
        fileprivate let waker: FileWatch.Waker
        package func stop() {
            flag.value.store(true, ordering: .releasing)
            waker.wake()
        }
        var wakeDescriptor: Int32 { waker.rawDescriptor }
    }
    fileprivate final class StopFlag: Sendable { let value = Atomic(false) }

    /// In milliseconds: a look at all files although no change was told, since telling may fail.
    private static let rescanMilliseconds = 2000
    /// In milliseconds: how often an address that is taken is tried again; a proxy that takes over from a draining
    /// one waits at most this long for its addresses.
    private static let rebindMilliseconds = 250
    private static let reportMilliseconds = 5000
    /// In milliseconds: how often a drain looks whether all is done.
    private static let drainLookMilliseconds = 20

    private var files: PlanFiles
    private let report: ReportFile
    private let limits: ProxyLimits
    private let watch = FileWatch()
    private let stopFlag = StopFlag()
    private let isStopping: @Sendable () -> Bool
    private let group: MultiThreadedEventLoopGroup
    private let loops: ProxyLoops
    private var listeners: Listeners
    private var routing = Routing()
    private var lastReport: (value: ProxyReport, at: ContinuousClock.Instant)?
    private let identity = ProcessIdentity.current()

    /// - Parameter isStopping: asked whenever the proxy wakes, beside `stopper`.
    package init(
        plan: String, report: String, threads: Int = 1, limits: ProxyLimits = ProxyLimits(),
        isStopping: @escaping @Sendable () -> Bool = { false }
    ) {
        files = PlanFiles(path: plan)
        self.report = ReportFile(path: report)
        self.limits = limits
        self.isStopping = isStopping
        group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        loops = ProxyLoops(group, limits: limits)
        listeners = Listeners(group, loops)
    }

    package var stopper: Stopper { Stopper(flag: stopFlag, waker: watch.waker) }

    /// Serves until it is stopped and drained.
    ///
    /// - Parameter log: gets a line for each thing that a person should know; the report has the rest.
    package func run(log: (String) -> Void = { _ in }) {
        loops.startTicking()
        while !stopFlag.value.load(ordering: .acquiring), !isStopping() {
            follow(log)
            let pause = listeners.failures.isEmpty ? Self.rescanMilliseconds : Self.rebindMilliseconds
            _ = watch.wait(milliseconds: pause)
        }
        drain()
        if !report.belongsToAnother(than: identity) { writeReport(log, isForced: true) }
        try? group.syncShutdownGracefully()
    }

    private func follow(_ log: (String) -> Void) {
        watch.watch(folder: files.folder)
        if let folder = files.plan?.endpoints { watch.watch(folder: folder) }
        let had = files.plan?.endpoints
        if var next = files.scan() {
            if let folder = files.plan?.endpoints, folder != had {
                // What came between the reading and the watching of a new folder.
                watch.watch(folder: folder)
                next = files.scan() ?? next
            }
            if next != routing {
                routing = next
                loops.apply(routing)
            }
        }
        listeners.reconcile(Set(routing.doors.keys))
        writeReport(log, isForced: false)
    }

    private func drain() {
        listeners.reconcile([])
        loops.drain()
        let clock = ContinuousClock()
        let end = clock.now + .nanoseconds(limits.drain.nanoseconds)
        while loops.connectionCount() > 0, clock.now < end {
            _ = watch.wait(milliseconds: Self.drainLookMilliseconds)
        }
        loops.closeAll()
    }

    private func writeReport(_ log: (String) -> Void, isForced: Bool) {
        let counters = loops.counters()
        let failures = listeners.failures.merging(files.problems) { listener, _ in listener }
        let next = ProxyReport(
            proxy: identity, failures: failures, readyEndpoints: routing.table.readyInstances,
            requests: counters.requests, failedRequests: counters.failed)
        let now = ContinuousClock.now
        if let last = lastReport, !isForced, last.value.failures == next.failures,
            last.value.readyEndpoints == next.readyEndpoints,
            now - last.at < .milliseconds(Self.reportMilliseconds)
        {
            return
        }
        for (what, reason) in failures where lastReport?.value.failures[what] != reason {
            log("\(what): \(reason)")
        }
        do {
            try report.write(next)
        } catch {
            log("the report cannot be written: \(error)")
        }
        lastReport = (next, now)
    }
}
