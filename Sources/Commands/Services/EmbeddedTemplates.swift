// Made by scripts/embed from Templates/; change those and run it again.
// swift-format-ignore-file

enum EmbeddedTemplates {
    /// By language and path.
    static let files: [String: [String: String]] = [
        "python": [
            ".gitignore": #"""
                __pycache__/
                *.pyc

                """#,
            "README.md": #"""
                # {{business}}/{{service}}

                | interface | answer |
                |---|---|
                | `GET /` | says hello |
                | `/healthz`, `/readyz`, `/livez` | probes for startup, readiness and liveness; `/readyz` is 503 from TERM on |

                    python3 -m unittest -v
                    PORT=8080 python3 main.py

                Begin in `main.py` at `decide`. `service.yaml` says how Gantry builds, runs, probes, stops and scales it. To call another
                service, name it in `calls: [BUSINESS/SERVICE]` and read its address from `BUSINESS_SERVICE_URL`.

                On TERM it stops accepting, goes on answering connected clients with `Connection: close` for a second, finishes what is
                under way and exits 0.

                """#,
            "main.py": #"""
                """{{business}}/{{service}}: answers JSON over HTTP, tells probes how it is, stops without losing a request."""

                import json
                import os
                import signal
                import socket
                import sys
                import threading
                import time
                from datetime import datetime, timezone
                from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

                # Seconds without a request after which a kept-alive connection is closed; longer than proxies keep theirs.
                IDLE_SECONDS = 75
                # Seconds after TERM in which idle connections still get answers, and after which the process exits whatever
                # is left; the latter stays below `drain` in service.yaml.
                LINGER_SECONDS, STOP_SECONDS = 1.0, 4.5
                PROBES = ("/healthz", "/readyz", "/livez")


                def decide(path: str) -> tuple[int, dict]:
                    """The service itself: gives status and body for a path. Begin here."""
                    if path == "/":
                        return 200, {"service": "{{business}}/{{service}}", "hello": "world"}
                    return 404, {"error": f"nothing at {path}"}


                def write_log(level: str, message: str, **fields: object) -> None:
                    if level != "debug" or os.environ.get("LOG_LEVEL") == "debug":
                        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
                        sys.stdout.write(json.dumps({"ts": now, "level": level, "msg": message, **fields}) + "\n")
                        sys.stdout.flush()


                class Handler(BaseHTTPRequestHandler):
                    protocol_version = "HTTP/1.1"
                    timeout = IDLE_SECONDS
                    disable_nagle_algorithm = True
                    wbufsize = 64 * 1024  # head and body leave in one segment

                    def parse_request(self):
                        self.server.mark(self.connection, busy=True)
                        return super().parse_request()

                    def handle_one_request(self):
                        try:
                            super().handle_one_request()
                        except (ConnectionError, TimeoutError):
                            self.close_connection = True  # the client went away
                        finally:
                            self.server.mark(self.connection, busy=False)

                    def do_GET(self):
                        begun, path, stopping = time.monotonic(), self.path.partition("?")[0], self.server.stopping.is_set()
                        if path in PROBES:
                            status, body = (503, {"status": "stopping"}) if stopping and path == "/readyz" else (200, {"status": "ok"})
                        else:
                            try:
                                status, body = decide(path)
                            except Exception as error:  # a mistake in one request must not reach the others
                                write_log("error", "exception", path=path, exception=repr(error))
                                status, body = 500, {"error": "internal error"}
                        data = json.dumps(body, ensure_ascii=False).encode()
                        self.send_response(status)
                        self.send_header("Content-Type", "application/json; charset=utf-8")
                        self.send_header("Content-Length", str(len(data)))
                        if self.server.stopping.is_set() or self.close_connection:
                            self.send_header("Connection", "close")
                        self.end_headers()
                        if self.command != "HEAD":
                            self.wfile.write(data)
                        self.wfile.flush()
                        write_log("debug" if path in PROBES else "info", "request", method=self.command, path=path, status=status,
                                  cost_ms=round((time.monotonic() - begun) * 1000, 3))

                    do_HEAD = do_GET

                    def end_headers(self):
                        for name in ("Release", "Instance", "Region"):
                            self.send_header(f"X-Gantry-{name}", os.environ.get(f"GANTRY_{name.upper()}") or "none")
                        super().end_headers()

                    def log_message(self, *_):
                        """Leaves out the line of the standard library: `do_GET` writes ours."""


                class Server(ThreadingHTTPServer):
                    daemon_threads = True
                    request_queue_size = 128

                    def __init__(self, host: str, port: int):
                        self.stopping, self.lock = threading.Event(), threading.Lock()
                        self.connections: dict[socket.socket, bool] = {}  # true while a request is under way
                        super().__init__((host, port), Handler)
                        self.socket.setblocking(False)  # a client that leaves before accept must not hold up the others

                    def process_request(self, request, client_address):
                        with self.lock:
                            self.connections[request] = False
                        super().process_request(request, client_address)

                    def shutdown_request(self, request):
                        with self.lock:
                            self.connections.pop(request, None)
                        super().shutdown_request(request)

                    def mark(self, connection, busy: bool) -> None:
                        with self.lock:
                            if connection in self.connections:
                                self.connections[connection] = busy

                    def stop(self) -> None:
                        """Stops accepting, answers what is under way, closes the rest."""
                        begun = time.monotonic()
                        self.stopping.set()
                        self.shutdown()
                        for _ in range(self.request_queue_size):  # whoever was already connected is served, and nobody after
                            try:
                                self.process_request(*self.get_request())
                            except OSError:
                                break
                        self.server_close()
                        while self.connections and time.monotonic() - begun < STOP_SECONDS:
                            if time.monotonic() - begun > LINGER_SECONDS:
                                with self.lock:
                                    for connection in (each for each, busy in self.connections.items() if not busy):
                                        try:
                                            connection.shutdown(socket.SHUT_RD)  # what has arrived is still read and answered
                                        except OSError:
                                            pass  # it closed by itself
                            time.sleep(0.02)


                def main() -> int:
                    ends = {signal.SIGTERM, signal.SIGINT}
                    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # waited for below: no thread can miss or be interrupted by them
                    server = Server(os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080")))
                    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
                    write_log("info", "listening", port=server.server_port)
                    signal.sigwait(ends)
                    server.stop()
                    write_log("info", "stopped", connections=len(server.connections))
                    return 0


                if __name__ == "__main__":
                    sys.exit(main())

                """#,
            "service.yaml": #"""
                apiVersion: gantry/v1
                kind: Service
                name: {{service}}
                language: python@3.11
                owner: [{{business}}-backend]
                build:
                  lint: python3 -W error -m compileall -q -f .
                  test: python3 -m unittest -v
                run: {command: [python3, main.py]}
                ports: [{name: http, port: 8080, protocol: http}]
                health:
                  startup:   {http: /healthz, period: 1s, failures: 60}
                  readiness: {http: /readyz,  period: 5s}
                  liveness:  {http: /livez,   period: 10s, failures: 6}
                stop: {discovery: kubernetes, drain: 5s}
                resources: {cpu: 50m..500m, memory: 64Mi..128Mi}
                scale: {min: 1, max: 2}
                env: {LOG_LEVEL: info}

                """#,
            "test_main.py": #"""
                import http.client
                import json
                import os
                import signal
                import socket
                import subprocess
                import sys
                import unittest

                import main


                class {{SERVICE_MODULE}}Tests(unittest.TestCase):
                    def setUp(self):
                        environment = os.environ | {"HOST": "127.0.0.1", "PORT": "0", "GANTRY_RELEASE": "r7"}
                        self.process = subprocess.Popen([sys.executable, "main.py"], env=environment, stdout=subprocess.PIPE)
                        self.addCleanup(self.process.stdout.close)
                        self.addCleanup(self.process.wait)
                        self.addCleanup(self.process.kill)
                        self.port = json.loads(self.process.stdout.readline())["port"]
                        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                        self.addCleanup(self.connection.close)

                    def get(self, path):
                        self.connection.request("GET", path)
                        response = self.connection.getresponse()
                        return response, json.loads(response.read())

                    def test_it_answers_over_one_kept_connection(self):
                        response, body = self.get("/")
                        self.assertEqual((response.status, body["service"]), (200, "{{business}}/{{service}}"))
                        self.assertEqual(response.headers["X-Gantry-Release"], "r7")
                        self.assertEqual(self.get("/nothing")[0].status, 404)
                        for path in main.PROBES:
                            self.assertEqual(self.get(path)[0].status, 200)

                    def test_term_lets_the_request_under_way_finish(self):
                        self.get("/readyz")
                        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as half:
                            half.sendall(b"GET / HTTP/1.1\r\n")
                            self.process.send_signal(signal.SIGTERM)
                            while True:  # until the stop has begun, a kept connection goes on being answered
                                response, _ = self.get("/readyz")
                                if response.status == 503:
                                    break
                            self.assertEqual(response.headers["Connection"], "close")
                            half.sendall(b"\r\n")
                            answer = b"".join(iter(lambda: half.recv(4096), b""))
                            self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)
                        self.assertEqual(self.process.wait(20), 0)


                if __name__ == "__main__":
                    unittest.main()

                """#,
        ],
        "swift": [
            ".gitignore": #"""
                .build/

                """#,
            ".swift-format": #"""
                {
                  "version": 1,
                  "lineLength": 110,
                  "indentation": {"spaces": 4},
                  "maximumBlankLines": 1,
                  "respectsExistingLineBreaks": true,
                  "lineBreakBeforeEachArgument": false,
                  "indentConditionalCompilationBlocks": false,
                  "rules": {
                    "AllPublicDeclarationsHaveDocumentation": false,
                    "NeverForceUnwrap": true,
                    "NeverUseForceTry": true,
                    "NoBlockComments": true,
                    "OrderedImports": true,
                    "AlwaysUseLowerCamelCase": true,
                    "UseEarlyExits": false,
                    "ValidateDocumentationComments": false
                  }
                }

                """#,
            "Package.swift": #"""
                // swift-tools-version: 6.0
                import PackageDescription

                let package = Package(
                    name: "{{service}}",
                    products: [
                        .executable(
                            name: "{{service}}",
                            targets: ["{{SERVICE_MODULE}}Program"])
                    ],
                    targets: [
                        .executableTarget(
                            name: "{{SERVICE_MODULE}}Program",
                            path: "Sources",
                            swiftSettings: [.swiftLanguageMode(.v6)])
                    ]
                )

                """#,
            "README.md": #"""
                # {{business}}/{{service}}

                | interface | answer |
                |---|---|
                | `GET /` | says hello |
                | `/healthz`, `/readyz`, `/livez` | probes for startup, readiness and liveness; `/readyz` is 503 from TERM on |

                    swift build -c release --static-swift-stdlib
                    .build/release/{{service}} --self-test
                    PORT=8080 .build/release/{{service}}

                Begin in `Sources/Answers.swift` at `decide`. No dependency, not even Foundation: a clean build takes seconds. `service.yaml`
                says how Gantry builds, runs, probes, stops and scales it.

                On TERM it stops accepting, goes on answering connected clients with `Connection: close` for a second, finishes what is
                under way and exits 0.

                """#,
            "Sources/Answers.swift": #"""
                /// The service itself: decides status and JSON body for a path; knows nothing of sockets. Begin here.
                func decide(_ path: Substring, ready: Bool) -> (status: Int, body: String) {
                    switch path {
                    case "/healthz", "/livez": return (200, #"{"status": "ok"}"#)
                    case "/readyz": return ready ? (200, #"{"status": "ok"}"#) : (503, #"{"status": "stopping"}"#)
                    case "/":
                        return (200, #"{"service": "{{business}}/{{service}}", "hello": "world"}"#)
                    default: return (404, "{\"error\": \(quoted("nothing at \(path)"))}")
                    }
                }

                /// Writes a JSON string.
                func quoted(_ text: some StringProtocol) -> String {
                    var result = "\""
                    for scalar in text.unicodeScalars {
                        switch scalar {
                        case "\"": result += "\\\""
                        case "\\": result += "\\\\"
                        case _ where scalar.value < 0x20:
                            let hex = String(scalar.value, radix: 16)
                            result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                        default: result.unicodeScalars.append(scalar)
                        }
                    }
                    return result + "\""
                }

                """#,
            "Sources/Messages.swift": #"""
                import Glibc

                /// The head of one request, as far as this service needs it.
                struct RequestHead {
                    var method: Substring
                    var path: Substring
                    var keepsAlive: Bool
                    var hasBody = false

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
                            switch line[..<colon].lowercased() {
                            case "connection":
                                let wish = value.lowercased()
                                if wish.contains("close") {
                                    keepsAlive = false
                                } else if wish.contains("keep-alive") {
                                    keepsAlive = true
                                }
                            case "content-length": hasBody = hasBody || value != "0"
                            case "transfer-encoding": hasBody = true
                            default: break
                            }
                        }
                    }
                }

                let reasons = [
                    200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
                    431: "Request Header Fields Too Large", 503: "Service Unavailable",
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

                /// Writes one JSON line to stdout in one call.
                func log(_ level: String, _ message: String, _ fields: String = "") {
                    var now = timespec()
                    clock_gettime(CLOCK_REALTIME, &now)
                    let fraction = String(1000 + now.tv_nsec / 1_000_000).dropFirst()
                    let stamp = time("%Y-%m-%dT%H:%M:%S", now.tv_sec)
                    let line =
                        "{\"ts\": \"\(stamp).\(fraction)Z\", \"level\": \"\(level)\", \"msg\": \"\(message)\"\(fields)}\n"
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
                func milliseconds() -> Double {
                    var now = timespec()
                    clock_gettime(CLOCK_MONOTONIC, &now)
                    return Double(now.tv_sec) * 1000 + Double(now.tv_nsec) / 1_000_000
                }

                """#,
            "Sources/SelfTest.swift": #"""
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

                """#,
            "Sources/Server.swift": #"""
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

                """#,
            "Sources/main.swift": #"""
                import Glibc

                if CommandLine.arguments.dropFirst().first == "--self-test" {
                    var test = SelfTest()
                    exit(test.run())
                }

                let host = variable("HOST") ?? "0.0.0.0"
                guard let port = UInt16(variable("PORT") ?? "8080"), var server = Server(host: host, port: port) else {
                    log(
                        "error", "cannot listen at HOST and PORT", ", \"reason\": \(quoted(String(cString: strerror(errno))))"
                    )
                    exit(1)
                }
                server.run()

                """#,
            "service.yaml": #"""
                apiVersion: gantry/v1
                kind: Service
                name: {{service}}
                language: swift@6.3
                owner: [{{business}}-backend]
                build:
                  lint: swift format lint --strict -r Sources Package.swift
                  # The test runs the release executable itself, so that one compilation serves both steps.
                  test: swift build -c release --static-swift-stdlib && .build/release/{{service}} --self-test
                  command: swift build -c release --static-swift-stdlib
                  output: [.build/release/{{service}}]
                run: {command: [.build/release/{{service}}]}
                ports: [{name: http, port: 8080, protocol: http}]
                health:
                  startup:   {http: /healthz, period: 1s, failures: 60}
                  readiness: {http: /readyz,  period: 5s}
                  liveness:  {http: /livez,   period: 10s, failures: 6}
                stop: {discovery: kubernetes, drain: 5s}
                resources: {cpu: 50m..500m, memory: 16Mi..64Mi}
                scale: {min: 1, max: 2}
                env: {LOG_LEVEL: info}

                """#,
        ],
    ]
}
