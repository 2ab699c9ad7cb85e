import Model

/// The small platform and the small service of these tests.
enum Sample {
    static let hello = ServiceName("yidian", "hello")
    static let development: EnvironmentName = "development"
    static let production: EnvironmentName = "production"

    static let platform = """
        apiVersion: gantry/v1
        kind: Platform
        name: faults
        businesses:
          - {name: yidian, members: {developer: developer, approver: approver}}
        regions: [guangzhou, nanjing]
        clusters: [{name: local, kind: local}]
        environments:
          - {name: development, regions: {guangzhou: local}}
          - {name: production, regions: {guangzhou: local, nanjing: local}}
        discovery: {short: 500ms, long: 3s}
        pipelines:
          default:
            - {name: verify, steps: [checkout, test]}
            - {name: package, steps: [build, release]}
            - {name: development, rollout: development}
            - {name: approve, approval: {role: approver}}
            - {name: production, rollout: production}

        """

    /// How a service is besides its defaults.
    struct Shape {
        var test = "true"
        var instances = 2
        var discovery = "short"
        /// What the program does; see `program`.
        var behaviour = "good"
        var deadline = "20s"
        var extra = ""
    }

    static func specification(_ service: ServiceName, _ shape: Shape = Shape()) -> String {
        """
        apiVersion: gantry/v1
        kind: Service
        name: \(service.name)
        language: python@3.11
        build: {test: "\(shape.test)"}
        run: {command: [python3, main.py]}
        ports: [{name: http, port: 8080, protocol: http}]
        health:
          startup:   {http: /healthz, period: 100ms, failures: 300}
          readiness: {http: /readyz, period: 200ms, timeout: 2s}
        stop: {discovery: \(shape.discovery), drain: 3s}
        resources: {cpu: 50m..1, memory: 32Mi..128Mi}
        scale: {min: \(shape.instances), max: 4}
        rollout: {deadline: \(shape.deadline)}
        expose: [{host: \(host(service))}]
        env: {BEHAVIOUR: \(shape.behaviour)}
        \(shape.extra)

        """
    }

    static func host(_ service: ServiceName) -> String { "\(service.name).example.com" }

    /// Answers every path with its release; leaves as a well-made program does; misbehaves as `BEHAVIOUR` says.
    static let program = #"""
        import http.server, os, signal, socket, sys, threading, time

        behaviour = os.environ.get("BEHAVIOUR", "good")
        print("begins as", behaviour, flush=True)
        if behaviour == "crash":
            print("cannot find the table of doctors", flush=True)
            sys.exit(3)
        if behaviour.startswith("port-"):
            held = socket.socket()
            held.bind(("127.0.0.1", int(behaviour[5:])))
            held.listen()

        busy, stopping = 0, False
        lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                global busy
                with lock:
                    busy += 1
                try:
                    if self.path == "/readyz" and behaviour == "never-ready":
                        print("the pool of connections is empty", flush=True)
                        return self.answer(503)
                    if not self.path.endswith("z"):
                        time.sleep(0.02)
                    self.answer(200)
                finally:
                    with lock:
                        busy -= 1

            def answer(self, status):
                body = os.environ["GANTRY_INSTANCE"].encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-Gantry-Release", os.environ["GANTRY_RELEASE"])
                if stopping:
                    self.send_header("Connection", "close")
                    self.close_connection = True
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

        server = Server((os.environ["HOST"], int(os.environ["PORT"])), Handler)

        def leave():
            time.sleep(0.5)
            server.shutdown()
            while busy:
                time.sleep(0.01)

        def stop(*_):
            global stopping
            stopping = True
            threading.Thread(target=leave).start()

        signal.signal(signal.SIGTERM, stop)
        server.serve_forever()

        """#
}
