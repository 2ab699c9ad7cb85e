import GantryBase
import Telemetry
import Wire

/// Stands for a store that could not be opened: refuses everything with the reason.
struct AbsentTelemetryStore: TelemetryStore {
    let reason: GantryError

    func append(_ batch: TelemetryBatch) async throws -> AppendReceipt { throw reason }
    func logs(_ query: LogQuery) async throws -> LogPage { throw reason }
    func logHistogram(_ query: LogQuery, buckets: Int) async throws -> LogHistogram { throw reason }
    func logsAppended(after position: UInt64) async throws { throw reason }
    func trace(_ id: TraceID) async throws -> TracePage { throw reason }
    func spans(_ query: SpanQuery) async throws -> SpanPage { throw reason }
    func calls(_ query: CallQuery) async throws -> CallTable { throw reason }
    func series(_ query: SeriesQuery) async throws -> SeriesPage { throw reason }
    func removeOld(before bounds: RetentionBounds) async throws { throw reason }
    func statistics() async throws -> TelemetryStatistics { throw reason }
    func close() async throws {}
}
