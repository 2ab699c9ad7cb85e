package import Model
package import Wire

/// Where logs, spans, calls and metric series are kept and found.
///
/// Lifecycle: a store is opened by its driver and may be used from any task until `close`. It survives the death of the
/// process at any point: what `append` has returned from is on disk.
///
/// Time: every record has the time of its source, which may lie in the past and out of order; ranges are half open,
/// `from <= time < to`. A span's time is its start, a call's is the second in which it ended.
///
/// Positions: every log record gets a position when it is appended. Positions rise in the order of appends, so that a
/// reader who has seen position N and asks for what came after misses nothing.
///
/// Isolation: appends never wait for readers. A query sees whole appends only, costs bounded memory, ends when its task
/// is cancelled, and obeys `QueryBudget`: what it could not look at it says in `QueryCost`.
///
/// Faults: while the disk refuses, `append` throws `.unavailable` and has kept nothing; queries go on.
package protocol TelemetryStore: Sendable {
    /// Keeps all of a batch or nothing of it. Call windows, and records with the id of a body, that the store has had
    /// already from this sender change nothing and are counted in the answer. Ids are remembered as long as calls are.
    @discardableResult
    func append(_ batch: TelemetryBatch) async throws -> AppendReceipt

    /// Log records that match, at most `query.limit`, in the order that the query asks for.
    func logs(_ query: LogQuery) async throws -> LogPage

    /// How many log records match by time and severity: `buckets` equal parts of the range, oldest first, also where
    /// they are empty.
    func logHistogram(_ query: LogQuery, buckets: Int) async throws -> LogHistogram

    /// Returns as soon as log records with a position above `position` may be there, or the task is cancelled.
    func logsAppended(after position: UInt64) async throws

    /// The position of the last log record that was appended; 0 before any.
    func lastPosition() async throws -> UInt64

    /// All spans of a trace that are there, by start; empty when none is. At most `TelemetryLimits.traceSpans`.
    func trace(_ id: TraceID) async throws -> TracePage

    /// Spans that match, those that began last first.
    func spans(_ query: SpanQuery) async throws -> SpanPage

    /// Calls added up by the dimensions that the query names, in no order.
    func calls(_ query: CallQuery) async throws -> CallTable

    /// The series of a metric that match, each with its points by time.
    func series(_ query: SeriesQuery) async throws -> SeriesPage

    /// Removes what is older than its kind's bound; of days that are partly older, at least the whole old parts.
    func removeOld(before bounds: RetentionBounds) async throws

    func statistics() async throws -> TelemetryStatistics

    /// Refuses all calls from now on with `.unavailable`; may be called twice.
    func close() async throws
}

extension TelemetryStore {
    package func lastPosition() async throws -> UInt64 { try await statistics().lastPosition }
}

/// Signals of one sender.
package struct SourcedRecords<Record: Sendable>: Sendable {
    package var source: SignalSource
    package var records: [Record]
    /// Of the body that brought them; nil where the sender gave none, or where the records have numbers of their own.
    package var id: BatchID?
    package init(_ source: SignalSource, _ records: [Record], id: BatchID? = nil) {
        (self.source, self.records, self.id) = (source, records, id)
    }
}

extension SourcedRecords: Equatable where Record: Equatable {}

/// What is appended together.
package struct TelemetryBatch: Sendable {
    package var logs: [SourcedRecords<LogRecord>]
    package var spans: [SourcedRecords<SpanRecord>]
    package var windows: [SourcedRecords<CallWindow>]
    package var points: [SourcedRecords<SeriesPoint>]

    package init(
        logs: [SourcedRecords<LogRecord>] = [], spans: [SourcedRecords<SpanRecord>] = [],
        windows: [SourcedRecords<CallWindow>] = [], points: [SourcedRecords<SeriesPoint>] = []
    ) {
        (self.logs, self.spans, self.windows, self.points) = (logs, spans, windows, points)
    }

    package var isEmpty: Bool {
        logs.isEmpty && spans.isEmpty && windows.isEmpty && points.isEmpty
    }
}

package struct AppendReceipt: Sendable, Hashable {
    /// Call windows that had been appended before.
    package var repeatedWindows: Int
    /// Groups of records whose body had been appended before.
    package var repeatedBatches: Int
    /// The highest position of a log record in the store.
    package var lastPosition: UInt64
    package init(repeatedWindows: Int, repeatedBatches: Int = 0, lastPosition: UInt64) {
        (self.repeatedWindows, self.repeatedBatches) = (repeatedWindows, repeatedBatches)
        self.lastPosition = lastPosition
    }
}
