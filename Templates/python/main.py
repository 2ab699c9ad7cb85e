"""{{business}}/{{service}}: answers JSON over HTTP, tells probes how it is, stops without losing a request."""

import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import tracing

# Seconds without a request after which a kept-alive connection is closed; longer than proxies keep theirs.
IDLE_SECONDS = 75
# Seconds after TERM in which idle connections still get answers, and after which requests are given up.
LINGER_SECONDS, STOP_SECONDS = 1.0, 4.0
# Seconds for the last spans; with the above below `drain` in service.yaml.
FLUSH_SECONDS = 0.8
PROBES = ("/healthz", "/readyz", "/livez")


def hello() -> tuple[int, dict]:
    return 200, {"service": "{{business}}/{{service}}", "hello": "world"}


# The service itself: what answers a path, with status and body; values in braces are its arguments, as in
# "/things/{id}": thing. Begin here.
ROUTES = {"/": hello}


def find(path: str):
    """Gives the route that fits a path, what answers it, and the values in its braces."""
    parts = path.split("/")
    for route, act in ROUTES.items():
        pairs = list(zip(route.split("/"), parts))
        if route.count("/") == len(parts) - 1 and all(name == part or name[:1] == "{" for name, part in pairs):
            return route, act, [part for name, part in pairs if name[:1] == "{"]
    return None, lambda: (404, {"error": f"nothing at {path}"}), []


def write_log(level: str, message: str, **fields: object) -> None:
    """Writes one JSON line to stdout in one call, so that threads never mix their lines; names the span under way."""
    if level != "debug" or os.environ.get("LOG_LEVEL") == "debug":
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        span = tracing.current.get()
        ids = {"trace_id": span.context.trace_id, "span_id": span.context.span_id} if span else {}
        line = json.dumps({"time": now, "level": level, "message": message, **ids, **fields}, ensure_ascii=False)
        sys.stdout.write(line + "\n")
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
        path = self.path.partition("?")[0]
        if path in PROBES:  # without a span: a probe is nobody's call
            ready = path != "/readyz" or not self.server.stopping.is_set()
            self.send(200 if ready else 503, {"status": "ok" if ready else "stopping"})
            return
        headers = {name.lower(): ", ".join(self.headers.get_all(name)) for name in self.headers}
        route, act, values = find(path)
        with tracing.server(self.command, route, path, headers) as span:
            try:
                status, body = act(*values)
            except Exception as error:  # a mistake in one request must not reach the others
                span.fail(type(error).__name__)
                write_log("error", "exception", error_type=type(error).__name__, error=str(error),
                          stack=traceback.format_exc(limit=-4))
                status, body = 500, {"error": "internal error"}
            span.answered(status)
            try:
                self.send(status, body)
            finally:
                duration = span.end()
                write_log("error" if status >= 500 else "info", "request", method=self.command, route=route, path=path,
                          status=status, duration_ms=duration)

    def send(self, status: int, body: dict) -> None:
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
    tracing.start(write_log)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    write_log("info", "listening", port=server.server_port)
    signal.sigwait(ends)
    server.stop()
    dropped = tracing.stop(FLUSH_SECONDS)
    write_log("info", "stopped", connections=len(server.connections), spans_dropped=dropped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
