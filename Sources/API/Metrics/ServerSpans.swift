import GantryBase
import HTTPTypes
import Wire

/// What the server tells about its own requests, beside its log.
struct Observers: Sendable {
    let requests: RequestMetrics
    /// Takes the span of each request that is of interest; nil for nobody.
    let spans: (@Sendable (SpanRecord) -> Void)?
    let time: TimeSource
}

/// The span of one request, from its head on.
struct ServerSpan: Sendable {
    let own: TraceParent
    let parent: TraceParent?
    let state: String
    /// Who says to call, as W3C baggage carries it.
    let caller: String?
    let start: Timestamp

    /// Goes on with the trace that the request names, or begins one.
    init(_ headers: HTTPFields, at start: Timestamp, random: RandomSource = .system) {
        let parent = headers[.traceParent].flatMap(TraceParent.init)
        self.parent = parent
        self.start = start
        // Without a valid parent its state means nothing.
        state = parent == nil ? "" : headers[.traceState] ?? ""
        caller = parent == nil ? nil : headers[.baggage].flatMap { Baggage($0)["gantry.caller"] }
        own = TraceParent(
            traceID: parent?.traceID ?? .random(from: random.next), spanID: .random(from: random.next),
            flags: parent?.flags ?? 1)
    }

    func record(
        route: String, method: String, path: String, status: Int, user: String?, requestID: String,
        end: Timestamp
    ) -> SpanRecord {
        var span = SpanRecord(
            traceID: own.traceID, spanID: own.spanID, parentSpanID: parent?.spanID,
            name: "\(method) \(route)", kind: .server, start: start, end: max(start, end),
            attributes: [
                "http.request.method": .string(method), "http.route": .string(route),
                "url.path": .string(path), "http.response.status_code": .int(Int64(status)),
                "gantry.request.id": .string(requestID),
            ])
        (span.traceState, span.flags) = (state, UInt32(own.flags))
        span.attributes["enduser.id"] = user.map { .string($0) }
        span.attributes["gantry.caller"] = caller.map { .string($0) }
        if status >= 500 { span.status = .init(.error, message: "status \(status)") }
        return span
    }
}

extension HTTPField.Name {
    static let traceParent = HTTPField.Name("traceparent") ?? .server
    static let traceState = HTTPField.Name("tracestate") ?? .server
    static let baggage = HTTPField.Name("baggage") ?? .server
}
