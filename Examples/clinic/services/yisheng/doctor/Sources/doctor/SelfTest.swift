import Glibc

/// Runs this program again as a process of its own, talks to it over real sockets and ends it with TERM.
struct SelfTest {
    private var process: pid_t = 0
    private var port: UInt16 = 0
    private var output: Int32 = -1
    private var failures: Int32 = 0

    /// Gives the exit status: 0 where every expectation held.
    mutating func run() -> Int32 {
        alarm(30)  // a test that hangs is a failed test
        guard let sink = Sink(), start(collector: sink.url) else {
            print("FAILED the program did not start")
            return 1
        }
        answers()
        refusals()
        traces()
        stop()
        exported(sink.text)
        lost()
        print(failures == 0 ? "all expectations held" : "\(failures) failed")
        return failures == 0 ? 0 : 1
    }

    private mutating func expect(_ what: String, _ holds: Bool) {
        print(holds ? "ok     \(what)" : "FAILED \(what)")
        if !holds { failures += 1 }
    }

    private mutating func answers() {
        let list = exchange("GET /doctors HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        expect("the list holds every doctor", Doctor.all.allSatisfy { list.contains($0.json) })
        let two = exchange(
            "GET /doctors/cardiology HTTP/1.1\r\n\r\nHEAD /doctors/pharmacy HTTP/1.1\r\nConnection: close\r\n\r\n"
        )
        expect("a kept connection answers again", two.ranges("HTTP/1.1 200 OK") == 2)
        expect("a HEAD has no body", two.contains("心内科值班医师") && !two.contains("值班临床药师"))
        expect("answers say who served them", two.contains("X-Gantry-Release: r7\r\n"))
        for path in ["/healthz", "/readyz", "/livez"] {
            let answer = exchange("GET \(path)?x=1 HTTP/1.1\r\nConnection: close\r\n\r\n")
            expect("\(path) is 200", answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    private mutating func refusals() {
        let table = [
            ("GET /doctors/nobody HTTP/1.1\r\nConnection: close\r\n\r\n", "404"), ("nonsense\r\n\r\n", "400"),
            ("POST /doctors HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "405"),
            ("GET / HTTP/1.1\r\nX: " + String(repeating: "y", count: Limit.head) + "\r\n", "431"),
        ]
        for (request, status) in table {
            expect(
                "\(request.prefix(16).split(separator: "\r\n")[0]) … is \(status)",
                exchange(request).hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    /// Sends TERM while one request has half arrived and another connection is idle.
    private mutating func stop() {
        let (half, idle) = (connect(), connect())
        send(idle, "GET /readyz HTTP/1.1\r\n\r\n")
        expect("ready before TERM", receive(idle, until: "}").contains("200 OK"))
        send(half, "GET /doctors/neurology HTTP/1.1\r\n")
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

    private static let (trace, parent) = (
        String(repeating: "a1", count: 16), String(repeating: "b2", count: 8)
    )

    private mutating func traces() {
        let head =
            "HTTP/1.1\r\nHost: doctors:80\r\ntraceparent: 00-\(Self.trace)-\(Self.parent)-01\r\n"
            + "tracestate: vendor=1\r\nbaggage: tenant=7,gantry.caller=yidian/article\r\nConnection: close\r\n\r\n"
        let broken = exchange("GET /doctors/orthopaedics/appointments \(head)")
        expect("a broken calendar is 500", broken.hasPrefix("HTTP/1.1 500 "))
        let begun = milliseconds()
        let slow = exchange("GET /doctors/dermatology/appointments?day=1 \(head)")
        expect("a slow calendar is slow and right", slow.contains("10:30") && milliseconds() - begun >= 350)
        // The context goes on: what a call of this program would send.
        guard let request = RequestHead("GET / " + head) else { return expect("the head is read", false) }
        setenv("GANTRY_SERVICE", "yisheng/doctor", 1)
        let call = Span.server(request, route: "/").client("GET", "/articles/{id}", peer: "yidian/article")
        let sent = call.headers.map { "\($0.name): \($0.value)" }
        expect(
            "a call carries the context on",
            sent == [
                "traceparent: 00-\(Self.trace)-\(call.context.spanID)-01", "tracestate: vendor=1",
                "baggage: tenant=7,gantry.caller=yisheng/doctor",
            ])
        for wrong in [
            "", "00-1-2-01", "ff-\(Self.trace)-\(Self.parent)-01", "00-\(Self.trace)-\(Self.parent)-01-x",
        ] {
            let context = TraceContext(["traceparent": wrong, "tracestate": "vendor=1"])
            expect("\"\(wrong)\" begins a trace", context.traceID != Self.trace && context.state.isEmpty)
            expect("its flags say that it is random", context.flags & 2 == 2)
        }
    }

    private mutating func exported(_ text: String) {
        let spans = text.split(separator: "{\"traceId\": ").dropFirst().filter { $0.contains(Self.trace) }
        expect("both requests are in the caller's trace", spans.count == 2)
        expect(
            "their parent is the caller's span",
            spans.allSatisfy { $0.contains("\"parentSpanId\": \"\(Self.parent)\"") })
        expect(
            "they name the caller",
            spans.allSatisfy {
                $0.contains("\"gantry.caller\", \"value\": {\"stringValue\": \"yidian/article\"}")
            })
        expect(
            "their name is the route",
            spans.allSatisfy { $0.contains("\"name\": \"GET /doctors/{id}/appointments\", \"kind\": 2") })
        expect("the query is nowhere", !text.contains("day=1"))
        let failed = spans.filter {
            $0.contains("CalendarUnreadable") && $0.contains("\"status\": {\"code\": 2}")
        }
        expect("the failed one says why", failed.count == 1)
        expect("it goes where OTLP goes", text.contains("POST /v1/traces HTTP/1.1\r\n"))
        expect("probes are no spans", !text.contains("/readyz"))
        expect("the resource has its name", text.contains("{\"stringValue\": \"tested\"}"))
    }

    /// A collector that is away, and none at all, cost no request and no time.
    private mutating func lost() {
        for (collector, dropped) in [("http://127.0.0.1:1", 1), (nil, 0)] {
            expect("it starts with collector \(collector ?? "none")", start(collector: collector))
            let answer = exchange("GET /doctors HTTP/1.1\r\nConnection: close\r\n\r\n")
            expect("it answers", answer.hasPrefix("HTTP/1.1 200 "))
            let begun = milliseconds()
            kill(process, SIGTERM)
            let log = receive(output)
            var status: Int32 = -1
            waitpid(process, &status, 0)
            expect("it ends at once", status == 0 && milliseconds() - begun < 2000)
            expect("it counts what is lost", log.contains("\"spans_dropped\": \(dropped)}"))
        }
    }

    private mutating func start(collector: String?) -> Bool {
        close(output)
        var pipes: [Int32] = [-1, -1]
        guard pipe(&pipes) == 0 else { return false }
        for (name, value) in [
            ("HOST", "127.0.0.1"), ("PORT", "0"), ("GANTRY_RELEASE", "r7"), ("OTEL_SERVICE_NAME", "tested"),
        ] {
            setenv(name, value, 1)
        }
        for name in ["SDK_DISABLED", "TRACES_EXPORTER", "TRACES_SAMPLER", "EXPORTER_OTLP_TRACES_ENDPOINT"] {
            unsetenv("OTEL_" + name)
        }
        setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector ?? "", 1)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        posix_spawn_file_actions_addclose(&actions, pipes[0])
        posix_spawn_file_actions_addclose(&actions, pipes[1])
        defer { posix_spawn_file_actions_destroy(&actions) }
        let name = strdup("doctor")
        defer { free(name) }
        guard posix_spawn(&process, "/proc/self/exe", &actions, nil, [name, nil], environ) == 0 else {
            return false
        }
        close(pipes[1])
        output = pipes[0]
        // The pipe stays open: the program goes on writing its log.
        let words = receive(output, until: "\n").split(separator: "\"port\": ")
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

extension String {
    /// Counts the occurrences of a text.
    fileprivate func ranges(_ text: String) -> Int {
        split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}
