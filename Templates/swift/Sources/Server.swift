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
    /// Milliseconds after TERM at which the process exits whatever is left; below `drain` in service.yaml.
    static let stop = 4500.0
}

/// Where the signal handler writes to wake the poll; -1 until the pipe is made.
let wakeup = Atomic<Int32>(-1)

struct Connection {
    var socket: Int32
    var input: [UInt8] = []
    var output: [UInt8] = []
    var lastActive = milliseconds()
    /// No further request is read; with `output` empty, what still comes is thrown away until the client's end.
    var isClosing = false
    var isShut = false
    var isGone = false

    var isIdle: Bool { input.isEmpty && output.isEmpty && !isClosing }
}

/// Serves all connections from one thread with poll(2): every answer is made from memory, nothing blocks.
struct Server {
    private var listener: Int32
    private let signals: Int32
    private var connections: [Connection] = []
    private var stopBegan: Double?
    private let logsProbes = variable("LOG_LEVEL") == "debug"

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
                write(wakeup.load(ordering: .relaxed), &byte, 1)
                errno = kept
            }
        }
        signal(SIGPIPE, SIG_IGN)
        log(
            "info", "listening",
            ", \"host\": \(quoted(host)), \"port\": \(UInt16(bigEndian: address.sin_port))")
    }

    /// Serves until TERM or INT, then stops accepting, answers what is under way and returns.
    mutating func run() {
        while stopBegan == nil || (!connections.isEmpty && stoppingFor < Limit.stop) {
            turn()
            connections.removeAll { connection in
                if connection.isGone { close(connection.socket) }
                return connection.isGone
            }
        }
        log("info", "stopped", ", \"connections\": \(connections.count)")
    }

    private var stoppingFor: Double { stopBegan.map { milliseconds() - $0 } ?? 0 }

    /// Waits for the next events and handles each connection that has one.
    private mutating func turn() {
        let accepts = stopBegan == nil && connections.count < Limit.connections
        var polls = [pollfd(fd: stopBegan == nil ? signals : -1, events: Int16(POLLIN), revents: 0)]
        polls.append(pollfd(fd: accepts ? listener : -1, events: Int16(POLLIN), revents: 0))
        polls += connections.map {
            let events = ($0.output.isEmpty ? 0 : POLLOUT) | ($0.output.count < Limit.output ? POLLIN : 0)
            return pollfd(fd: $0.socket, events: Int16(events), revents: 0)
        }
        guard poll(&polls, nfds_t(polls.count), stopBegan != nil ? 20 : connections.isEmpty ? -1 : 1000) >= 0
        else {
            return
        }
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
        while !connection.isClosing, connection.output.count < Limit.output {
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
        let begun = milliseconds()
        let isKnown = head.method == "GET" || head.method == "HEAD"
        var (status, body) = (405, "{\"error\": \(quoted("\(head.method) is not answered here"))}")
        if isKnown { (status, body) = decide(head.path, ready: stopBegan == nil) }
        let keeps = head.keepsAlive && !head.hasBody && stopBegan == nil  // bodies are never read
        connection.output += response(
            status: status, body: body, keepsAlive: keeps, headOnly: head.method == "HEAD")
        connection.isClosing = !keeps
        let isProbe = ["/healthz", "/readyz", "/livez"].contains(head.path)
        guard logsProbes || !isProbe else { return }
        let cost = Double(Int((milliseconds() - begun) * 1000)) / 1000
        log(
            isProbe ? "debug" : "info", "request",
            ", \"method\": \(quoted(head.method)), \"path\": \(quoted(head.path)), \"status\": \(status)"
                + ", \"cost_ms\": \(cost)")
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
