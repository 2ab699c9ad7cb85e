import Glibc

/// The head of one request, as far as this service needs it.
struct RequestHead {
    var method: Substring
    var path: Substring
    var keepsAlive: Bool
    var hasBody = false
    /// Those that tell where a request comes from, names in lower case.
    var headers: [String: String] = [:]

    /// Parses the lines before the empty one; nil where they are not HTTP/1.
    init?(_ text: String) {
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
        guard let words = lines.popFirst()?.split(separator: " ", omittingEmptySubsequences: false),
            words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0", words[1].hasPrefix("/")
        else { return nil }
        method = words[0]
        path = words[1].prefix { $0 != "?" }
        keepsAlive = words[2] == "HTTP/1.1"
        for line in lines where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            let name = line[..<colon].lowercased()
            switch name {
            case "connection":
                let wish = value.lowercased()
                if wish.contains("close") {
                    keepsAlive = false
                } else if wish.contains("keep-alive") {
                    keepsAlive = true
                }
            case "content-length": hasBody = hasBody || value != "0"
            case "transfer-encoding": hasBody = true
            case "host", "traceparent", "tracestate", "baggage":
                headers[name] = headers[name].map { "\($0),\(value)" } ?? String(value)
            default: break
            }
        }
    }

    /// The calling service, from W3C baggage.
    var caller: Substring {
        for item in (headers["baggage"] ?? "").split(separator: ",") {
            let words = item.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if words.count == 2, words[0] == "gantry.caller" { return words[1].prefix { $0 != ";" } }
        }
        return "unknown"
    }
}

let reasons = [
    200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 503: "Service Unavailable",
]

/// The headers that say who served an answer, so that a rollout can be seen from outside.
let identity = ["Release", "Instance", "Region"].map { name in
    "X-Gantry-\(name): \(variable("GANTRY_" + name.uppercased()) ?? "none")\r\n"
}.joined()

/// Writes a whole answer; a HEAD gets the same head without the body.
func response(status: Int, body: String, keepsAlive: Bool, headOnly: Bool) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(reasons[status] ?? "Unknown")\r\n"
    text += "Date: \(time("%a, %d %b %Y %H:%M:%S GMT"))\r\n"
    text += "Content-Type: application/json; charset=utf-8\r\nContent-Length: \(body.utf8.count)\r\n"
    text += identity + (keepsAlive ? "\r\n" : "Connection: close\r\n\r\n")
    if !headOnly { text += body }
    return Array(text.utf8)
}

/// Gives an environment variable, nil where it is absent or empty.
func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

/// Writes one JSON line to stdout in one call; names the span that it belongs to.
func log(_ level: String, _ message: String, _ fields: String = "", of span: Span? = nil) {
    let ids =
        span.map { ", \"trace_id\": \"\($0.context.traceID)\", \"span_id\": \"\($0.context.spanID)\"" }
        ?? ""
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let fraction = String(1000 + now.tv_nsec / 1_000_000).dropFirst()
    let stamp = time("%Y-%m-%dT%H:%M:%S", now.tv_sec)
    let line =
        "{\"time\": \"\(stamp).\(fraction)Z\", \"level\": \"\(level)\", \"message\": \"\(message)\""
        + "\(ids)\(fields)}\n"
    var bytes = Array(line.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
        if count > 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR { return }
    }
}

/// Formats a UTC time as `strftime` does, now unless one is given.
func time(_ format: String, _ seconds: time_t = Glibc.time(nil)) -> String {
    var (seconds, parts) = (seconds, tm())
    gmtime_r(&seconds, &parts)
    return String(unsafeUninitializedCapacity: 64) { buffer in
        buffer.withMemoryRebound(to: CChar.self) { strftime($0.baseAddress, $0.count, format, &parts) }
    }
}

/// Milliseconds of a clock that never goes back.
func milliseconds() -> Double { Double(nanoseconds(CLOCK_MONOTONIC)) / 1_000_000 }

func nanoseconds(_ clock: clockid_t) -> Int64 {
    var now = timespec()
    clock_gettime(clock, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
}
