import GantryBase
import Glibc
import Model

/// One question of a probe over a connection, asked without ever blocking; driven by whoever polls its socket.
struct ConnectionProbe {
    enum Question {
        case tcp
        case http(path: String)
    }

    private enum State {
        case connecting
        case sending(Int)
        case reading
        /// Answered; reads on so that the server can send its whole response without an error.
        case lingering
        case over
    }

    /// In bytes. A status line is shorter; more without an end of line is no HTTP.
    private static let statusLineLimit = 4 << 10
    /// In bytes of a response that are read and thrown away, as Kubernetes does.
    private static let lingerLimit = 10 << 10

    let kind: ProbeKind
    let life: Int
    /// When the question is over, answered or not.
    let deadline: Duration
    private(set) var socket: Int32
    private let question: Question
    private let target: PortBinding
    private let timeout: Period
    private var state = State.connecting
    private var received: [UInt8] = []
    private var lingered = 0

    init(
        _ question: Question, to target: PortBinding, kind: ProbeKind, life: Int, timeout: Period,
        now: Duration
    ) {
        (self.question, self.target, self.kind, self.life) = (question, target, kind, life)
        self.timeout = timeout
        deadline = now + timeout.duration
        socket = Glibc.socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, Int32(IPPROTO_TCP))
    }

    var isOver: Bool { if case .over = state { true } else { false } }

    /// What to wait for on the socket.
    var interest: Int16 {
        switch state {
        case .connecting, .sending: Int16(POLLOUT)
        case .reading, .lingering: Int16(POLLIN)
        case .over: 0
        }
    }

    mutating func begin() -> ProbeAnswer? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: target.port)).bigEndian
        guard socket >= 0, inet_pton(AF_INET, target.host, &address.sin_addr) == 1 else {
            return end(.failed("cannot connect to \(place)"))
        }
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        if result == 0 { return connected() }
        return errno == EINPROGRESS ? nil : end(.failed(words(errno)))
    }

    /// Goes on as far as the socket allows; returns the answer once.
    mutating func advance() -> ProbeAnswer? {
        switch state {
        case .connecting:
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
            return code == 0 ? connected() : end(.failed(words(code)))
        case .sending(let from): return send(from: from)
        case .reading: return readStatus()
        case .lingering:
            linger()
            return nil
        case .over: return nil
        }
    }

    /// The answer at the deadline; nil when it was given already.
    mutating func expire() -> ProbeAnswer? {
        switch state {
        case .lingering, .over:
            cancel()
            return nil
        case .connecting, .sending, .reading:
            return end(.failed("no answer within \(timeout) \(asked)"))
        }
    }

    mutating func cancel() {
        if socket >= 0 { close(socket) }
        (socket, state) = (-1, .over)
    }

    private mutating func end(_ answer: ProbeAnswer) -> ProbeAnswer {
        cancel()
        return answer
    }

    private mutating func connected() -> ProbeAnswer? {
        guard case .http = question else { return end(.passed) }
        return send(from: 0)
    }

    private mutating func send(from: Int) -> ProbeAnswer? {
        guard case .http(let path) = question else { return end(.passed) }
        let request =
            "GET \(path) HTTP/1.1\r\nHost: \(place)\r\nUser-Agent: gantry-probe\r\nAccept: */*\r\n"
            + "Connection: close\r\n\r\n"
        let bytes = Array(request.utf8)[from...]
        let count = bytes.withUnsafeBytes {
            Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0, errno != EAGAIN, errno != EINTR { return end(.failed(words(errno))) }
        let done = from + max(0, count)
        state = done < request.utf8.count ? .sending(done) : .reading
        return nil
    }

    private mutating func readStatus() -> ProbeAnswer? {
        var buffer = [UInt8](repeating: 0, count: 1 << 10)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count < 0 { return errno == EAGAIN || errno == EINTR ? nil : end(.failed(words(errno))) }
        received += buffer[..<count]
        if let line = received.firstIndex(of: 10) {
            let answer = judge(received[..<line])
            state = .lingering
            linger()
            return answer
        }
        if count == 0 || received.count >= Self.statusLineLimit { return end(.failed("no HTTP \(asked)")) }
        return nil
    }

    private mutating func linger() {
        var buffer = [UInt8](repeating: 0, count: 1 << 10)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            lingered += max(0, count)
            if count <= 0 || lingered >= Self.lingerLimit { return cancel() }
        }
    }

    private func judge(_ line: ArraySlice<UInt8>) -> ProbeAnswer {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1].prefix(3)) else {
            return .failed("no HTTP \(asked)")
        }
        return (200..<400).contains(status) ? .passed : .failed("HTTP \(status) \(asked)")
    }

    private var place: String { "\(target.host):\(target.port)" }

    private var asked: String {
        if case .http(let path) = question { "from GET \(path)" } else { "from \(place)" }
    }

    private func words(_ code: Int32) -> String {
        switch code {
        case ECONNREFUSED: "connection refused on \(place)"
        case ECONNRESET, EPIPE: "connection closed by \(place) \(asked)"
        default: "\(String(cString: strerror(code))) on \(place)"
        }
    }
}
