import Foundation
import GantryBase
import Supervision

/// The Python programs that the tests run.
enum Programs {
    private static let begin = """
        import http.server, json, os, signal, subprocess, sys, threading, time
        def count():
            n = 0
            while True:
                n += 1
                print("line", n, flush=True)
                time.sleep(0.3)
        threading.Thread(target=count, daemon=True).start()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                status, text = answer(self.path)
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *words): pass
        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256
        def serve():
            server = Server((os.environ["HOST"], int(os.environ["PORT"])), Handler)
            def stop(*_): threading.Thread(target=server.shutdown).start()
            signal.signal(signal.SIGTERM, stop)
            server.serve_forever()

        """

    /// Answers `/` with its instance and `/env` with its environment.
    static let web =
        begin + """
            def answer(path):
                if path == "/env": return 200, json.dumps(dict(os.environ))
                if path == "/uid": return 200, str(os.getuid())
                if path.startswith("/read"):
                    try: return 200, open(path[5:]).read()
                    except OSError as error: return 200, type(error).__name__
                return 200, os.environ["GANTRY_INSTANCE"]
            serve()

            """

    static let neverReady =
        begin + """
            def answer(path):
                return (503 if path == "/readyz" else 200), "no"
            serve()

            """

    /// Starts a child in a session of its own that outlives it and ignores TERM.
    static let withChild =
        begin + """
            subprocess.Popen(["/usr/bin/python3", "-c",
                "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"],
                start_new_session=True)
            def answer(path): return 200, os.environ["GANTRY_INSTANCE"]
            serve()

            """

    static let crashing = """
        import sys, time
        print("about to fail", flush=True)
        time.sleep(0.1)
        sys.exit(3)

        """
}

/// One GET without keeping the connection; nil when there is no answer.
func get(_ address: String, _ path: String = "/", host: String? = nil) async -> (status: Int, body: String)? {
    var command = ["curl", "-s", "-m", "5", "-w", "\n%{http_code}", "http://\(address)\(path)"]
    if let host { command += ["-H", "Host: \(host)"] }
    guard let text = try? await CommandRun(command).run() else { return nil }
    let all = String(decoding: text.bytes, as: UTF8.self)
    guard let end = all.lastIndex(of: "\n"), let status = Int(all[all.index(after: end)...]), status > 0
    else {
        return nil
    }
    return (status, String(all[..<end]))
}
