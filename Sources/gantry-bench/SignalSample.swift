import GantryBase
import Model
import Wire

/// Bodies as agents send them: OTLP in protobuf, packed, a few hundred records each, of many instances.
struct SignalSample: Sendable {
    /// Records of one body: what an SDK's batch exporter sends, give or take.
    static let recordsOfBody = 400
    /// Spans of one trace that one service reports together.
    private static let spansOfTrace: UInt64 = 4
    private static let instances = 40
    /// Between the beginnings of two bodies of a kind, in milliseconds: 20,000 records a second.
    private static let step: Int64 = 20

    struct Body: Sendable {
        var bytes: [UInt8]
        var source: SignalSource
        /// Before packing.
        var size: Int
    }

    let spans: [Body]
    let logs: [Body]

    /// - Parameter records: Of each kind.
    init(records: Int, at time: Timestamp) {
        var random = SeededGenerator(seed: 11)
        let count = max(1, records / Self.recordsOfBody)
        spans = (0..<count).map { body in
            let sender = Self.source(body % Self.instances)
            let spans = Self.spans(time + .milliseconds(Int64(body) * Self.step), &random)
            return Self.body(
                OTLP.encode(TraceBatch(spans, from: Self.resource(sender), scope: .bench)), sender)
        }
        logs = (0..<count).map { body in
            let sender = Self.source(body % Self.instances)
            let logs = Self.logs(time + .milliseconds(Int64(body) * Self.step), &random)
            return Self.body(OTLP.encode(LogBatch(logs, from: Self.resource(sender), scope: .bench)), sender)
        }
    }

    private static func body(_ bytes: [UInt8], _ source: SignalSource) -> Body {
        Body(bytes: Gzip.pack(bytes), source: source, size: bytes.count)
    }

    static func source(_ number: Int) -> SignalSource {
        let service = ServiceName(BusinessName("unit\(number % 4)"), "service\(number / 4)")
        return SignalSource(
            instance: InstanceName(WorkloadName(service, "production", "nanjing"), "i\(number)"),
            release: ReleaseName(service, 7))
    }

    private static func resource(_ source: SignalSource) -> SignalResource {
        SignalResource([
            "service.name": .string(source.service.name),
            "service.namespace": .string(source.service.business.text),
            "service.version": "7", "service.instance.id": .string(source.instance.id),
            "deployment.environment.name": "production", "cloud.region": "nanjing",
            "telemetry.sdk.language": "python", "telemetry.sdk.name": "opentelemetry",
        ])
    }

    private static func spans(_ time: Timestamp, _ random: inout SeededGenerator) -> [SpanRecord] {
        var spans: [SpanRecord] = []
        var trace = TraceID(high: 0, low: 0)
        for index in 0..<UInt64(recordsOfBody) {
            let isFirst = index % spansOfTrace == 0
            if isFirst { trace = .random { random.next() } }
            let number = Int64(random.next() % 100_000)
            let start = time + .milliseconds(Int64(index) * 2)
            spans.append(
                SpanRecord(
                    traceID: trace, spanID: .random { random.next() },
                    parentSpanID: .random { random.next() },
                    name: isFirst ? "GET /articles/{id}" : "SELECT comments",
                    kind: isFirst ? .server : .client,
                    start: start, end: start + .milliseconds(1 + number % 90),
                    attributes: [
                        "http.request.method": "GET", "http.route": "/articles/{id}",
                        "http.response.status_code": 200, "server.address": "article.yidian.svc",
                        "url.path": .string("/articles/\(number)"), "network.protocol.version": "1.1",
                        "gantry.caller": "unit1/portal",
                    ]))
        }
        return spans
    }

    private static func logs(_ time: Timestamp, _ random: inout SeededGenerator) -> [LogRecord] {
        (0..<recordsOfBody).map { index in
            let number = random.next() % 1_000_000
            let moment = time + .milliseconds(Int64(index) * 2)
            return LogRecord(
                time: moment, observedTime: moment + .milliseconds(3),
                severity: number % 50 == 0 ? .error : .info,
                severityText: number % 50 == 0 ? "ERROR" : "INFO",
                body: .string(
                    "request \(number) of user u\(number % 977) for /articles/\(number % 5000) done, "
                        + "rows=\(number % 31) cache=\(number % 2 == 0 ? "hit" : "miss")"),
                attributes: [
                    "logger": "app.articles", "thread": "worker-3", "took_ms": .int(Int64(number % 400)),
                ], traceID: .random { random.next() }, spanID: .random { random.next() })
        }
    }
}

extension SignalScope {
    fileprivate static let bench = SignalScope("app.http", version: "1.4.0")
}
