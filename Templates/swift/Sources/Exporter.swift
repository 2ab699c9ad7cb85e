import Glibc
import Synchronization

/// Sends spans as OTLP/JSON over HTTP from a thread of its own, so that no request ever waits for the collector.
final class Exporter: Sendable {
    /// Spans that wait while the collector is slow or away; further ones are dropped and counted.
    private static let queueLimit = 2048
    /// A batch leaves with so many spans, or so many milliseconds after its first.
    private static let (batchLimit, batchTime) = (64, Int32(200))
    /// Seconds that the collector may take for each step of a batch; milliseconds between attempts while it is away.
    private static let (sendTime, retryTime) = (2, Int32(1000))
    /// Bytes of the collector's answer that are looked at: its first line.
    private static let answerLimit = 512

    private struct State {
        var spans: [Span] = []
        var dropped = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    private let host: String
    private let port: String
    private let path: String
    private let headers: String
    private let resource: String
    /// Says that there is something to do.
    private let work: Pipe
    /// Says that the thread has ended.
    private let ended: Pipe

    /// Begins to send; nil where the variables of OpenTelemetry do not say where to.
    init?() {
        let base = variable("OTEL_EXPORTER_OTLP_ENDPOINT").map {
            $0.hasSuffix("/") ? String($0.dropLast()) : $0
        }
        guard let url = variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? base.map({ $0 + "/v1/traces" }),
            variable("OTEL_SDK_DISABLED")?.lowercased() != "true", variable("OTEL_TRACES_EXPORTER") != "none"
        else { return nil }
        let rest = url.dropFirst("http://".count)
        let address = rest.prefix { $0 != "/" }.split(separator: ":")
        guard url.hasPrefix("http://"), let name = address.first, address.count < 3, let work = Pipe(),
            let ended = Pipe()
        else {
            log("warn", "spans are not sent", ", \"error\": \(quoted("\(url) is no http URL"))")
            return nil
        }
        (host, port) = (String(name), address.count == 2 ? String(address[1]) : "80")
        path = String(rest.drop { $0 != "/" })
        (self.work, self.ended) = (work, ended)
        headers = (listed("OTEL_EXPORTER_OTLP_HEADERS") + listed("OTEL_EXPORTER_OTLP_TRACES_HEADERS"))
            .filter { !($0 + $1).utf8.contains { $0 < 0x20 } }.map { "\($0): \($1)\r\n" }.joined()
        var attributes = ["service.name": "unknown_service"]
        for (key, value) in listed("OTEL_RESOURCE_ATTRIBUTES") { attributes[key] = value }
        if let name = variable("OTEL_SERVICE_NAME") { attributes["service.name"] = name }
        resource = attributes.map {
            "{\"key\": \(quoted($0)), \"value\": {\"stringValue\": \(quoted($1))}}"
        }.joined(separator: ", ")
        startThread()
    }

    /// Takes an ended span; a full queue drops it, for a request matters more than its trace.
    func add(_ span: Span) {
        guard span.context.isSampled else { return }
        let count = state.withLock { state in
            guard state.spans.count < Self.queueLimit else {
                state.dropped += 1
                return 0
            }
            state.spans.append(span)
            return state.spans.count
        }
        if count == 1 || count == Self.batchLimit { work.signal() }
    }

    /// Sends what waits, for at most so many milliseconds; gives how many spans never left.
    func stop(_ milliseconds: Double) -> Int {
        state.withLock { $0.isStopping = true }
        work.signal()
        ended.wait(Int32(milliseconds))
        return state.withLock { $0.dropped + $0.spans.count }
    }

    private func startThread() {
        var thread = pthread_t()
        // The thread holds the exporter until it ends.
        let me = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { me in
                if let me { Unmanaged<Exporter>.fromOpaque(me).takeRetainedValue().run() }
                return nil
            }, me)
        pthread_detach(thread)
    }

