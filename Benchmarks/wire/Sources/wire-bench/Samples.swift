import GantryBase
import Wire

/// What is measured: a request as an SDK sends it, and lines as loggers write them.
struct Samples: Sendable {
    static let lines = 4000
    let traces: TraceBatch
    let protobuf: [UInt8]
    let json: [UInt8]
    let jsonLines: [UInt8]
    let logfmtLines: [UInt8]
    let plainLines: [UInt8]

    init() {
        var random = SeededGenerator(seed: 7)
        let spans = (0..<512).map { index in
            SpanRecord(
                traceID: .random { random.next() }, spanID: .random { random.next() },
                parentSpanID: .random { random.next() }, name: "GET /articles/{id}", kind: .server,
                start: Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(index)),
                end: Timestamp(nanoseconds: 1_700_000_000_010_000_000 + Int64(index)),
                attributes: [
                    "http.request.method": "GET", "http.route": "/articles/{id}",
                    "http.response.status_code": 200, "server.address": "article.yidian.svc",
                    "url.path": "/articles/12345", "network.protocol.version": "1.1",
                ])
        }
        traces = TraceBatch(
            spans, from: SignalResource(["service.name": "article", "service.namespace": "yidian"]))
        protobuf = OTLP.encode(traces)
        json = OTLP.encode(traces, as: .json)
        jsonLines = Self.repeated(
            #"{"level":30,"time":1715000889123,"pid":7,"hostname":"web-1","msg":"request done","method":"GET","#
                + #""path":"/articles/12345","status":200,"took":12.5,"#
                + #""trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331"}"#)
        logfmtLines = Self.repeated(
            #"time=2024-05-06T13:08:09Z level=warning msg="a slow request" user=7 path=/articles/5"#)
        plainLines = Self.repeated(
            "2024-05-06T13:08:09.123Z [main] ERROR com.example.App - upstream timed out after 30 s, giving up"
        )
    }

    private static func repeated(_ line: String) -> [UInt8] {
        Array(String(repeating: line + "\n", count: lines).utf8)
    }
}
