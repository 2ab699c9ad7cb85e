import Access
import Foundation
import GantryBase
import Model
import Synchronization
import Telemetry
import Wire

/// A real store that refuses to take anything while it is told to.
final class SignalFaults: TelemetryStore {
    private let inner: any TelemetryStore
    let isFull = Mutex(false)
    let delay = Mutex(Duration.zero)

    init(_ inner: any TelemetryStore) { self.inner = inner }

    func append(_ batch: TelemetryBatch) async throws -> AppendReceipt {
        try? await Task.sleep(for: delay.withLock { $0 })
        if isFull.withLock({ $0 }) { throw GantryError(.unavailable, "the disk is full") }
        return try await inner.append(batch)
    }
    func logs(_ query: LogQuery) async throws -> LogPage { try await inner.logs(query) }
    func logHistogram(_ query: LogQuery, buckets: Int) async throws -> LogHistogram {
        try await inner.logHistogram(query, buckets: buckets)
    }
    func logsAppended(after position: UInt64) async throws { try await inner.logsAppended(after: position) }
    func lastPosition() async throws -> UInt64 { try await inner.lastPosition() }
    func trace(_ id: TraceID) async throws -> TracePage { try await inner.trace(id) }
    func spans(_ query: SpanQuery) async throws -> SpanPage { try await inner.spans(query) }
    func calls(_ query: CallQuery) async throws -> CallTable { try await inner.calls(query) }
    func series(_ query: SeriesQuery) async throws -> SeriesPage { try await inner.series(query) }
    func removeOld(before bounds: RetentionBounds) async throws { try await inner.removeOld(before: bounds) }
    func statistics() async throws -> TelemetryStatistics { try await inner.statistics() }
    func close() async throws { try await inner.close() }
}

/// Signals as tests send them.
enum Signals {
    static func source(_ service: String, instance: String = "i1") -> SignalSource {
        let name = ServiceName(path: service) ?? ServiceName("yidian", "article")
        return SignalSource(
            instance: InstanceName(WorkloadName(name, "production", "nanjing"), instance),
            release: ReleaseName(name, 1))
    }

    static func log(
        _ text: String, at time: Timestamp, _ severity: Severity = .info, attributes: Attributes = [:],
        trace: TraceID? = nil
    ) -> LogRecord {
        LogRecord(
            time: time, severity: severity, body: .string(text), attributes: attributes, traceID: trace)
    }

    static func span(
        _ id: UInt64, parent: UInt64? = nil, _ kind: SpanRecord.Kind, _ name: String, at start: Timestamp,
        milliseconds: Int64, trace: TraceID = TraceID(high: 7, low: 7), attributes: Attributes = [:]
    ) -> SpanRecord {
        SpanRecord(
            traceID: trace, spanID: SpanID(id), parentSpanID: parent.map { SpanID($0) }, name: name,
            kind: kind, start: start, end: start + .milliseconds(milliseconds), attributes: attributes)
    }

    static func fixture(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "WireTests/Fixtures/\(name)")))
    }
}

extension TestServer {
    /// Sends a body as an instance does.
    func send(
        _ path: String, _ body: [UInt8], from source: SignalSource, holder: WorkloadTokens.Holder = .agent,
        type: String = "application/x-protobuf", headers: [String] = []
    ) async throws -> Reply {
        try await post(
            path, body, token: workloadTokens.token(for: source, holder: holder), type: type,
            headers: headers)
    }

    func post(
        _ path: String, _ body: [UInt8], token: String?, type: String?, headers: [String] = []
    ) async throws -> Reply {
        let client = try RawClient(port: port)
        let type = type.map { ["Content-Type: \($0)"] } ?? []
        try client.send(Self.head("POST", path, token, type + headers, length: body.count))
        try client.send(body)
        return try await client.reply()
    }

    @discardableResult
    func log(
        _ records: [LogRecord], from source: SignalSource, holder: WorkloadTokens.Holder = .agent
    ) async throws -> Reply {
        try await send(
            "/v1/logs", OTLP.encode(LogBatch(records, from: SignalResource())), from: source, holder: holder)
    }

    @discardableResult
    func trace(
        _ records: [SpanRecord], from source: SignalSource, holder: WorkloadTokens.Holder = .agent
    ) async throws -> Reply {
        try await send(
            "/v1/traces", OTLP.encode(TraceBatch(records, from: SignalResource())), from: source,
            holder: holder)
    }
}

extension Reply {
    var items: [JSONValue] { json["items"]?.arrayValue ?? [] }
    var messages: [String] { items.compactMap { $0["message"]?.stringValue } }
    /// The answer's lines of JSON, without those that are empty.
    var lines: [JSONValue] {
        text.split(separator: "\n").compactMap { try? JSON.parse(String($0)) }
    }
}
