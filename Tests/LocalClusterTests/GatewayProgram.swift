import Clusters
import Foundation
import GantryBase
import Glibc
import Supervision
import Testing

/// A gateway that takes everything and keeps it in a file, each request as `PATH TOKEN`, its unpacked body, a new line.
struct GatewayProgram {
    private let process: RunningProcess
    private let file: String

    private static let program = """
        import gzip, http.server, os, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip": body = gzip.decompress(body)
                token = self.headers.get("Authorization", "none")
                with open(sys.argv[2], "ab") as file:
                    file.write(f"{self.path} {token}\\n".encode() + body + b"\\n")
                answer = b"{}" if self.path == "/v1/calls" else b""
                self.send_response(200)
                self.send_header("Content-Type", self.headers["Content-Type"])
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            def log_message(self, *words): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        with open(sys.argv[1] + ".new", "w") as file: file.write(f"http://127.0.0.1:{server.server_port}")
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        server.serve_forever()

        """

    /// Starts it and has its address where the agents of a ground look for it.
    init(_ ground: Ground) throws {
        let program = ground.path + "/gateway.py"
        file = ground.path + "/taken"
        try replaceFile(program, with: Array(Self.program.utf8))
        process = try ProcessTable.shared.spawn(
            ProcessRequest(
                command: ["/usr/bin/python3", program, ground.home.gatewayFile, file],
                environment: ["PATH": "/usr/bin:/bin"]))
    }

    func end() async {
        process.signal(SIGKILL)
        _ = await process.wait()
    }

    /// All that was taken, with what is no text in it left out.
    var taken: String {
        String(decoding: (try? readFile(file, limit: 64 << 20)) ?? [], as: UTF8.self)
    }
}
