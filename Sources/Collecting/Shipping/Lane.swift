import GantryBase
import Synchronization
import Wire

/// The thread that empties one spool to the gateway. Lanes share nothing: each has its own spool, connection and
/// pauses, so that calls never wait behind logs.
final class Lane: Sendable {
    enum Phase: Int, Sendable {
        case running
        /// Ends as soon as the spool is empty.
        case draining
        case ended
    }

    private let isCalls: Bool
    private let spool: SharedSpool
    private let client: GatewayClient
    private let limits: CollectorLimits
    private let random: RandomSource
    private let notices: Notices
    private let counts = Mutex(LaneStatistics())
    private let phase = Mutex(Phase.running)

    init(
        isCalls: Bool, spool: SharedSpool, client: GatewayClient, limits: CollectorLimits,
        random: RandomSource, notices: Notices
    ) {
        (self.isCalls, self.spool, self.client) = (isCalls, spool, client)
        (self.limits, self.random, self.notices) = (limits, random, notices)
    }

    /// Blocks until it is told to end.
    func run() {
        var pause = RetryPause(limits, random: random)
        while phase.withLock({ $0 }) != .ended {
            guard var shipment = take() else {
                if phase.withLock({ $0 }) != .running { return }
                spool.bell.wait(milliseconds: nil)
                gather()
                continue
            }
            while !shipment.isDone {
                if phase.withLock({ $0 }) == .ended { return }
                if let wait = send(&shipment, &pause) { rest(wait) }
            }
            let end = shipment.end
            // Closed only when sending has ended too.
            try? spool.with { $0.acknowledge(upTo: end) }
        }
    }

    func drain() {
        phase.withLock { if $0 == .running { $0 = .draining } }
        spool.bell.ring()
    }

    func end() {
        phase.withLock { $0 = .ended }
        client.abort()
        spool.bell.ring()
    }

    var statistics: LaneStatistics {
        var current = counts.withLock { $0 }
        if let spool = spool.statistics {
            (current.dropped, current.corrupt) = (spool.droppedEvents, spool.corruptEvents)
            (current.waiting, current.waitingBytes) = (spool.events, spool.bytes)
        }
        return current
    }

    private func take() -> Shipment? {
        do throws(GantryError) {
            let (records, dropped) = try spool.with { (spool) throws(GantryError) in
                let records = try spool.next(maxBytes: CollectorLimits.parcelBytes)
                if records.isEmpty { spool.window.forget() }
                return (records, spool.map.droppedEvents)
            }
            tell(dropped)
            let shipment = Shipment(records, isCalls: isCalls)
            if let unknown = shipment?.unknown, unknown > 0 {
                counts.withLock { $0.refused += unknown }
            }
            return shipment
        } catch {
            notices.say(error)
            rest(.seconds(1))
            return nil
        }
    }

    /// Sends the first parcel and acts on the answer; how long to wait before the next try, nil to go on.
    private func send(_ shipment: inout Shipment, _ pause: inout RetryPause) -> Period? {
        let parcel = shipment.parcels[0]
        counts.withLock { $0.requests += 1 }
        let answer: GatewayAnswer
        do throws(GantryError) {
            answer = try client.post(
                GatewayClient.Request(
                    path: parcel.kind.path, contentType: parcel.kind.contentType,
                    body: Gzip.pack(parcel.body)))
        } catch {
            // Missing is what it is before the gateway's first start.
            if error.code != .notFound { notices.say(error) }
            counts.withLock { $0.failures += 1 }
            return pause.next(after: nil)
        }
        switch answer {
        case .taken:
            counts.withLock { $0.delivered += parcel.events }
            shipment.settle()
        case .unreadable, .tooLarge:
            if !shipment.halve() { refuse(parcel, answer, &shipment) }
        case .refusedToken, .busy, .other, .none:
            counts.withLock { $0.failures += 1 }
            tell(answer)
            return pause.next(after: answer)
        }
        pause.succeeded()
        return nil
    }

    private func refuse(_ parcel: Shipment.Parcel, _ answer: GatewayAnswer, _ shipment: inout Shipment) {
        counts.withLock { $0.refused += parcel.events }
        shipment.settle()
        var reason = "it is too large"
        if case .unreadable(let text) = answer { reason = "it cannot read them: \(text)" }
        notices.say(
            "the gateway refuses \(parcel.events) \(parcel.kind.noun), which are dropped: \(reason)",
            key: "refused \(parcel.kind.path)", severity: .error)
    }

    private func tell(_ answer: GatewayAnswer) {
        switch answer {
        case .refusedToken:
            notices.say(
                "the gateway refuses the token of this instance; signals wait in the spool until it takes it",
                severity: .error)
        case .other(let status):
            notices.say("the gateway answers with status \(status); signals wait in the spool")
        case .none(let reason): notices.say("\(reason); signals wait in the spool", key: "no gateway")
        case .busy, .taken, .unreadable, .tooLarge: return
        }
    }

    private func tell(_ dropped: UInt64) {
        let more = counts.withLock { counts in
            defer { counts.dropped = dropped }
            return dropped > counts.dropped
        }
        guard more else { return }
        notices.say(
            "the spool of this instance is full: \(dropped) spans, lines and metrics were given up so far",
            key: "spool dropped", attributes: ["gantry.dropped.events": .int(Int64(dropped))])
    }

    /// Lets bulk records come together; calls go at once.
    private func gather() {
        guard !isCalls else { return }
        let end = ContinuousClock.now + limits.gathering.duration
        while phase.withLock({ $0 }) == .running, ContinuousClock.now < end {
            let waiting = (try? spool.with { $0.unreadBytes }) ?? 0
            if waiting >= CollectorLimits.parcelBytes { return }
            spool.bell.wait(milliseconds: Period.until(end).milliseconds)
        }
    }

    /// Waits whatever is rung, unless it is for the end. Draining waits too: a gateway that is busy is not asked sooner.
    private func rest(_ period: Period) {
        let end = ContinuousClock.now + period.duration
        while phase.withLock({ $0 }) != .ended, ContinuousClock.now < end {
            spool.bell.wait(milliseconds: Period.until(end).milliseconds)
        }
    }
}
