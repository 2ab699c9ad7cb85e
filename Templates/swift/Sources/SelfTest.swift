import Glibc

/// Runs this program again as a process of its own, talks to it over real sockets and ends it with TERM.
struct SelfTest {
    private var process: pid_t = 0
    private var port: UInt16 = 0
    private var failures: Int32 = 0

    /// Gives the exit status: 0 where every expectation held.
    mutating func run() -> Int32 {
        alarm(30)  // a test that hangs is a failed test
        guard start() else {
            print("FAILED the program did not start")
            return 1
        }
        answers()
        stop()
        print(failures == 0 ? "all expectations held" : "\(failures) failed")
        return failures == 0 ? 0 : 1
    }

    private mutating func expect(_ what: String, _ holds: Bool) {
        print(holds ? "ok     \(what)" : "FAILED \(what)")
        if !holds { failures += 1 }
    }

    private mutating func answers() {
        let two = exchange("GET / HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\nConnection: close\r\n\r\n")
        let heads = two.split(separator: "HTTP/1.1 200 OK", omittingEmptySubsequences: false)
        expect("a kept connection answers again", heads.count == 3)
        expect("a GET has a body, a HEAD has none", heads[1].contains("hello") && !heads[2].contains("hello"))
        expect("answers say who served them", two.contains("X-Gantry-Release: r7\r\n"))
        for path in ["/healthz", "/readyz", "/livez"] {
            let answer = exchange("GET \(path)?x=1 HTTP/1.1\r\nConnection: close\r\n\r\n")
            expect("\(path) is 200", answer.hasPrefix("HTTP/1.1 200 "))
        }
        let unknown = exchange("GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n")
        expect("an unknown path is 404", unknown.hasPrefix("HTTP/1.1 404 "))
        expect("nonsense is 400", exchange("nonsense\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
    }

    /// Sends TERM while one request has half arrived and another connection is idle.
    private mutating func stop() {
        let (half, idle) = (connect(), connect())
        send(idle, "GET /readyz HTTP/1.1\r\n\r\n")
        expect("ready before TERM", receive(idle, until: "}").contains("200 OK"))
        send(half, "GET / HTTP/1.1\r\n")
        usleep(50_000)
        kill(process, SIGTERM)
        usleep(100_000)
        send(idle, "GET /readyz HTTP/1.1\r\n\r\n")
        let ready = receive(idle)
        expect("not ready after TERM", ready.contains(" 503 ") && ready.contains("Connection: close\r\n"))
        send(half, "\r\n")
        let last = receive(half)
        expect(
            "the request under way is answered",
            last.contains(" 200 ") && last.contains("Connection: close\r\n"))
        close(half)
        close(idle)
        var status: Int32 = -1
        waitpid(process, &status, 0)
        expect("it exits with 0", status == 0)
        expect("nobody listens any more", connect() < 0)
    }

    private mutating func start() -> Bool {
        var pipes: [Int32] = [-1, -1]
        guard pipe(&pipes) == 0 else { return false }
        for (name, value) in [("HOST", "127.0.0.1"), ("PORT", "0"), ("GANTRY_RELEASE", "r7")] {
            setenv(name, value, 1)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        posix_spawn_file_actions_addclose(&actions, pipes[0])
        posix_spawn_file_actions_addclose(&actions, pipes[1])
        defer { posix_spawn_file_actions_destroy(&actions) }
        let name = strdup("{{service}}")
        defer { free(name) }
        guard posix_spawn(&process, "/proc/self/exe", &actions, nil, [name, nil], environ) == 0 else {
            return false
        }
        close(pipes[1])
        // The pipe stays open: the program goes on writing its log.
        let words = receive(pipes[0], until: "\n").split(separator: "\"port\": ")
        port = words.count == 2 ? UInt16(words[1].prefix { $0.isNumber }) ?? 0 : 0
        return port != 0
    }

    private func connect() -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if !isConnected { close(socket) }
        return isConnected ? socket : -1
    }

    private func send(_ socket: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Reads until the other side ends, or until a text has come.
    private func receive(_ file: Int32, until mark: String? = nil) -> String {
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 16 * 1024))
        while true {
            let count = read(file, &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer[..<count]
            if let mark, String(decoding: bytes, as: UTF8.self).contains(mark) { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func exchange(_ request: String) -> String {
        let socket = connect()
        defer { close(socket) }
        send(socket, request)
        return receive(socket)
    }
}
