import Glibc

/// What travels from service to service: W3C Trace Context and Baggage.
struct TraceContext {
    /// Characters of `tracestate` and of `baggage`; longer ones are not passed on.
    static let (stateLimit, baggageLimit) = (512, 4096)

    var traceID: String
    /// Empty where a trace begins.
    var spanID = ""
    var isSampled: Bool
    /// Says to samplers that the id of the trace is random in its last 56 bits.
    var isRandom = true
    var state = ""
    /// Without `gantry.caller`, which each service writes anew.
    var baggage = ""
    /// What that said: who sent the request.
    var caller = ""

    /// Reads the headers of a request; begins a trace where there is none or a wrong one.
    init(_ headers: [String: String]) {
        let parts = (headers["traceparent"] ?? "").split(separator: "-", omittingEmptySubsequences: false)
        if parts.count == 4 || parts.count > 4 && parts[0] != "00", parts[0] != "ff",
            zip(parts, [2, 32, 16, 2]).allSatisfy({ $0.isHex(digits: $1) }),
            parts[1...2].allSatisfy({ $0.contains { $0 != "0" } })
        {
            (traceID, spanID) = (String(parts[1]), String(parts[2]))
            let flags = UInt8(parts[3], radix: 16) ?? 0
            isSampled = Self.isSampled(traceID, byCaller: flags & 1 == 1)
            isRandom = flags & 2 == 2
            state = passable(headers["tracestate"] ?? "", limit: Self.stateLimit)
        } else {
            traceID = hex(.random(in: 1...(.max))) + hex(.random(in: 0...(.max)))
            isSampled = Self.isSampled(traceID, byCaller: nil)
        }
        let members = (headers["baggage"] ?? "").split(separator: ",").map { $0.drop { $0 == " " } }
        let others = members.filter { $0.prefix { $0 != "=" && $0 != " " } != "gantry.caller" }
        baggage = passable(others.joined(separator: ","), limit: Self.baggageLimit)
        let named = members.first { $0.prefix { $0 != "=" && $0 != " " } == "gantry.caller" }
        let value = named?.drop { $0 != "=" }.dropFirst().prefix { $0 != ";" } ?? ""
        caller = value.filter { $0 != " " }
    }

    var flags: Int { (isSampled ? 1 : 0) | (isRandom ? 2 : 0) }

    /// Decides by OTEL_TRACES_SAMPLER whether this service records its part of a trace.
    private static func isSampled(_ traceID: String, byCaller: Bool?) -> Bool {
        var sampler = (variable("OTEL_TRACES_SAMPLER") ?? "parentbased_always_on")[...]
        if sampler.hasPrefix("parentbased_") {
            if let byCaller { return byCaller }
            sampler = sampler.dropFirst("parentbased_".count)
        }
        if sampler == "always_off" { return false }
        // A wrong ratio must not stop a service: it samples all.
        guard sampler == "traceidratio", let ratio = Double(variable("OTEL_TRACES_SAMPLER_ARG") ?? ""),
            (0..<1).contains(ratio)
        else { return true }
        return (UInt64(traceID.suffix(16), radix: 16) ?? 0) < UInt64(ratio * 0x1p64)
    }
}

/// One piece of work, from its start to `end`.
struct Span {
    enum Kind: Int { case `internal` = 1, server, client }

    /// Bytes of a text attribute; longer ones come from a mistake or an attacker.
    static let textLimit = 512

    let name: String
    let kind: Kind
    let parent: TraceContext
    let context: TraceContext
    private(set) var errorType: String?
    private var attributes: [String] = []
    private let began = nanoseconds(CLOCK_REALTIME)
    private let ticks = nanoseconds(CLOCK_MONOTONIC)
    private var duration: Int64 = 0

    init(_ name: String, _ kind: Kind, parent: TraceContext) {
        (self.name, self.kind, self.parent) = (name, kind, parent)
        var context = parent
        context.spanID = hex(.random(in: 1...(.max)))
        self.context = context
    }