    private func run() {
        var reaches = true
        while true {
            var (count, isStopping) = state.withLock { ($0.spans.count, $0.isStopping) }
            if !isStopping, count == 0 { work.wait(-1) }
            if !isStopping, count < Self.batchLimit { work.wait(Self.batchTime) }
            let batch = state.withLock { $0.spans.prefix(Self.batchLimit) }
            let (trouble, mayRepeat) = batch.isEmpty ? (nil, false) : send(batch)
            if let trouble, reaches { log("warn", "spans not sent", ", \"error\": \(quoted(trouble))") }
            reaches = trouble == nil
            (count, isStopping) = state.withLock { state in
                if !mayRepeat { state.spans.removeFirst(batch.count) }
                if trouble != nil, !mayRepeat { state.dropped += batch.count }
                return (state.spans.count, state.isStopping)
            }
            if isStopping, mayRepeat || count == 0 { return ended.signal() }
            if mayRepeat { work.wait(Self.retryTime) }
        }
    }

    /// Sends a batch. It may be sent again only where it certainly did not arrive, lest calls be counted twice.
    private func send(_ batch: ArraySlice<Span>) -> (trouble: String?, mayRepeat: Bool) {
        let body =
            "{\"resourceSpans\": [{\"resource\": {\"attributes\": [\(resource)]}, \"scopeSpans\": [{\"scope\": "
            + "{\"name\": \"tracing\"}, \"spans\": [\(batch.map(\.json).joined(separator: ", "))]}]}]}"
        let head =
            "POST \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nContent-Type: application/json\r\n\(headers)"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        guard let socket = connect() else { return ("cannot connect to \(host):\(port)", true) }
        defer { close(socket) }
        var bytes = Array((head + body).utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return ("the collector does not take them", false) }
            bytes = bytes.dropFirst(count)
        }
        var (answer, buffer) = ([UInt8](), [UInt8](repeating: 0, count: Self.answerLimit))
        while !answer.contains(0x0A), answer.count < Self.answerLimit {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        let words = String(decoding: answer, as: UTF8.self).split(separator: " ", maxSplits: 2)
        let status = words.count > 1 ? words[1] : "none"
        return (status == "200" ? nil : "status \(status)", ["429", "502", "503", "504"].contains(status))
    }

    private func connect() -> Int32? {
        var (hints, found) = (addrinfo(), UnsafeMutablePointer<addrinfo>?.none)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        guard getaddrinfo(host, port, &hints, &found) == 0 else { return nil }
        let all = found
        defer { freeaddrinfo(all) }
        while let each = found?.pointee {
            let socket = Glibc.socket(each.ai_family, each.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
            var time = timeval(tv_sec: Self.sendTime, tv_usec: 0)
            for option in [SO_SNDTIMEO, SO_RCVTIMEO] {  // the first bounds `connect`, too
                setsockopt(socket, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
            }
            if Glibc.connect(socket, each.ai_addr, each.ai_addrlen) == 0 { return socket }
            close(socket)
            found = each.ai_next
        }
        return nil
    }
}

/// Wakes a thread that waits with poll(2).
struct Pipe {
    private let (reading, writing): (Int32, Int32)

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, ends.allSatisfy(setNonBlocking) else { return nil }
        (reading, writing) = (ends[0], ends[1])
    }

    func signal() {
        var byte: UInt8 = 0
        write(writing, &byte, 1)  // a full pipe wakes as well
    }

    func wait(_ milliseconds: Int32) {
        var end = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        var bytes = [UInt8](repeating: 0, count: 64)
        if poll(&end, 1, milliseconds) > 0 { read(reading, &bytes, bytes.count) }
    }
}

/// Reads a variable of the form `a=1,b=2` with percent-encoded values.
private func listed(_ name: String) -> [(String, String)] {
    (variable(name) ?? "").split(separator: ",").compactMap { item in
        let words = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2 else { return nil }
        var (bytes, rest) = ([UInt8](), words[1].utf8.drop { $0 == 0x20 })
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let decoded = UInt8(Substring(rest.prefix(2)), radix: 16) {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return (String(words[0].drop { $0 == " " }), String(decoding: bytes, as: UTF8.self))
    }
}
