import Glibc
import Synchronization

enum Limit {
    /// Connections open at once; more wait in the backlog of the listening socket.
    static let connections = 1000
    static let backlog: Int32 = 128
    /// Bytes of the head of a request.
    static let head = 16 * 1024
    /// Bytes of answers not yet taken by the client, after which its next requests wait.
    static let output = 256 * 1024
    /// Milliseconds without a request after which a kept connection is closed; longer than proxies keep theirs.
    static let idle = 75_000.0
    /// Milliseconds that a closing connection waits for the client's end, so that the last answer arrives.
    static let closing = 1000.0
    /// Milliseconds after TERM in which idle connections still get answers: a request may be on its way.
    static let linger = 1000.0
    /// Milliseconds after TERM at which requests are given up, and for which the last spans may take then, at most and
    /// at least; together below `drain` in service.yaml.
    static let stop = 4500.0
    static let flush = 1000.0
    static let leastFlush = 300.0
}

/// Where the signal handler writes to wake the poll; -1 until the pipe is made.
let wakeup = Atomic<Int32>(-1)

/// Serves all connections from one thread with poll(2): every answer is made from memory, nothing blocks.
struct Server {
    private var listener: Int32
    private let signals: Int32
    private var connections: [Connection] = []
    private var stopBegan: Double?
    private let logsProbes = variable("LOG_LEVEL") == "debug"
    private let exporter: Exporter?

