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
                counters: RecentTable(limit: limits.senders), differences: RecentTable(limit: limits.senders))
        )
    }

    /// Takes spans; those of a sender without an agent are counted as calls.
    package func take(
        _ batch: TraceBatch, bytes: Int, from source: SignalSource, origin: Origin
    ) async throws {
        let now = try admit(bytes, source)
        var spans = batch.stamped()
        // Before anything is counted, so that no number reaches an interface's path either.
        if origin == .direct { mask(&spans, masking.mask) }
        var windows: [CallWindow] = []
        state.withLock { state in
            state.totals.spans += spans.count
            for span in spans { state.lag.add(now, span.end) }
            if origin == .direct { windows = count(spans, source, now, &state) }
        }
        calls.publish(SourcedRecords(source, windows))
        try await queue.append(
            TelemetryBatch(
                spans: [SourcedRecords(source, spans)],
                windows: windows.isEmpty ? [] : [SourcedRecords(source, windows)]), bytes: bytes)
    }

    package func take(_ batch: LogBatch, bytes: Int, from source: SignalSource, origin: Origin) async throws {
        let now = try admit(bytes, source)
        var logs = batch.stamped(now: now)
        if origin == .direct { mask(&logs, masking.mask) }
        state.withLock { state in
            state.totals.logs += logs.count
            for log in logs { state.lag.add(now, log.time) }
        }
        try await queue.append(TelemetryBatch(logs: [SourcedRecords(source, logs)]), bytes: bytes)
    }

    package func take(_ batch: MetricBatch, bytes: Int, from source: SignalSource, origin: Origin)
        async throws
    {
        let now = try admit(bytes, source)
        let points = state.withLock { state in
            let points = state.differences.update(source, first: SeriesReading(limit: limits.seriesOfSender))
            {
                $0.points(batch, now: now)
            }
            state.totals.points += points.count
            return points
        }
        try await queue.append(TelemetryBatch(points: [SourcedRecords(source, points)]), bytes: bytes)
    }

    /// Takes windows that an agent counted. They are never refused for being many: alerts depend on them, and an agent
    /// bounds their keys.
    package func take(_ windows: [CallWindow], bytes: Int, from source: SignalSource) async throws {
        let now = time.now()
        let fresh = state.withLock { state in
            state.totals.windows += windows.count
            for window in windows { state.lag.add(now, Timestamp(seconds: window.second + 1)) }
            return windows.filter { state.ledger.take($0) }
        }
        calls.publish(SourcedRecords(source, fresh))
        // All of them, not the new ones alone: the store knows for good what it has.
        try await queue.append(TelemetryBatch(windows: [SourcedRecords(source, windows)]), bytes: bytes)
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

    private func count(
        _ spans: [SpanRecord], _ source: SignalSource, _ now: Timestamp, _ state: inout State
    ) -> [CallWindow] {
        let fresh = CallCounter(counter: "gateway/\(name)/\(source.instance.path)", epoch: now)
        return state.counters.update(source, first: fresh) { counter in
            for span in spans {
                guard let call = ObservedCall(span, of: source.service) else { continue }
                counter.count(call, now: now)
            }
            // All at once, so that spans and their counts are kept in one append or not at all.
            return counter.takeWindows(now: now, all: true)
        }
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
