import GantryBase
import Model
import Wire

/// What a driver did against the contract of `TelemetryStore`.
package struct TelemetryFailure: Error, CustomStringConvertible {
    package var found: String
    package var line: UInt
    package var description: String { "\(found) (line \(line))" }
}

/// The promises of `TelemetryStore`, each as a function that throws when a driver breaks it.
///
/// Knows no test framework. Each case gets a fresh store.
package struct TelemetryConformance: Sendable {
    package struct Case: Sendable, CustomStringConvertible {
        package var promise: String
        var check: @Sendable (Subject) async throws -> Void
        package var description: String { promise }
    }

    /// The driver under test.
    package struct Subject: Sendable {
        /// A store without records.
        package var fresh: @Sendable () async throws -> any TelemetryStore
        /// The same store after its process has gone; the old value is not used again.
        package var reopened: @Sendable (any TelemetryStore) async throws -> any TelemetryStore

        package init(
            fresh: @escaping @Sendable () async throws -> any TelemetryStore,
            reopened: @escaping @Sendable (any TelemetryStore) async throws -> any TelemetryStore
        ) {
            (self.fresh, self.reopened) = (fresh, reopened)
        }
    }

    package static let cases: [Case] =
        logCases + searchCases + spanCases + callCases + batchCases
        + storeCases

    package static func run(_ item: Case, on subject: Subject) async throws {
        try await item.check(subject)
    }
}

// What the cases are written with.
extension TelemetryConformance {
    /// 2026-01-01T00:00:00Z; what is appended lies near it.
    static let noon = Timestamp(seconds: 1_767_225_600)
    static let day = TimeRange(from: noon - .minutes(1440), to: noon + .minutes(1440))

    static func expect(_ condition: Bool, _ found: @autoclosure () -> String, line: UInt = #line) throws {
        if !condition { throw TelemetryFailure(found: found(), line: line) }
    }

    static func source(
        _ service: String = "yidian/article", _ region: RegionName = "nanjing", instance: String = "i1",
        release: Int = 1
    ) -> SignalSource {
        let name = ServiceName(path: service) ?? ServiceName("yidian", "article")
        return SignalSource(
            instance: InstanceName(WorkloadName(name, "production", region), instance),
            release: ReleaseName(name, release))
    }

    static func log(
        _ message: String, _ seconds: Int64 = 0, _ severity: Severity = .info, attributes: Attributes = [:]
    ) -> LogRecord {
        LogRecord(
            time: noon + .seconds(seconds), severity: severity, body: .string(message), attributes: attributes
        )
    }

    static func span(
        _ trace: UInt64, _ id: UInt64, parent: UInt64? = nil, _ name: String = "GET /", at seconds: Int64 = 0,
        milliseconds: Int64 = 10
    ) -> SpanRecord {
        let start = noon + .seconds(seconds)
        return SpanRecord(
            traceID: TraceID(high: 1, low: trace), spanID: SpanID(id), parentSpanID: parent.map(SpanID.init),
            name: name, kind: .server, start: start, end: start + .milliseconds(milliseconds))
    }

    static func append(_ logs: [LogRecord], _ sender: SignalSource = source(), to store: any TelemetryStore)
        async throws
    {
        try await store.append(TelemetryBatch(logs: [SourcedRecords(sender, logs)]))
    }

    /// The messages of the answer, in its order.
    static func messages(_ store: any TelemetryStore, _ query: LogQuery) async throws -> [String] {
        try await store.logs(query).entries.map(\.record.body.text)
    }
}
