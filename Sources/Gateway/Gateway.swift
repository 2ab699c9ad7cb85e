import Collecting
package import GantryBase
package import Model
import Synchronization
package import Telemetry
package import Wire

/// Takes signals in: knows the sender by its token, not by what it says; bounds it; counts its calls where no agent did;
/// hands calls on before anything is stored; answers when everything is on disk.
///
/// May be called from any task. A call that throws has kept nothing for good and may be made again: `.limit` carries how
/// long to wait in its hint, `.unavailable` means the store does not take anything now.
///
/// What comes again is kept once where it can be told: windows by their numbers, bodies by the id that they carry, spans
/// without one by the ids of the spans.
package final class Gateway: Sendable {
    /// Who prepared the signals.
    package enum Origin: Sendable, Hashable {
        /// An agent: masked and counted already.
        case agent
        /// The service's own SDK, or anything else.
        case direct
    }

    /// Calls as they come.
    package let calls: CallFeed

    private struct State {
        var admission: Admission
        var ledger: WindowLedger
        var counted: RecentTable<CountedBody, Bool>
        var counters: RecentTable<SignalSource, CallCounter>
        var differences: RecentTable<SignalSource, SeriesReading>
        var lag = IngestLag()
        var totals = GatewayStatistics()
    }
    private let name: String
    private let limits: GatewayLimits
    private let queue: WriteQueue
    private let time: TimeSource
    private let masking: MaskingScanner
    private let state: Mutex<State>

    /// - Parameter name: Tells this gateway's counts from those of others, such as its region.
    package init(
        name: String, store: any TelemetryStore, time: TimeSource, limits: GatewayLimits = GatewayLimits(),
        masking: MaskingScanner = MaskingScanner()
    ) {
        (self.name, self.limits, self.time, self.masking) = (name, limits, time, masking)
        queue = WriteQueue(store: store, limits: limits)
        calls = CallFeed(limit: limits.feedWindows)
        state = Mutex(
            State(
                admission: Admission(limits), ledger: WindowLedger(limit: limits.senders),
                counted: RecentTable(limit: limits.countedBodies),
                counters: RecentTable(limit: limits.senders), differences: RecentTable(limit: limits.senders))
        )
    }

    /// Takes spans; those of a sender without an agent are counted as calls.
    ///
    /// - Parameter id: Of the body; the same id never stands for two.
    package func take(
        _ batch: TraceBatch, bytes: Int, from source: SignalSource, origin: Origin, id: BatchID? = nil
    ) async throws {
        let now = try admit(bytes, source)
        var spans = batch.stamped()
        var windows: [CallWindow] = []
        var own: BatchID?
        if origin == .direct {
            // Before anything is counted, so that no number reaches an interface's path either.
            mask(&spans, masking.mask)
            let mark = SpansMark(spans)
            own = mark.batch
            let (counted, isNew) = state.withLock { count(spans, mark, source, now, &$0) }
            windows = counted
            if isNew { calls.publish(SourcedRecords(source, counted)) }
        }
        state.withLock { state in
            state.totals.spans += spans.count
            for span in spans { state.lag.add(now, span.end) }
        }
        try await queue.append(
            TelemetryBatch(
                spans: [SourcedRecords(source, spans, id: id ?? own)],
                windows: windows.isEmpty ? [] : [SourcedRecords(source, windows)]), bytes: bytes, of: source)
    }

    package func take(
        _ batch: LogBatch, bytes: Int, from source: SignalSource, origin: Origin, id: BatchID? = nil
    ) async throws {
        let now = try admit(bytes, source)
        var logs = batch.stamped(now: now)
        if origin == .direct { mask(&logs, masking.mask) }
        state.withLock { state in
            state.totals.logs += logs.count
            for log in logs { state.lag.add(now, log.time) }
        }
        try await queue.append(
            TelemetryBatch(logs: [SourcedRecords(source, logs, id: id)]), bytes: bytes, of: source)
    }

    package func take(
        _ batch: MetricBatch, bytes: Int, from source: SignalSource, origin: Origin, id: BatchID? = nil
    ) async throws {
        let now = try admit(bytes, source)
        let (points, undo) = state.withLock { state in
            let (points, undo) = state.differences.update(
                source, first: SeriesReading(limit: limits.seriesOfSender)
            ) { $0.points(batch, now: now) }
            state.totals.points += points.count
            return (points, undo)
        }
        do {
            try await queue.append(
                TelemetryBatch(points: [SourcedRecords(source, points, id: id)]), bytes: bytes, of: source)
        } catch {
            // The sender comes again with the same sums: they must be differenced from where they were.
            state.withLock { state in
                state.differences.update(source, first: SeriesReading(limit: limits.seriesOfSender)) {
                    $0.take(back: undo)
                }
            }
            throw error
        }
    }

    /// Takes windows that an agent counted. They are never refused for being many: alerts depend on them, and an agent
    /// bounds their keys.
    package func take(_ windows: [CallWindow], bytes: Int, from source: SignalSource) async throws {
        let now = time.now()
        let fresh = state.withLock { state in
            state.totals.windows += windows.count
            for window in windows { state.lag.add(now, Timestamp(seconds: window.second + 1)) }
            return windows.filter { state.ledger.take($0, of: source) }
        }
        calls.publish(SourcedRecords(source, fresh))
        // All of them, not the new ones alone: the store knows for good what it has.
        try await queue.append(
            TelemetryBatch(windows: [SourcedRecords(source, windows)]), bytes: bytes, of: source)
    }

    package func statistics() -> GatewayStatistics {
        let (now, waiting, dropped) = (time.now(), queue.bytes, calls.dropped)
        return state.withLock { state in
            var totals = state.totals
            totals.lag = state.lag.p99(now)
            totals.refused = state.admission.refused
            (totals.waitingBytes, totals.droppedFromFeed) = (waiting, dropped)
            return totals
        }
    }

    private func admit(_ bytes: Int, _ source: SignalSource) throws(GantryError) -> Timestamp {
        let wait = state.withLock { $0.admission.admit(bytes, of: source.service, now: .now) }
        guard let wait else { return time.now() }
        throw GantryError(
            .limit,
            "\(source.service) sends more than \(limits.serviceBytesPerSecond >> 20) MiB of signals in a second",
            hint: "send again after \(max(wait, limits.retryAfter))")
    }

    private func mask<Record>(
        _ records: inout [Record], _ one: (inout Record, inout MaskingScanner.Counts) -> Void
    ) {
        var counts = MaskingScanner.Counts()
        for at in records.indices { one(&records[at], &counts) }
        state.withLock { $0.totals.masked += counts.total }
    }

    /// - Returns: The windows of these spans, numbered by what they were made of, so that a body that comes again makes the
    ///   same ones; and whether it came for the first time.
    private func count(
        _ spans: [SpanRecord], _ mark: SpansMark, _ source: SignalSource, _ now: Timestamp,
        _ state: inout State
    ) -> (windows: [CallWindow], isNew: Bool) {
        let isNew = state.counted.update(CountedBody(source: source, mark: mark), first: true) { isNew in
            defer { isNew = false }
            return isNew
        }
        let fresh = CallCounter(counter: "gateway/\(name)", epoch: now)
        let windows = state.counters.update(source, first: fresh) { counter in
            for span in spans {
                guard let call = ObservedCall(span, of: source.service) else { continue }
                counter.count(call, now: now)
            }
            // All at once, so that spans and their counts are kept in one append or not at all.
            return counter.takeWindows(now: now, all: true)
        }
        return (mark.number(windows), isNew)
    }

    private struct CountedBody: Hashable {
        var source: SignalSource
        var mark: SpansMark
    }
}

/// What a gateway has seen since it began.
package struct GatewayStatistics: Sendable, Hashable {
    package var logs = 0
    package var spans = 0
    package var points = 0
    package var windows = 0
    /// Bodies that were refused because their service sent too much.
    package var refused: [ServiceName: Int] = [:]
    /// Numbers and names that were masked because no agent had done it.
    package var masked = 0
    package var waitingBytes = 0
    package var droppedFromFeed = 0
    /// From the end of a call, or the writing of a line, to its arrival: the 99th percentile of the last one to two
    /// minutes; nil before anything came.
    package var lag: Period?

    package init() {}
}