    /// Begins the answer to a request. The query is left out: nobody knows what people type into it.
    static func server(_ head: RequestHead, route: String?) -> Span {
        let method = String(head.method)
        var span = Span(
            route.map { "\(method) \($0)" } ?? method, .server, parent: TraceContext(head.headers))
        span.set("http.request.method", method)
        if let route { span.set("http.route", route) }
        span.set("url.path", head.path)
        span.set("url.scheme", "http")
        if !span.parent.caller.isEmpty { span.set("gantry.caller", span.parent.caller) }
        let host = (head.headers["host"] ?? "").split(separator: ":")
        if let name = host.first { span.set("server.address", name) }
        if host.count == 2, let port = UInt16(host[1]) { span.set("server.port", Int(port)) }
        return span
    }

    /// Begins a request to a service `peer`, named BUSINESS/SERVICE; send `headers` with it, then call `answered` or
    /// `fail` ("timeout" where no answer came in time).
    func client(_ method: String, _ template: String, peer: String) -> Span {
        var span = Span("\(method) \(template)", .client, parent: context)
        span.set("http.request.method", method)
        span.set("url.template", template)
        span.set("service.peer.name", peer)
        return span
    }

    /// The headers of a request to a callee.
    var headers: [(name: String, value: String)] {
        let caller = variable("GANTRY_SERVICE").map { "gantry.caller=\($0)" } ?? ""
        let baggage = [context.baggage, caller].filter { !$0.isEmpty }.joined(separator: ",")
        return [
            ("traceparent", "00-\(context.traceID)-\(context.spanID)-0\(context.flags)"),
            ("tracestate", context.state), ("baggage", baggage),
        ].filter { !$0.1.isEmpty }
    }

    mutating func set(_ key: String, _ value: some StringProtocol) {
        let text = String(decoding: value.utf8.prefix(Self.textLimit), as: UTF8.self)
        attributes.append("{\"key\": \(quoted(key)), \"value\": {\"stringValue\": \(quoted(text))}}")
    }

    mutating func set(_ key: String, _ value: Int) {
        attributes.append("{\"key\": \(quoted(key)), \"value\": {\"intValue\": \"\(value)\"}}")
    }

    /// Makes it an error of a kind: the name of a mistake, `timeout`, a status. The first kind stays.
    mutating func fail(_ kind: String) {
        guard errorType == nil else { return }
        errorType = kind
        set("error.type", kind)
    }

    mutating func answered(_ status: Int) {
        set("http.response.status_code", status)
        if status >= (kind == .server ? 500 : 400) { fail(String(status)) }
    }

    /// Ends it; gives how long it took, in milliseconds.
    mutating func end() -> Double {
        duration = nanoseconds(CLOCK_MONOTONIC) - ticks
        return Double(duration / 1000) / 1000
    }

    /// The span as OTLP/JSON has it: ids in hexadecimal, 64-bit numbers as texts.
    var json: String {
        let isRemote = kind == .server && !parent.spanID.isEmpty
        let flags = context.flags | 0x100 | (isRemote ? 0x200 : 0)
        return """
            {"traceId": "\(context.traceID)", "spanId": "\(context.spanID)", "parentSpanId": "\(parent.spanID)", \
            "traceState": \(quoted(context.state)), "flags": \(flags), "name": \(quoted(name)), \
            "kind": \(kind.rawValue), "startTimeUnixNano": "\(began)", "endTimeUnixNano": "\(began + duration)", \
            "attributes": [\(attributes.joined(separator: ", "))], "status": {\(errorType == nil ? "" : "\"code\": 2")}}
            """
    }
}

/// Gives a text that may stand in a header, else nothing.
private func passable(_ text: String, limit: Int) -> String {
    text.utf8.count <= limit && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? text : ""
}

private func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

extension Substring {
    fileprivate func isHex(digits: Int) -> Bool {
        utf8.count == digits
            && utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (97...102).contains($0)
            }
    }
}