    /// Binds and listens; nil with errno set where that fails.
    init?(host: String, port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            errno = EINVAL
            return nil
        }
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var (yes, length) = (Int32(1), socklen_t(MemoryLayout<sockaddr_in>.size))
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let socket = listener
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, Limit.backlog) == 0
                    && getsockname(socket, $0, &length) == 0
            }
        }
        var pipes: [Int32] = [-1, -1]
        guard bound, setNonBlocking(socket), pipe(&pipes) == 0, setNonBlocking(pipes[1]) else { return nil }
        signals = pipes[0]
        wakeup.store(pipes[1], ordering: .sequentiallyConsistent)
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in  // only async-signal-safe calls here
                var byte: UInt8 = 0
                let kept = errno
                Glibc.write(wakeup.load(ordering: .relaxed), &byte, 1)
                errno = kept
            }
        }
        signal(SIGPIPE, SIG_IGN)
        log(
            "info", "listening",
            ", \"host\": \(quoted(host)), \"port\": \(UInt16(bigEndian: address.sin_port))")
        exporter = Exporter()
    }

    /// Serves until TERM or INT, then stops accepting, answers what is under way and returns.
    mutating func run() {
        while stopBegan == nil || (!connections.isEmpty && stoppingFor < Limit.stop) {
            turn()
            for connection in connections where connection.isGone {
                if let waiting = connection.waiting { abandon(waiting) }
                close(connection.socket)
            }
            connections.removeAll(where: \.isGone)
        }
        let left = min(Limit.flush, max(Limit.leastFlush, Limit.stop - stoppingFor))
        let dropped = exporter?.stop(left) ?? 0
        log("info", "stopped", ", \"connections\": \(connections.count), \"spans_dropped\": \(dropped)")
    }

    private var stoppingFor: Double { stopBegan.map { milliseconds() - $0 } ?? 0 }

    /// Waits for the next events and handles each connection that has one.
    private mutating func turn() {
        let accepts = stopBegan == nil && connections.count < Limit.connections
        var polls = [pollfd(fd: stopBegan == nil ? signals : -1, events: Int16(POLLIN), revents: 0)]
        polls.append(pollfd(fd: accepts ? listener : -1, events: Int16(POLLIN), revents: 0))
        polls += connections.map {
            let reads = $0.output.count < Limit.output && $0.waiting == nil
            let events = ($0.output.isEmpty ? 0 : POLLOUT) | (reads ? POLLIN : 0)
            return pollfd(fd: $0.socket, events: Int16(events), revents: 0)
        }
        let due = connections.compactMap { $0.waiting.map { max(0, $0.due - milliseconds()).rounded(.up) } }
            .min()
        let pause = stopBegan != nil ? 20 : connections.isEmpty ? -1 : Int32(min(due ?? 1000, 1000))
        guard poll(&polls, nfds_t(polls.count), pause) >= 0 else { return }
        let now = milliseconds()
        for index in connections.indices {
            if polls[index + 2].revents != 0 { handle(&connections[index], now) }
            expire(&connections[index], now)
        }
        if polls[1].revents != 0 { accept() }
        if polls[0].revents != 0 { beginStop() }
    }

    private mutating func accept() {
        while connections.count < Limit.connections {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else { return }
            var yes: Int32 = 1
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
            if setNonBlocking(socket) {
                connections.append(Connection(socket: socket))
            } else {
                close(socket)
            }
        }
    }

    /// Takes whoever was already connected, then closes the door.
    private mutating func beginStop() {
        accept()
        close(listener)
        stopBegan = milliseconds()
        log("info", "stopping", ", \"connections\": \(connections.count)")
    }

    private func expire(_ connection: inout Connection, _ now: Double) {
        let quiet = now - connection.lastActive
        if connection.isShut, quiet > Limit.closing { connection.isGone = true }
        if quiet > Limit.idle { connection.isGone = true }
        if connection.isIdle, stoppingFor > Limit.linger { connection.isClosing = true }
        if let due = connection.waiting?.due, due <= now {
            finish(&connection)
            connection.lastActive = now
            answerAll(&connection)
        }
        flush(&connection)
    }

    private func handle(_ connection: inout Connection, _ now: Double) {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = read(connection.socket, &buffer, buffer.count)
        if count > 0, !connection.isClosing {
            connection.lastActive = now
            connection.input += buffer[..<count]
            answerAll(&connection)
        } else if count == 0 {
            connection.isGone = connection.output.isEmpty
            connection.isClosing = true
        } else if count < 0, errno != EAGAIN, errno != EINTR {
            connection.isGone = true
        }
        flush(&connection)
    }

    /// Answers every complete request that has arrived.
    private func answerAll(_ connection: inout Connection) {
        var rest = connection.input[...]
        while !connection.isClosing, connection.waiting == nil, connection.output.count < Limit.output {
            guard let end = endOfHead(rest) else {
                if rest.count > Limit.head { refuse(&connection, 431) }
                break
            }
            if let head = RequestHead(String(decoding: rest[..<end], as: UTF8.self)) {
                answer(head, &connection)
            } else {
                refuse(&connection, 400)
            }
            rest = rest[(end + 4)...]
        }
        connection.input = connection.isClosing ? [] : Array(rest)
    }

    private func answer(_ head: RequestHead, _ connection: inout Connection) {
        if ["/healthz", "/readyz", "/livez"].contains(head.path) {
            // Without a span: a probe is nobody's call.
            let isReady = head.path != "/readyz" || stopBegan == nil
            let status = isReady ? 200 : 503
            write(status, #"{"status": "\#(isReady ? "ok" : "stopping")"}"#, to: head, &connection)
            if logsProbes { log("debug", "probe", ", \"path\": \(quoted(head.path)), \"status\": \(status)") }
            return
        }
        let isKnown = head.method == "GET" || head.method == "HEAD"
        let refusal = "{\"error\": \(quoted("\(head.method) is not answered here"))}"
        let answer = isKnown ? decide(head.path) : Answer(405, refusal, route: nil)
        let span = Span.server(head, route: answer.route)
        connection.waiting = Waiting(
            head: head, answer: answer, span: span, due: milliseconds() + answer.delay)
        if answer.delay == 0 { finish(&connection) }
    }

    /// Sends the answer whose time has come; ends its span and writes its line of the log.
    private func finish(_ connection: inout Connection) {
        guard var waiting = connection.waiting else { return }
        connection.waiting = nil
        write(waiting.answer.status, waiting.answer.body, to: waiting.head, &connection)
        if let kind = waiting.answer.errorType { waiting.span.fail(kind) }
        waiting.span.answered(waiting.answer.status)
        record(&waiting, waiting.answer.status >= 500 ? "error" : "info", "request", waiting.answer.status)
    }

    /// Records a request whose client went away before the answer.
    private func abandon(_ gone: Waiting) {
        var gone = gone
        gone.span.fail("client_gone")
        record(&gone, "warn", "client gone", nil)
    }

    private func record(_ done: inout Waiting, _ level: String, _ message: String, _ status: Int?) {
        let duration = done.span.end()
        exporter?.add(done.span)
        let route = done.answer.route.map { ", \"route\": \(quoted($0))" } ?? ""
        let answered = status.map { ", \"status\": \($0)" } ?? ""
        let error = done.span.errorType.map { ", \"error_type\": \(quoted($0))" } ?? ""
        log(
            level, message,
            ", \"method\": \(quoted(done.head.method))\(route), \"path\": \(quoted(done.head.path))"
                + "\(answered), \"duration_ms\": \(duration)"
                + ", \"caller\": \(quoted(done.head.caller))\(error)", of: done.span)
    }

    private func write(_ status: Int, _ body: String, to head: RequestHead, _ connection: inout Connection) {
        let keeps = head.keepsAlive && !head.hasBody && stopBegan == nil  // bodies are never read
        connection.output += response(
            status: status, body: body, keepsAlive: keeps, headOnly: head.method == "HEAD")
        connection.isClosing = !keeps
    }

    private func refuse(_ connection: inout Connection, _ status: Int) {
        let body = "{\"error\": \(quoted(reasons[status] ?? ""))}"
        connection.output += response(status: status, body: body, keepsAlive: false, headOnly: false)
        connection.isClosing = true
        log("info", "refused", ", \"status\": \(status)")
    }

    /// Writes what the client takes; after the last answer says that no more will come.
    private func flush(_ connection: inout Connection) {
        guard !connection.isGone else { return }
        if !connection.output.isEmpty {
            let count = send(
                connection.socket, connection.output, connection.output.count, Int32(MSG_NOSIGNAL))
            if count > 0 {
                connection.output.removeFirst(count)
            } else if count < 0, errno != EAGAIN, errno != EINTR {
                connection.isGone = true
            }
        }
        if connection.isClosing, connection.output.isEmpty, !connection.isShut {
            shutdown(connection.socket, Int32(SHUT_WR))
            (connection.isShut, connection.lastActive) = (true, milliseconds())
        }
    }
}

/// Finds where the empty line after a head begins.
private func endOfHead(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (bytes.startIndex...bytes.endIndex - 4).first {
        bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
    }
}

func setNonBlocking(_ file: Int32) -> Bool { fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK) == 0 }
