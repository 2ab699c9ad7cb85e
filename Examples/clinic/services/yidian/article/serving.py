"""Serves HTTP under Gantry's conventions: probes, release headers, a log line a request, a stop that loses nothing."""

import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import tracing

# Seconds without a request after which a kept-alive connection is closed; longer than proxies keep theirs.
IDLE_SECONDS = 75
# Seconds after TERM in which idle connections still get answers: a request may be on its way to us.
LINGER_SECONDS = 1.0
# Seconds after TERM at which requests are given up whatever is left, and for which the last spans may take then,
# at most and at least; together below `drain` in service.yaml.
STOP_SECONDS, FLUSH_SECONDS, LEAST_FLUSH_SECONDS = 4.5, 1.0, 0.3
# Connections that may wait to be accepted.
BACKLOG = 128
PROBES = ("/healthz", "/readyz", "/livez")


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case

    @property
    def caller(self) -> str:
        """Names the calling service, from W3C baggage."""
        for item in self.headers.get("baggage", "").split(","):
            name, _, value = item.partition("=")
            if name.strip() == "gantry.caller":
                return unquote(value.partition(";")[0].strip())
        return "unknown"


@dataclass
class Answer:
    status: int
    body: object  # text as it is, everything else as JSON
    kind: str = "application/json; charset=utf-8"
    notes: dict[str, str] = field(default_factory=dict)  # further fields of the log line


def write_log(level: str, message: str, **fields: object) -> None:
    """Writes one JSON line to stdout in one call, so that threads never mix their lines; names the span under way."""
    if level == "debug" and os.environ.get("LOG_LEVEL", "info") != "debug":
        return
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    span = tracing.current.get()
    ids = {"trace_id": span.context.trace_id, "span_id": span.context.span_id} if span else {}
    line = json.dumps({"time": now, "level": level, "message": message, **ids, **fields}, ensure_ascii=False)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def missing(request: Request) -> Answer:
    return Answer(404, {"error": f"nothing at {request.path}"})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024  # head and body leave in one segment

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # the client went away; nobody is left to answer
        finally:
            self.server.mark(self.connection, busy=False)

    def parse_request(self):
        self.server.mark(self.connection, busy=True)
        return super().parse_request()

    def do_GET(self):
        target = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(target.query).items()}
        headers = {name.lower(): ", ".join(self.headers.get_all(name)) for name in self.headers}
        request = Request(self.command, unquote(target.path), query, headers)
        if request.path in PROBES:
            self.send(self.probe(request.path))
            return
        route, act, values = self.find(request.path)
        with tracing.server(request.method, route, request.path, headers) as span:
            answer = self.decide(act, request, values)
            span.answered(answer.status)
            try:
                self.send(answer)
            finally:
                duration = span.end()
                write_log("error" if answer.status >= 500 else "info", "request", method=request.method, route=route,
                          path=request.path, status=answer.status, duration_ms=duration, caller=request.caller,
                          **answer.notes)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def probe(self, path: str) -> Answer:
        """Answers the runtime, without a span: a probe is nobody's call."""
        ready = path != "/readyz" or not self.server.stopping.is_set()
        answer = Answer(200 if ready else 503, {"status": "ok" if ready else "stopping"})
        write_log("debug", "probe", path=path, status=answer.status)
        return answer

    def find(self, path: str):
        """Gives the pattern that fits a path, such as /articles/{id}, what answers it, and the values in the braces."""
        parts = (path.rstrip("/") or "/").split("/")
        for route, act in self.server.application.routes.items():
            pairs = list(zip(route.split("/"), parts))
            if route.count("/") == len(parts) - 1 and all(name == part or name[:1] == "{" for name, part in pairs):
                return route, act, [part for name, part in pairs if name[:1] == "{"]
        return None, getattr(self.server.application, "missing", missing), []

    def decide(self, act, request: Request, values: list[str]) -> Answer:
        if request.method not in ("GET", "HEAD"):
            return Answer(405, {"error": f"{request.method} is not answered here"})
        try:
            return act(request, *values)
        except Exception as error:  # a mistake in one request must not reach the others
            name = type(error).__name__
            tracing.current.get().fail(name)
            write_log("error", "exception", error_type=name, error=str(error), stack=traceback.format_exc(limit=-4))
            return Answer(500, {"error": "internal error"}, notes={"error_type": name})

    def send(self, answer: Answer) -> None:
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body, ensure_ascii=False)
        body = text.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        has_body = self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers
        if self.server.stopping.is_set() or has_body or self.close_connection:  # bodies are never read
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def end_headers(self):
        for name in ("Release", "Instance", "Region"):
            self.send_header(f"X-Gantry-{name}", os.environ.get(f"GANTRY_{name.upper()}") or "none")
        super().end_headers()

    def log_message(self, *_):
        """Leaves out the line of the standard library: `do_GET` writes ours."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = BACKLOG

    def __init__(self, address, application):
        self.application = application
        self.stopping = threading.Event()
        self.connections: dict[socket.socket, bool] = {}  # open connections; true while a request is under way
        self.lock = threading.Lock()
        super().__init__(address, Handler)

    def server_bind(self):
        """Binds without the reverse look-up of our own name that the standard library would make."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]
        self.socket.setblocking(False)  # a client that leaves before accept must not hold up the others

    def process_request(self, request, client_address):
        self.mark(request, busy=False, opened=True)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        with self.lock:
            self.connections.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        write_log("error", "connection failed", error=repr(sys.exc_info()[1]))

    def mark(self, connection, busy: bool, opened: bool = False) -> None:
        with self.lock:
            if opened or connection in self.connections:
                self.connections[connection] = busy

    def stop(self) -> bool:
        """Stops accepting, answers what is under way, closes the rest; false where the time ran out first."""
        begun = time.monotonic()
        self.stopping.set()
        self.shutdown()
        for _ in range(BACKLOG):  # whoever was already connected is served; new ones must not hold up the stop
            try:
                self.process_request(*self.get_request())
            except OSError:
                break
        self.server_close()
        while self.connections and time.monotonic() - begun < STOP_SECONDS:
            if time.monotonic() - begun >= LINGER_SECONDS:
                self.end_idle_connections()
            time.sleep(0.02)
        return not self.connections

    def end_idle_connections(self) -> None:
        with self.lock:
            for connection, busy in self.connections.items():
                if not busy:
                    try:
                        connection.shutdown(socket.SHUT_RD)  # what has already arrived is still read and answered
                    except OSError:
                        pass  # it closed by itself


def run(application) -> int:
    """Serves `application.routes` at HOST and PORT until TERM or INT; gives the exit status."""
    # Blocked and waited for, not handled: no thread can miss the signal or be interrupted by it.
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080")))
    server = Server(address, application)
    tracing.start(write_log)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    write_log("info", "listening", host=server.server_name, port=server.server_port)
    signal.sigwait(ends)
    begun = time.monotonic()
    write_log("info", "stopping", connections=len(server.connections))
    clean = server.stop()
    left = STOP_SECONDS - (time.monotonic() - begun)
    dropped = tracing.stop(max(LEAST_FLUSH_SECONDS, min(FLUSH_SECONDS, left)))
    write_log("info" if clean else "error", "stopped", connections=len(server.connections), spans_dropped=dropped)
    return 0
