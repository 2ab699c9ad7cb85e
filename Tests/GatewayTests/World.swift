import Foundation
import GantryBase
import Gateway
import Model
import Synchronization
import Telemetry
import TelemetrySQLite
import Wire

/// A gateway over a real store, with a clock that stands at a second past noon.
final class World: Sendable {
    static let noon = Timestamp(seconds: 1_767_225_600)
    static let day = TimeRange(from: noon - .minutes(600), to: noon + .minutes(600))

    let folder: String
    let store: SQLiteTelemetryStore
    let faults: FaultyStore
    let gateway: Gateway
    let time = TimeSource(now: { World.noon + .seconds(1) }, sleep: { _ in })

    init(_ limits: GatewayLimits = GatewayLimits()) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "gateway-\(UUID().uuidString)").path
        store = try SQLiteTelemetryStore(directory: folder)
        faults = FaultyStore(store)
        gateway = Gateway(name: "test", store: faults, time: time, limits: limits)
    }

    func close() async throws {
        try await store.close()
        try FileManager.default.removeItem(atPath: folder)
    }

    static func source(_ service: String = "yidian/article", instance: String = "i1") throws -> SignalSource {
        let name = ServiceName(path: service) ?? ServiceName("yidian", "article")
        return SignalSource(
            instance: InstanceName(WorkloadName(name, "production", "nanjing"), instance),
            release: ReleaseName(name, 1))
    }

    static func span(
        _ id: UInt64, _ kind: SpanRecord.Kind = .server, milliseconds: Int64 = 10,
        attributes: Attributes = [:]
    ) -> SpanRecord {
        SpanRecord(
            traceID: TraceID(high: 1, low: 1), spanID: SpanID(id), name: "GET /", kind: kind, start: noon,
            end: noon + .milliseconds(milliseconds), attributes: attributes)
    }
}

/// A store that refuses or waits when it is told to.
final class FaultyStore: TelemetryStore {
    private let inner: any TelemetryStore
    let isDown = Mutex(false)
    let appends = Mutex(0)
    let delay = Mutex(Duration.zero)

    init(_ inner: any TelemetryStore) { self.inner = inner }

    func append(_ batch: TelemetryBatch) async throws -> AppendReceipt {
        appends.withLock { $0 += 1 }
        try? await Task.sleep(for: delay.withLock { $0 })
        if isDown.withLock({ $0 }) { throw GantryError(.unavailable, "the disk is full") }
        return try await inner.append(batch)
    }
    func logs(_ query: LogQuery) async throws -> LogPage { try await inner.logs(query) }
    func logHistogram(_ query: LogQuery, buckets: Int) async throws -> LogHistogram {
        try await inner.logHistogram(query, buckets: buckets)
    }
    func logsAppended(after position: UInt64) async throws { try await inner.logsAppended(after: position) }
    func trace(_ id: TraceID) async throws -> TracePage { try await inner.trace(id) }
    func spans(_ query: SpanQuery) async throws -> SpanPage { try await inner.spans(query) }
    func calls(_ query: CallQuery) async throws -> CallTable { try await inner.calls(query) }
    func series(_ query: SeriesQuery) async throws -> SeriesPage { try await inner.series(query) }
    func removeOld(before bounds: RetentionBounds) async throws { try await inner.removeOld(before: bounds) }
    func statistics() async throws -> TelemetryStatistics { try await inner.statistics() }
    func close() async throws { try await inner.close() }
}
