import GantryBase
import Glibc
import Model
import Supervision
import Testing
import Wire

/// One instance under the real agent, in a folder of its own, with a small HTTP server in Python as its program.
///
/// The server answers `/readyz` with 503 while the file `unready` exists, `/livez` with 500 while `dead` does.
struct InstanceFixture {
    static let server = """
        import http.server, os, signal, sys
        if os.environ.get("IGNORE_TERM"): signal.signal(signal.SIGTERM, signal.SIG_IGN)
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                bad = 503 if self.path == "/readyz" and os.path.exists("unready") else 200
                if self.path == "/livez" and os.path.exists("dead"): bad = 500
                self.send_response(bad); self.end_headers(); self.wfile.write(b"ok")
            def log_message(self, *words): pass
        http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
        """

    let scratch: Scratch
    let port: Int
    var plan: InstancePlan
    var agentEnvironment: [String: String] = [:]

    init(_ scratch: Scratch, command: [String]? = nil) throws {
        self.scratch = scratch
        port = try Self.freePort()
        for folder in ["work", "endpoints"] { mkdir(scratch.file(folder), 0o755) }
        try scratch.write("work/server.py", Self.server)
        let workload = WorkloadName(ServiceName("yidian", "article"), "production", "guangzhou")
        plan = InstancePlan(
            name: InstanceName(workload, "x7k2m9pq"), release: ReleaseName(workload.service, 3),
            command: command ?? ["/usr/bin/python3", "-u", "server.py", "\(port)"],
            directory: scratch.file("work"), environment: ["PATH": "/usr/bin:/bin"], user: nil,
            health: HealthSpec(
                readiness: Probe(.http(path: "/readyz", port: "http"), period: .milliseconds(200))),
            stop: StopSpec(discovery: "test", wait: .milliseconds(1500), drain: .seconds(2)),
            ports: [PortBinding(name: "http", transport: .http, host: "127.0.0.1", port: port)], limits: nil,
            files: InstanceFiles(
                report: scratch.file("report"), log: scratch.file("log"), endpoints: scratch.file("endpoints")
            ))
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> Int {
        let probe = try Listener()
        defer { probe.close() }
        return probe.port
    }

    func save() throws { try scratch.write("plan", String(decoding: JSON.encode(plan), as: UTF8.self)) }

    func start() throws -> RunningProcess {
        try save()
        var request = ProcessRequest(
            command: [try StepFixture.agent, "run", scratch.file("plan")], environment: agentEnvironment)
        request.newSession = true
        let errors = open(scratch.file("errors"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer { close(errors) }
        request.error = .descriptor(errors)
        return try ProcessTable.shared.spawn(request)
    }

    /// Starts the agent, hands it to `body`, and leaves nothing running whatever happens.
    func run(_ body: (RunningProcess) async throws -> Void) async throws {
        let agent = try start()
        do {
            try await body(agent)
        } catch {
            await end(agent)
            throw error
        }
        await end(agent)
    }

    private func end(_ agent: RunningProcess) async {
        agent.signal(SIGTERM)
        _ = await becomesTrue { agent.exit != nil }
        agent.signal(SIGKILL)
        _ = await agent.wait()
        if let program = report?.program, program.isAlive { kill(-program.pid, SIGKILL) }
    }

    var report: InstanceReport? {
        (try? readFile(scratch.file("report"), limit: 1 << 20))
            .flatMap { try? JSON.decode(InstanceReport.self, from: $0) }
    }

    var endpoint: EndpointRecord? {
        (try? readFile(scratch.file("endpoints/x7k2m9pq.json"), limit: 1 << 20))
            .flatMap { try? JSON.decode(EndpointRecord.self, from: $0) }
    }

    func becomes(
        _ phase: InstanceStatus.Phase, reason: String = "", within patience: Duration = .seconds(20)
    ) async -> Bool {
        await becomesTrue(within: patience) {
            report?.status.phase == phase
                && (reason.isEmpty || report?.status.reason?.contains(reason) == true)
        }
    }

    /// Asks the program as a client that kept its address.
    func answers() -> Bool {
        let socket = Listener.connect(port)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        let request = "GET / HTTP/1.0\r\n\r\n"
        _ = request.withCString { write(socket, $0, strlen($0)) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(socket, &bytes, bytes.count)
        return count > 12 && String(decoding: bytes[..<12], as: UTF8.self).hasSuffix("200")
    }
}

/// A listening socket on a port that the system chose.
struct Listener {
    let descriptor: Int32
    let port: Int

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        var address = Self.address(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 8) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        try #require(bound)
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func close() { Glibc.close(descriptor) }

    static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    static func connect(_ port: Int) -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        var address = address(port: port)
        let failed = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if failed == 0 { return socket }
        Glibc.close(socket)
        return -1
    }
}
