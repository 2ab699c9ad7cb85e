import GantryBase
import Model
import NIOCore
import NIOPosix
import Synchronization

/// The parts of a collector and their order of starting and ending.
final class CollectorCore: Sendable {
    private let setup: CollectorSetup
    private let group: MultiThreadedEventLoopGroup
    private let calls: SharedSpool
    private let bulk: SharedSpool
    private let intake: Intake
    private let lanes: (calls: Lane, bulk: Lane)
    private let tally = Tally()
    private let running = Mutex(Running())

    private struct Running {
        var receiver: Receiver?
        var intake: CollectorThread?
        var lanes: [CollectorThread] = []
    }

    init(_ setup: CollectorSetup) throws(GantryError) {
        self.setup = setup
        let (plan, limits) = (setup.plan, setup.limits)
        let notices = Notices(perMinute: limits.noticesPerMinute, time: setup.time)
        calls = try SharedSpool(
            directory: plan.folder + "/calls", limits: limits.calls, time: setup.time)
        bulk = try SharedSpool(directory: plan.folder + "/bulk", limits: limits.bulk, time: setup.time)
        let lines = try LineIntake(
            plan, output: setup.output, name: setup.name, release: setup.release, limits: limits,
            time: setup.time)
        let bell = Bell()
        intake = Intake(
            IntakeState(
                setup.name, plan: plan, lines: lines, limits: limits, time: setup.time, calls: calls,
                bulk: bulk, notices: notices, tally: tally), queue: RequestQueue(bell: bell), bell: bell)
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.any()
        func lane(_ isCalls: Bool, _ spool: SharedSpool) -> Lane {
            Lane(
                isCalls: isCalls, spool: spool,
                client: GatewayClient(
                    loop, addressFile: plan.gatewayFile, token: setup.token, limits: limits),
                limits: limits, random: setup.random, notices: notices)
        }
        lanes = (lane(true, calls), lane(false, bulk))
        Self.tell(calls, bulk, notices)
    }

    /// Says what an earlier process left that is not right.
    private static func tell(_ calls: SharedSpool, _ bulk: SharedSpool, _ notices: Notices) {
        for spool in [calls, bulk] {
            guard let opening = try? spool.with({ $0.opening }), opening != SpoolOpening() else { continue }
            guard opening.lostEvents > 0 || opening.damaged || opening.ledgerUnreadable else { continue }
            notices.say(
                "a spool of this instance was damaged: \(opening.lostEvents) records are missing at its end")
        }
    }

    var port: Int { running.withLock { $0.receiver?.port ?? setup.plan.receiverPort } }

    func start(receives: Bool) throws(GantryError) {
        do throws(GantryError) {
            if receives {
                let receiver = try Receiver(
                    group.any(), port: setup.plan.receiverPort, queue: intake.queue, limits: setup.limits,
                    tally: tally)
                running.withLock { $0.receiver = receiver }
            }
            let (intake, lanes) = (intake, lanes)
            let taking = try CollectorThread { intake.run() }
            running.withLock { $0.intake = taking }
            for lane in [lanes.calls, lanes.bulk] {
                let thread = try CollectorThread { lane.run() }
                running.withLock { $0.lanes.append(thread) }
            }
        } catch {
            abandon()
            throw error
        }
    }

    /// Whether all was sent.
    @discardableResult func stop(by deadline: ContinuousClock.Instant) -> Bool {
        let running = running.withLock { $0 }
        running.receiver?.stopListening()
        // Reading has at most half of the time, so that something is sent also of a service that wrote to the last.
        let half = ContinuousClock.now + .milliseconds(Period.until(deadline).milliseconds / 2)
        intake.finish(by: half)
        running.intake?.wait(until: nil)
        intake.close()
        lanes.calls.drain()
        lanes.bulk.drain()
        for thread in running.lanes { thread.wait(until: deadline) }
        return end(isOrderly: true)
    }

    /// Ends as a killed process does: nothing more is written or sent.
    func abandon() {
        intake.end()
        running.withLock { $0.intake }?.wait(until: nil)
        _ = end(isOrderly: false)
    }

    private func end(isOrderly: Bool) -> Bool {
        lanes.calls.end()
        lanes.bulk.end()
        let running = running.withLock { $0 }
        for thread in running.lanes { thread.wait(until: nil) }
        running.receiver?.closeAll()
        let isEmpty =
            (try? calls.with { $0.isDone }) == true && (try? bulk.with { $0.isDone }) == true
        // What a close cannot write was not answered or acknowledged either.
        try? calls.close(isOrderly: isOrderly)
        try? bulk.close(isOrderly: isOrderly)
        try? group.syncShutdownGracefully()
        return isEmpty
    }

    func statistics() -> CollectorStatistics {
        var current = tally.current
        current.callsLane = lanes.calls.statistics
        current.bulkLane = lanes.bulk.statistics
        return current
    }
}
