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

                Begin in `main.py` at `ROUTES`. `service.yaml` says how Gantry builds, runs, probes, stops and scales it. To call another
                service, name it in `calls: [BUSINESS/SERVICE]` and read its address from `BUSINESS_SERVICE_URL`.

                Each request is a span and a JSON line of the log with its ids. `tracing.py` follows the variables of OpenTelemetry: spans go to
                `OTEL_EXPORTER_OTLP_ENDPOINT`, and nowhere without it. A call to another service takes part like this:

                    with tracing.client("GET", "/things/{id}", "BUSINESS/SERVICE", url) as span:
                        response = ...  # send span.headers() with the request; an exception is an error of the span
                        span.answered(response.status)

                On TERM it stops accepting, goes on answering connected clients with `Connection: close` for a second, finishes what is
                under way, sends its last spans and exits 0.

                """#,
            "exporting.py": #"""
                """Sends spans as OTLP/JSON over HTTP from a thread of its own, so that no request ever waits for the collector."""

                import collections
                import http.client
                import itertools
                import json
                import os
                import threading
                from urllib.parse import unquote, urlsplit

                # Spans that wait while the collector is slow or away; further ones are dropped and counted.
                MOST_SPANS = 2048
                # A batch leaves with so many spans, or so many seconds after its first.
                BATCH_SPANS, BATCH_SECONDS = 64, 0.2
                # Seconds that the collector may take for a batch, and between attempts while it is away.
                EXPORT_SECONDS, RETRY_SECONDS = 2.0, 1.0
                # Characters of a text attribute; longer ones come from a mistake or an attacker.
                TEXT_LENGTH = 512


                def pairs(values: dict[str, object]) -> list[dict]:
                    def value(each):
                        return {"intValue": str(each)} if isinstance(each, int) else {"stringValue": str(each)[:TEXT_LENGTH]}
                    return [{"key": key, "value": value(each)} for key, each in values.items()]


                def listed(variable: str) -> dict[str, str]:
                    """Reads a variable of the form `a=1,b=2` with percent-encoded values."""
                    items = (item.partition("=") for item in os.environ.get(variable, "").split(",") if "=" in item)
                    return {key.strip(): unquote(value.strip()) for key, _, value in items}


                class Exporter:
                    """Queues spans and sends them in batches; `report(level, message, reason=)` is told once of each outage."""

                    def __init__(self, url: str, report):
                        address, self.report = urlsplit(url), report
                        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
                        if address.scheme not in kinds or not address.hostname:
                            raise ValueError(f"{url} is no http or https URL")
                        self.kind, self.host, self.port = kinds[address.scheme], address.hostname, address.port
                        self.path = address.path or "/"
                        self.headers = {"Content-Type": "application/json"} | listed("OTEL_EXPORTER_OTLP_HEADERS")
                        self.headers |= listed("OTEL_EXPORTER_OTLP_TRACES_HEADERS")
                        resource = {"service.name": "unknown_service"} | listed("OTEL_RESOURCE_ATTRIBUTES")
                        resource["service.name"] = os.environ.get("OTEL_SERVICE_NAME") or resource["service.name"]
                        self.resource = {"attributes": pairs(resource)}
                        self.spans: collections.deque = collections.deque()
                        self.dropped, self.stopping, self.reaches, self.wake = 0, False, True, threading.Condition()
                        self.thread = threading.Thread(target=self.run, name="spans", daemon=True)
                        self.thread.start()

                    def add(self, span) -> None:
                        """Takes an ended span; a full queue drops it, for a request matters more than its trace."""
                        with self.wake:
                            if len(self.spans) >= MOST_SPANS:
                                self.dropped += 1
                                return
                            self.spans.append(span)
                            if len(self.spans) in (1, BATCH_SPANS):
                                self.wake.notify()

                    def run(self) -> None:
                        while True:
                            with self.wake:
                                self.wake.wait_for(lambda: self.stopping or self.spans)
                                self.wake.wait_for(lambda: self.stopping or len(self.spans) >= BATCH_SPANS, BATCH_SECONDS)
                                batch = list(itertools.islice(self.spans, BATCH_SPANS))
                            is_done = not batch or self.send(batch)
                            with self.wake:
                                for _ in batch if is_done else ():
                                    self.spans.popleft()
                                if self.stopping and not (is_done and self.spans):
                                    return
                                if not is_done:
                                    self.wake.wait_for(lambda: self.stopping, RETRY_SECONDS)

                    def send(self, batch: list) -> bool:
                        """Sends a batch; false where it certainly did not arrive and may be sent again."""
                        scope = {"scope": {"name": "tracing"}, "spans": [span.otlp() for span in batch]}
                        body = json.dumps({"resourceSpans": [{"resource": self.resource, "scopeSpans": [scope]}]})
                        connection = self.kind(self.host, self.port, timeout=EXPORT_SECONDS)
                        again = True
                        try:
                            connection.connect()
                            again = False
                            connection.request("POST", self.path, body, self.headers)
                            status = connection.getresponse().status
                            again, trouble = status in (429, 502, 503, 504), None if status == 200 else f"status {status}"
                        except OSError as error:
                            trouble = f"{type(error).__name__}: {error}"
                        except (ValueError, http.client.HTTPException) as error:
                            trouble = type(error).__name__  # its text may hold a header, and so a secret
                        connection.close()
                        if trouble and self.reaches:  # once an outage, not once a batch
                            self.report("warn", "spans not sent", reason=trouble)
                        self.reaches = not trouble
                        self.dropped += len(batch) if trouble and not again else 0
                        return not again

                    def stop(self, seconds: float) -> int:
                        """Sends what waits, for at most so long; gives how many spans never left."""
                        with self.wake:
                            self.stopping = True
                            self.wake.notify()
                        self.thread.join(seconds)
                        return self.dropped + len(self.spans)

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
            "sink.py": #"""
                """For the tests: takes spans as a collector does."""

                import json
                import threading
                import time
                from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

                # Seconds that a test waits for what should happen at once; generous, for busy machines.
                PATIENCE = 20


                class Sink:
                    """Takes OTLP/JSON as a collector does; answers `status`, `delay` seconds late."""

                    def __init__(self):
                        self.status, self.delay, self.bodies, self.headers, self.paths = 200, 0.0, [], [], []
                        sink = self

                        class Handler(BaseHTTPRequestHandler):
                            def do_POST(self):
                                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                                time.sleep(sink.delay)
                                sink.paths.append(self.path)
                                sink.headers.append(self.headers)
                                sink.bodies.append(body)
                                self.send_response(sink.status)
                                self.end_headers()

                            def log_message(self, *_):
                                pass

                        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
                        self.server.daemon_threads = True
                        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
                        self.url = f"http://127.0.0.1:{self.server.server_port}"

                    def spans(self) -> list[dict]:
                        """Gives the spans that have arrived, in the order in which they began."""
                        spans = [span for body in self.bodies for resource in body["resourceSpans"]
                                 for scope in resource["scopeSpans"] for span in scope["spans"]]
                        return sorted(spans, key=lambda span: int(span["startTimeUnixNano"]))

                    def close(self) -> None:
                        self.server.shutdown()
                        self.server.server_close()


                def attributes(holder: dict) -> dict[str, object]:
                    """Gives the attributes of a span or a resource as Python has them."""
                    return {each["key"]: int(each["value"]["intValue"]) if "intValue" in each["value"]
                            else each["value"]["stringValue"] for each in holder["attributes"]}


                def until(condition) -> None:
                    end = time.monotonic() + PATIENCE
                    while not condition():
                        if time.monotonic() > end:
                            raise AssertionError("it did not happen in time")
                        time.sleep(0.01)

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
                from sink import Sink, attributes


                class {{SERVICE_MODULE}}Tests(unittest.TestCase):
                    def setUp(self):
                        self.sink = Sink()
                        self.addCleanup(self.sink.close)
                        environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")} | {
                            "HOST": "127.0.0.1", "PORT": "0", "GANTRY_RELEASE": "r7", "OTEL_EXPORTER_OTLP_ENDPOINT": self.sink.url}
                        self.process = subprocess.Popen([sys.executable, "main.py"], env=environment, stdout=subprocess.PIPE)
                        self.addCleanup(self.process.stdout.close)
                        self.addCleanup(self.process.wait)
                        self.addCleanup(self.process.kill)
                        self.port = json.loads(self.process.stdout.readline())["port"]
                        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                        self.addCleanup(self.connection.close)

                    def get(self, path, **headers):
                        self.connection.request("GET", path, headers=headers)
                        response = self.connection.getresponse()
                        return response, json.loads(response.read())

                    def test_it_answers_over_one_kept_connection(self):
                        response, body = self.get("/")
                        self.assertEqual((response.status, body["service"]), (200, "{{business}}/{{service}}"))
                        self.assertEqual(response.headers["X-Gantry-Release"], "r7")
                        self.assertEqual(self.get("/nothing")[0].status, 404)
                        for path in main.PROBES:
                            self.assertEqual(self.get(path)[0].status, 200)

                    def test_a_request_is_a_span_and_a_line_in_the_trace_of_its_caller(self):
                        self.get("/?q=1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
                        self.get("/nothing")
                        self.get("/livez")
                        self.process.terminate()
                        answer, missing = [json.loads(line) for line in self.process.stdout if b'"request"' in line]
                        self.assertEqual(self.process.wait(20), 0)
                        span, other = self.sink.spans()
                        self.assertEqual((span["name"], span["traceId"], span["parentSpanId"]), ("GET /", "a" * 32, "b" * 16))
                        self.assertEqual(attributes(span)["http.response.status_code"], 200)
                        self.assertEqual((other["name"], attributes(other)["http.response.status_code"]), ("GET", 404))
                        self.assertEqual((answer["trace_id"], answer["span_id"], answer["route"]), ("a" * 32, span["spanId"], "/"))
                        self.assertEqual((missing["trace_id"], missing["status"]), (other["traceId"], 404))

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
            "test_tracing.py": #"""
                import contextlib
                import os
                import socket
                import time
                import unittest
                from unittest import mock

                import exporting
                import tracing
                from sink import Sink, attributes, until

                TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
                HEADERS = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=1", "host": "clinic.example.com:8080",
                           "baggage": "tenant=7;ttl=1, gantry.caller=yidian/portal"}


                class TracingTests(unittest.TestCase):
                    def setUp(self):
                        for name, seconds in (("BATCH_SECONDS", 0.02), ("RETRY_SECONDS", 0.05)):
                            patch = mock.patch.object(exporting, name, seconds)
                            patch.start()
                            self.addCleanup(patch.stop)

                    def begin(self, endpoint: str = "", **variables: str):
                        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "GANTRY_"))}
                        variables = {"GANTRY_SERVICE": "yidian/article", "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint} | variables
                        patch = mock.patch.dict(os.environ, kept | variables, clear=True)
                        patch.start()
                        self.addCleanup(patch.stop)
                        self.reports = []
                        tracing.start(lambda *words, **fields: self.reports.append(words + (fields["reason"],)))
                        self.addCleanup(tracing.stop, 0)

                    def sink(self) -> Sink:
                        sink = Sink()
                        self.addCleanup(sink.close)
                        return sink

                    def call(self, headers=HEADERS):
                        """Answers one request with one call; gives both spans and the headers of the call."""
                        with tracing.server("GET", "/articles/{id}", "/articles/1", headers) as answer:
                            with tracing.client("GET", "/doctors/{id}", "yisheng/doctor", "http://127.0.0.1:81/doctors/a") as call:
                                call.answered(200)
                            answer.answered(200)
                        return answer, call, call.headers()

                    def test_the_context_goes_on_with_or_without_a_collector(self):
                        for endpoint in ("", "http://127.0.0.1:1"):
                            self.begin(endpoint)
                            _, call, headers = self.call()
                            self.assertEqual(headers["traceparent"], f"00-{TRACE}-{call.context.span_id}-01")
                            self.assertEqual(headers["tracestate"], "vendor=1")
                            self.assertEqual(headers["baggage"], "tenant=7;ttl=1,gantry.caller=yidian/article")

                    def test_a_wrong_context_begins_a_new_trace(self):
                        self.begin()
                        for wrong in ("", "00-1-2-01", f"ff-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-01-x",
                                      f"00-{TRACE.upper()}-{PARENT}-01", f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01"):
                            long = "x=" + "y" * tracing.BAGGAGE_LENGTH
                            answer, _, headers = self.call({"traceparent": wrong, "tracestate": "vendor=1", "baggage": long})
                            self.assertNotEqual(answer.context.trace_id, TRACE)
                            self.assertEqual(answer.parent.span_id, "")
                            self.assertNotIn("tracestate", headers)
                            self.assertEqual(headers["baggage"], "gantry.caller=yidian/article")
                        self.assertEqual(self.call({"traceparent": f"01-{TRACE}-{PARENT}-01-x"})[0].context.trace_id, TRACE)

                    def test_spans_are_exported_with_their_parents_and_attributes(self):
                        sink = self.sink()
                        self.begin(sink.url, OTEL_SERVICE_NAME="article", OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20t",
                                   OTEL_RESOURCE_ATTRIBUTES="service.name=x,service.namespace=yidian,note=a%2Cb")
                        before = time.time_ns()
                        self.call()
                        until(sink.spans)
                        self.assertEqual((sink.paths, sink.headers[0]["Authorization"]), (["/v1/traces"], "Bearer t"))
                        resource = attributes(sink.bodies[0]["resourceSpans"][0]["resource"])
                        self.assertEqual(resource, {"service.name": "article", "service.namespace": "yidian", "note": "a,b"})
                        answer, call = sink.spans()
                        self.assertEqual([answer[key] for key in ("name", "kind", "parentSpanId", "traceState", "flags")],
                                         ["GET /articles/{id}", tracing.SERVER, PARENT, "vendor=1", 0x301])
                        self.assertEqual((call["name"], call["kind"], call["parentSpanId"], call["flags"]),
                                         ("GET /doctors/{id}", tracing.CLIENT, answer["spanId"], 0x101))
                        self.assertEqual({answer["traceId"], call["traceId"]}, {TRACE})
                        self.assertEqual(attributes(answer), {
                            "http.request.method": "GET", "http.route": "/articles/{id}", "url.path": "/articles/1",
                            "url.scheme": "http", "server.address": "clinic.example.com", "server.port": 8080,
                            "http.response.status_code": 200, "gantry.caller": "yidian/portal"})
                        self.assertEqual(attributes(call)["service.peer.name"], "yisheng/doctor")
                        times = [int(each) for each in (answer["startTimeUnixNano"], call["startTimeUnixNano"],
                                                        call["endTimeUnixNano"], answer["endTimeUnixNano"])]
                        self.assertEqual(times, sorted(times))
                        self.assertTrue(before <= times[0] and times[-1] <= time.time_ns())

                    def test_what_is_an_error_and_of_which_kind(self):
                        self.begin()

                        def kind(begin, status=None, error=None):
                            with self.assertRaises(type(error)) if error else contextlib.nullcontext(), begin() as span:
                                if status:
                                    span.answered(status)
                                if error:
                                    raise error
                            self.assertEqual(span.is_error, "error.type" in span.attributes)
                            return span.attributes.get("error.type")

                        def server():
                            return tracing.server("GET", None, "/", {})

                        def client():
                            return tracing.client("GET", "/", "yisheng/doctor", "http://127.0.0.1/")

                        self.assertEqual([kind(server, status) for status in (200, 404, 500)], [None, None, "500"])
                        self.assertEqual([kind(client, status) for status in (200, 404, 503)], [None, "404", "503"])
                        self.assertEqual(kind(client, error=TimeoutError()), "timeout")
                        self.assertEqual(kind(client, error=ConnectionRefusedError()), "ConnectionRefusedError")

                    def test_the_sampler_decides_and_says_so(self):
                        def flags(sampler, given, argument=""):
                            self.begin("", OTEL_TRACES_SAMPLER=sampler, OTEL_TRACES_SAMPLER_ARG=argument)
                            return self.call({"traceparent": f"00-{TRACE}-{PARENT}-{given}"} if given else {})[2]["traceparent"][-2:]

                        cases = ("", "00", "01", "fe")  # of the other flags only the second is known: the id is random, as ours are

                        for sampler, argument, wanted in (
                                ("", "", ["03", "00", "01", "02"]), ("always_on", "", ["03", "01", "01", "03"]),
                                ("always_off", "", ["02", "00", "00", "02"]),
                                ("parentbased_traceidratio", "0", ["02", "00", "01", "02"])):
                            self.assertEqual([flags(sampler, given, argument) for given in cases], wanted, sampler)
                        # The second half of TRACE is 0.517 of its range.
                        ratios = ("0.5", "0.52", "nonsense")
                        self.assertEqual([flags("traceidratio", "01", ratio) for ratio in ratios], ["00", "01", "01"])

                    def test_nothing_is_sent_where_nothing_is_wanted(self):
                        sink = self.sink()
                        for variables in ({"endpoint": ""}, {"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"},
                                          {"OTEL_TRACES_SAMPLER": "always_off"}, {"endpoint": "ftp://127.0.0.1"}):
                            self.begin(**({"endpoint": sink.url} | variables))
                            self.call()
                            self.assertEqual(tracing.stop(1), 0)
                        self.assertEqual(sink.bodies, [])

                    def test_a_dead_collector_costs_nothing_and_the_loss_is_counted(self):
                        with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts and never answers
                            self.begin(f"http://127.0.0.1:{silent.getsockname()[1]}")
                            begun = time.monotonic()
                            for _ in range(exporting.MOST_SPANS):
                                self.call()
                            self.assertLess(time.monotonic() - begun, 2)
                            begun = time.monotonic()
                            self.assertEqual(tracing.stop(0.1), 2 * exporting.MOST_SPANS)
                            self.assertLess(time.monotonic() - begun, 1)

                    def test_what_could_not_be_sent_is_sent_when_the_collector_is_back(self):
                        sink = self.sink()
                        sink.status = 503
                        self.begin(sink.url)
                        self.call()
                        until(lambda: len(sink.bodies) >= 2)
                        sink.status, tried = 200, len(sink.bodies)
                        until(lambda: len(sink.bodies) > tried)
                        self.assertEqual(tracing.stop(5), 0)
                        self.assertEqual(self.reports, [("warn", "spans not sent", "status 503")])

                    def test_the_stop_sends_what_waits(self):
                        sink = self.sink()
                        self.begin(sink.url)
                        for _ in range(100):
                            self.call()
                        self.assertEqual(tracing.stop(5), 0)
                        self.assertEqual(len(sink.spans()), 200)
                        self.assertLessEqual(max(len(body["resourceSpans"][0]["scopeSpans"][0]["spans"]) for body in sink.bodies),
                                             exporting.BATCH_SPANS)


                if __name__ == "__main__":
                    unittest.main()

                """#,
            "tracing.py": #"""
                """Traces of this service in W3C Trace Context and OTLP/JSON: what it needs of an OpenTelemetry SDK, and no more.

                Spans go to the collector at OTEL_EXPORTER_OTLP_ENDPOINT (see exporting.py). Without that variable nothing is sent and
                the context is only passed on.
                """

                import contextvars
                import os
                import re
                import secrets
                import time
                from typing import NamedTuple
                from urllib.parse import urlsplit

                from exporting import Exporter, pairs

                # Characters of `tracestate` and of `baggage`; longer ones are not passed on. A longer name of a caller is cut.
                STATE_LENGTH, BAGGAGE_LENGTH, CALLER_LENGTH = 512, 4096, 200
                INTERNAL, SERVER, CLIENT = 1, 2, 3  # kinds of spans as OTLP numbers them
                TRACEPARENT = re.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


                class Context(NamedTuple):
                    """What travels from service to service."""

                    trace_id: str
                    span_id: str  # empty where a trace begins
                    is_sampled: bool
                    is_random: bool  # says to samplers that the id of the trace is random in its last 56 bits
                    state: str
                    baggage: str  # without `gantry.caller`, which each service writes anew
                    caller: str = ""  # what that said: who sent the request

                    @property
                    def flags(self) -> int:
                        return self.is_sampled | self.is_random << 1


                def incoming(headers: dict[str, str]) -> Context:
                    """Reads the context of a request, header names in lower case; begins a trace where there is none or a wrong one."""
                    members = [member.strip() for member in headers.get("baggage", "").split(",")]
                    others = ",".join(each for each in members if each and each.partition("=")[0].strip() != "gantry.caller")
                    baggage = others if len(others) <= BAGGAGE_LENGTH and others.isprintable() else ""
                    named = next((each.partition("=")[2] for each in members if each.partition("=")[0].strip() == "gantry.caller"), "")
                    caller = named.partition(";")[0].strip()[:CALLER_LENGTH]
                    match = TRACEPARENT.fullmatch(headers.get("traceparent", "").strip())
                    if not match or (match[1] == "00" and match[5]):
                        trace_id = secrets.token_hex(16)
                        return Context(trace_id, "", is_sampled(trace_id, None), True, "", baggage, caller)
                    state = headers.get("tracestate", "")
                    state = state if len(state) <= STATE_LENGTH and state.isprintable() else ""
                    flags = int(match[4], 16)
                    return Context(match[2], match[3], is_sampled(match[2], bool(flags & 1)), bool(flags & 2), state, baggage, caller)


                def is_sampled(trace_id: str, by_caller: bool | None) -> bool:
                    """Decides by OTEL_TRACES_SAMPLER whether this service records its part of a trace."""
                    sampler = os.environ.get("OTEL_TRACES_SAMPLER") or "parentbased_always_on"
                    if sampler.startswith("parentbased_") and by_caller is not None:
                        return by_caller
                    match sampler.removeprefix("parentbased_"):
                        case "always_off":
                            return False
                        case "traceidratio":  # a wrong ratio must not stop a service: it samples all
                            ratio = re.fullmatch(r"0|1|[01]?\.\d+", os.environ.get("OTEL_TRACES_SAMPLER_ARG", ""))
                            return int(trace_id[16:], 16) < (float(ratio[0]) if ratio else 1) * 2**64
                    return True


                class Span:
                    """One piece of work, from `with` to its end. What it raises is an error of the span; so is what `answered` says."""

                    def __init__(self, name: str, kind: int, parent: Context, **attributes: object):
                        self.name, self.kind, self.parent = name, kind, parent
                        self.context = parent._replace(span_id=secrets.token_hex(8))
                        self.attributes = {key.replace("__", "."): value for key, value in attributes.items() if value is not None}
                        self.is_error, self.ended = False, 0

                    def __enter__(self):
                        self.token = current.set(self)
                        self.began, self.ticks = time.time_ns(), time.perf_counter_ns()
                        return self

                    def __exit__(self, _, error, __):
                        if error is not None:
                            self.fail("timeout" if isinstance(error, TimeoutError) else type(error).__name__)
                        current.reset(self.token)
                        self.end()
                        if exporter and self.context.is_sampled:
                            exporter.add(self)

                    def end(self) -> float:
                        """Takes the time of the end, before that of the block where the rest is no part of the work; gives the
                        milliseconds that it took."""
                        self.ended = self.ended or self.began + time.perf_counter_ns() - self.ticks
                        return round((self.ended - self.began) / 1e6, 3)

                    def fail(self, kind: str) -> None:
                        """Makes it an error of a kind: the class of an exception, `timeout`, a status. The first kind stays."""
                        self.is_error = True
                        self.attributes.setdefault("error.type", kind)

                    def answered(self, status: int) -> None:
                        self.attributes["http.response.status_code"] = status
                        if status >= (500 if self.kind == SERVER else 400):
                            self.fail(str(status))

                    def headers(self) -> dict[str, str]:
                        """Gives the headers of a request to a callee."""
                        context, me = self.context, os.environ.get("GANTRY_SERVICE")
                        baggage = ",".join(filter(None, [context.baggage, me and f"gantry.caller={me}"]))
                        return {name: value for name, value in {
                            "traceparent": f"00-{context.trace_id}-{context.span_id}-{context.flags:02x}",
                            "tracestate": context.state, "baggage": baggage}.items() if value}

                    def otlp(self) -> dict:
                        flags = self.context.flags | 0x100 | (0x200 if self.kind == SERVER and self.parent.span_id else 0)
                        span = {"traceId": self.context.trace_id, "spanId": self.context.span_id, "traceState": self.context.state,
                                "parentSpanId": self.parent.span_id, "flags": flags, "name": self.name, "kind": self.kind,
                                "startTimeUnixNano": str(self.began), "endTimeUnixNano": str(self.ended),
                                "attributes": pairs(self.attributes), "status": {"code": 2} if self.is_error else {}}
                        return {key: value for key, value in span.items() if value != ""}


                current: contextvars.ContextVar[Span | None] = contextvars.ContextVar("span", default=None)


                def server(method: str, route: str | None, path: str, headers: dict[str, str]) -> Span:
                    """Begins the answer to a request. The query is left out: nobody knows what people type into it."""
                    host = re.fullmatch(r"(\[[^]]*\]|[^:]*)(?::(\d{1,5}))?", headers.get("host", "")) or {1: None, 2: None}
                    context = incoming(headers)
                    return Span(f"{method} {route}" if route else method, SERVER, context, http__request__method=method,
                                http__route=route, url__path=path, url__scheme="http", server__address=host[1] or None,
                                server__port=host[2] and int(host[2]), gantry__caller=context.caller or None)


                def client(method: str, template: str, peer: str, url: str) -> Span:
                    """Begins a request to a service `peer`, named BUSINESS/SERVICE; `url` is without its query."""
                    address = urlsplit(url)
                    return Span(f"{method} {template}", CLIENT, parent(), http__request__method=method, url__template=template,
                                url__full=url, server__address=address.hostname, server__port=address.port or 80,
                                service__peer__name=peer)


                def internal(name: str) -> Span:
                    """Begins a part of the work that is worth seeing by itself."""
                    return Span(name, INTERNAL, parent())


                def parent() -> Context:
                    span = current.get()
                    return span.context if span else incoming({})


                exporter: Exporter | None = None


                def start(report) -> None:
                    """Begins to send, where the variables say where to; `report(level, message, reason=)` is told of trouble."""
                    global exporter
                    base = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").rstrip("/")
                    url = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or (base and base + "/v1/traces")
                    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or os.environ.get("OTEL_TRACES_EXPORTER") == "none"
                    exporter = None
                    try:
                        if url and not off:
                            exporter = Exporter(url, report)
                    except ValueError as error:  # no reason not to serve
                        report("warn", "spans are not sent", reason=str(error))


                def stop(seconds: float) -> int:
                    """Sends what waits, for at most so long; gives how many spans never left."""
                    return exporter.stop(seconds) if exporter else 0

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

                Each request is a span and a JSON line of the log with its ids. `Tracing.swift` follows the variables of OpenTelemetry: spans go
                to `OTEL_EXPORTER_OTLP_ENDPOINT` (plain HTTP, as to an agent beside it), and nowhere without it. For a call to another service
                make a span with `client`, send its `headers`, and give it to the exporter when it has ended.

                On TERM it stops accepting, goes on answering connected clients with `Connection: close` for a second, finishes what is
                under way, sends its last spans and exits 0.

                """#,
            "Sources/Answers.swift": #"""
                /// The service itself: decides the answer to a path; knows nothing of sockets. Begin here.
                func decide(_ path: Substring) -> Answer {
                    switch path {
                    case "/":
                        let body = #"{"service": "{{business}}/{{service}}", "hello": "world"}"#
                        return Answer(200, body, route: "/")
                    default: return .missing(path)
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
            "Sources/Connection.swift": #"""
                /// One client and how far its requests and answers have come.
                struct Connection {
                    var socket: Int32
                    var input: [UInt8] = []
                    var output: [UInt8] = []
                    var lastActive = milliseconds()
                    /// No further request is read; with `output` empty, what still comes is thrown away until the client's end.
                    var isClosing = false
                    var isShut = false
                    var isGone = false
                    /// The answer whose time has not come; further requests of this connection wait for it.
                    var waiting: Waiting?

                    var isIdle: Bool { input.isEmpty && output.isEmpty && !isClosing && waiting == nil }
                }

                /// What is decided for a request. The program begins at `decide`.
                struct Answer {
                    var status: Int
                    var body: String
                    /// The pattern of the path, such as /doctors/{id}: what spans and logs are grouped by.
                    var route: String?
                    /// Milliseconds until it is sent.
                    var delay = 0.0
                    /// The name of the mistake, for an answer that reports one.
                    var errorType: String?

                    init(_ status: Int, _ body: String, route: String?) {
                        (self.status, self.body, self.route) = (status, body, route)
                    }

                    static func missing(_ path: Substring, route: String? = nil) -> Answer {
                        Answer(404, "{\"error\": \(quoted("nothing at \(path)"))}", route: route)
                    }
                }

                /// A decided request whose answer is not sent yet.
                struct Waiting {
                    var head: RequestHead
                    var answer: Answer
                    var span: Span
                    var due: Double
                }

                """#,
            "Sources/Exporter.swift": #"""
                import Glibc
                import Synchronization

                /// Sends spans as OTLP/JSON over HTTP from a thread of its own, so that no request ever waits for the collector.
                final class Exporter: Sendable {
                    /// Spans that wait while the collector is slow or away; further ones are dropped and counted.
                    private static let queueLimit = 2048
                    /// A batch leaves with so many spans, or so many milliseconds after its first.
                    private static let (batchLimit, batchTime) = (64, Int32(200))
                    /// Seconds that the collector may take for each step of a batch; milliseconds between attempts while it is away.
                    private static let (sendTime, retryTime) = (2, Int32(1000))
                    /// Bytes of the collector's answer that are looked at: its first line.
                    private static let answerLimit = 512

                    private struct State {
                        var spans: [Span] = []
                        var dropped = 0
                        var isStopping = false
                    }

                    private let state = Mutex(State())
                    private let host: String
                    private let port: String
                    private let path: String
                    private let headers: String
                    private let resource: String
                    /// Says that there is something to do.
                    private let work: Pipe
                    /// Says that the thread has ended.
                    private let ended: Pipe

                    /// Begins to send; nil where the variables of OpenTelemetry do not say where to.
                    init?() {
                        let base = variable("OTEL_EXPORTER_OTLP_ENDPOINT").map {
                            $0.hasSuffix("/") ? String($0.dropLast()) : $0
                        }
                        guard let url = variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? base.map({ $0 + "/v1/traces" }),
                            variable("OTEL_SDK_DISABLED")?.lowercased() != "true", variable("OTEL_TRACES_EXPORTER") != "none"
                        else { return nil }
                        let rest = url.dropFirst("http://".count)
                        let address = rest.prefix { $0 != "/" }.split(separator: ":")
                        guard url.hasPrefix("http://"), let name = address.first, address.count < 3, let work = Pipe(),
                            let ended = Pipe()
                        else {
                            log("warn", "spans are not sent", ", \"error\": \(quoted("\(url) is no http URL"))")
                            return nil
                        }
                        (host, port) = (String(name), address.count == 2 ? String(address[1]) : "80")
                        path = String(rest.drop { $0 != "/" })
                        (self.work, self.ended) = (work, ended)
                        headers = (listed("OTEL_EXPORTER_OTLP_HEADERS") + listed("OTEL_EXPORTER_OTLP_TRACES_HEADERS"))
                            .filter { !($0 + $1).utf8.contains { $0 < 0x20 } }.map { "\($0): \($1)\r\n" }.joined()
                        var attributes = ["service.name": "unknown_service"]
                        for (key, value) in listed("OTEL_RESOURCE_ATTRIBUTES") { attributes[key] = value }
                        if let name = variable("OTEL_SERVICE_NAME") { attributes["service.name"] = name }
                        resource = attributes.map {
                            "{\"key\": \(quoted($0)), \"value\": {\"stringValue\": \(quoted($1))}}"
                        }.joined(separator: ", ")
                        startThread()
                    }

                    /// Takes an ended span; a full queue drops it, for a request matters more than its trace.
                    func add(_ span: Span) {
                        guard span.context.isSampled else { return }
                        let count = state.withLock { state in
                            guard state.spans.count < Self.queueLimit else {
                                state.dropped += 1
                                return 0
                            }
                            state.spans.append(span)
                            return state.spans.count
                        }
                        if count == 1 || count == Self.batchLimit { work.signal() }
                    }

                    /// Sends what waits, for at most so many milliseconds; gives how many spans never left.
                    func stop(_ milliseconds: Double) -> Int {
                        state.withLock { $0.isStopping = true }
                        work.signal()
                        ended.wait(Int32(milliseconds))
                        return state.withLock { $0.dropped + $0.spans.count }
                    }

                    private func startThread() {
                        var thread = pthread_t()
                        // The thread holds the exporter until it ends.
                        let me = Unmanaged.passRetained(self).toOpaque()
                        pthread_create(
                            &thread, nil,
                            { me in
                                if let me { Unmanaged<Exporter>.fromOpaque(me).takeRetainedValue().run() }
                                return nil
                            }, me)
                        pthread_detach(thread)
                    }

                    private func run() {
                        var reaches = true
                        while true {
                            var (count, isStopping) = state.withLock { ($0.spans.count, $0.isStopping) }
                            if !isStopping, count == 0 { work.wait(-1) }
                            if !isStopping, count < Self.batchLimit { work.wait(Self.batchTime) }
                            let batch = state.withLock { $0.spans.prefix(Self.batchLimit) }
                            let (trouble, mayRepeat) = batch.isEmpty ? (nil, false) : send(batch)
                            if let trouble, reaches { log("warn", "spans not sent", ", \"error\": \(quoted(trouble))") }
                            reaches = trouble == nil
                            (count, isStopping) = state.withLock { state in
                                if !mayRepeat { state.spans.removeFirst(batch.count) }
                                if trouble != nil, !mayRepeat { state.dropped += batch.count }
                                return (state.spans.count, state.isStopping)
                            }
                            if isStopping, mayRepeat || count == 0 { return ended.signal() }
                            if mayRepeat { work.wait(Self.retryTime) }
                        }
                    }

                    /// Sends a batch. It may be sent again only where it certainly did not arrive, lest calls be counted twice.
                    private func send(_ batch: ArraySlice<Span>) -> (trouble: String?, mayRepeat: Bool) {
                        let body =
                            "{\"resourceSpans\": [{\"resource\": {\"attributes\": [\(resource)]}, \"scopeSpans\": [{\"scope\": "
                            + "{\"name\": \"tracing\"}, \"spans\": [\(batch.map(\.json).joined(separator: ", "))]}]}]}"
                        let head =
                            "POST \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nContent-Type: application/json\r\n\(headers)"
                            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
                        guard let socket = connect() else { return ("cannot connect to \(host):\(port)", true) }
                        defer { close(socket) }
                        var bytes = Array((head + body).utf8)[...]
                        while !bytes.isEmpty {
                            let count = bytes.withUnsafeBytes {
                                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                            }
                            guard count > 0 else { return ("the collector does not take them", false) }
                            bytes = bytes.dropFirst(count)
                        }
                        var (answer, buffer) = ([UInt8](), [UInt8](repeating: 0, count: Self.answerLimit))
                        while !answer.contains(0x0A), answer.count < Self.answerLimit {
                            let count = recv(socket, &buffer, buffer.count, 0)
                            guard count > 0 else { break }
                            answer += buffer[..<count]
                        }
                        let words = String(decoding: answer, as: UTF8.self).split(separator: " ", maxSplits: 2)
                        let status = words.count > 1 ? words[1] : "none"
                        return (status == "200" ? nil : "status \(status)", ["429", "502", "503", "504"].contains(status))
                    }

                    private func connect() -> Int32? {
                        var (hints, found) = (addrinfo(), UnsafeMutablePointer<addrinfo>?.none)
                        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
                        guard getaddrinfo(host, port, &hints, &found) == 0 else { return nil }
                        let all = found
                        defer { freeaddrinfo(all) }
                        while let each = found?.pointee {
                            let socket = Glibc.socket(each.ai_family, each.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
                            var time = timeval(tv_sec: Self.sendTime, tv_usec: 0)
                            for option in [SO_SNDTIMEO, SO_RCVTIMEO] {  // the first bounds `connect`, too
                                setsockopt(socket, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
                            }
                            if Glibc.connect(socket, each.ai_addr, each.ai_addrlen) == 0 { return socket }
                            close(socket)
                            found = each.ai_next
                        }
                        return nil
                    }
                }

                /// Wakes a thread that waits with poll(2).
                struct Pipe {
                    private let (reading, writing): (Int32, Int32)

                    init?() {
                        var ends: [Int32] = [-1, -1]
                        guard pipe(&ends) == 0, ends.allSatisfy(setNonBlocking) else { return nil }
                        (reading, writing) = (ends[0], ends[1])
                    }

                    func signal() {
                        var byte: UInt8 = 0
                        write(writing, &byte, 1)  // a full pipe wakes as well
                    }

                    func wait(_ milliseconds: Int32) {
                        var end = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
                        var bytes = [UInt8](repeating: 0, count: 64)
                        if poll(&end, 1, milliseconds) > 0 { read(reading, &bytes, bytes.count) }
                    }
                }

                /// Reads a variable of the form `a=1,b=2` with percent-encoded values.
                private func listed(_ name: String) -> [(String, String)] {
                    (variable(name) ?? "").split(separator: ",").compactMap { item in
                        let words = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                        guard words.count == 2 else { return nil }
                        var (bytes, rest) = ([UInt8](), words[1].utf8.drop { $0 == 0x20 })
                        while let byte = rest.popFirst() {
                            if byte == UInt8(ascii: "%"), let decoded = UInt8(Substring(rest.prefix(2)), radix: 16) {
                                bytes.append(decoded)
                                rest = rest.dropFirst(2)
                            } else {
                                bytes.append(byte)
                            }
                        }
                        return (String(words[0].drop { $0 == " " }), String(decoding: bytes, as: UTF8.self))
                    }
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
                    /// Those that tell where a request comes from, names in lower case.
                    var headers: [String: String] = [:]

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
                            let name = line[..<colon].lowercased()
                            switch name {
                            case "connection":
                                let wish = value.lowercased()
                                if wish.contains("close") {
                                    keepsAlive = false
                                } else if wish.contains("keep-alive") {
                                    keepsAlive = true
                                }
                            case "content-length": hasBody = hasBody || value != "0"
                            case "transfer-encoding": hasBody = true
                            case "host", "traceparent", "tracestate", "baggage":
                                headers[name] = headers[name].map { "\($0),\(value)" } ?? String(value)
                            default: break
                            }
                        }
                    }

                    /// The calling service, from W3C baggage.
                    var caller: Substring {
                        for item in (headers["baggage"] ?? "").split(separator: ",") {
                            let words = item.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                            if words.count == 2, words[0] == "gantry.caller" { return words[1].prefix { $0 != ";" } }
                        }
                        return "unknown"
                    }
                }

                let reasons = [
                    200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
                    431: "Request Header Fields Too Large", 500: "Internal Server Error", 503: "Service Unavailable",
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

                /// Writes one JSON line to stdout in one call; names the span that it belongs to.
                func log(_ level: String, _ message: String, _ fields: String = "", of span: Span? = nil) {
                    let ids =
                        span.map { ", \"trace_id\": \"\($0.context.traceID)\", \"span_id\": \"\($0.context.spanID)\"" }
                        ?? ""
                    var now = timespec()
                    clock_gettime(CLOCK_REALTIME, &now)
                    let fraction = String(1000 + now.tv_nsec / 1_000_000).dropFirst()
                    let stamp = time("%Y-%m-%dT%H:%M:%S", now.tv_sec)
                    let line =
                        "{\"time\": \"\(stamp).\(fraction)Z\", \"level\": \"\(level)\", \"message\": \"\(message)\""
                        + "\(ids)\(fields)}\n"
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
                func milliseconds() -> Double { Double(nanoseconds(CLOCK_MONOTONIC)) / 1_000_000 }

                func nanoseconds(_ clock: clockid_t) -> Int64 {
                    var now = timespec()
                    clock_gettime(clock, &now)
                    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
                }

                """#,
            "Sources/SelfTest.swift": #"""
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
                        let two = exchange("GET / HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\nConnection: close\r\n\r\n")
                        let heads = two.split(separator: "HTTP/1.1 200 OK", omittingEmptySubsequences: false)
                        expect("a kept connection answers again", heads.count == 3)
                        expect("a GET has a body, a HEAD has none", heads[1].contains("hello") && !heads[2].contains("hello"))
                        expect("answers say who served them", two.contains("X-Gantry-Release: r7\r\n"))
                        for path in ["/healthz", "/readyz", "/livez"] {
                            let answer = exchange("GET \(path)?x=1 HTTP/1.1\r\nConnection: close\r\n\r\n")
                            expect("\(path) is 200", answer.hasPrefix("HTTP/1.1 200 "))
                        }
                    }

                    private mutating func refusals() {
                        let table = [
                            ("GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n", "404"), ("nonsense\r\n\r\n", "400"),
                            ("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "405"),
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

                    private static let (trace, parent) = (
                        String(repeating: "a1", count: 16), String(repeating: "b2", count: 8)
                    )

                    private mutating func traces() {
                        let head =
                            "HTTP/1.1\r\nHost: service:80\r\ntraceparent: 00-\(Self.trace)-\(Self.parent)-01\r\n"
                            + "tracestate: vendor=1\r\nbaggage: tenant=7,gantry.caller=other/service\r\nConnection: close\r\n\r\n"
                        expect("a trace's request is answered", exchange("GET /?q=1 \(head)").hasPrefix("HTTP/1.1 200 "))
                        // The context goes on: what a call of this program would send.
                        guard let request = RequestHead("GET / " + head) else { return expect("the head is read", false) }
                        setenv("GANTRY_SERVICE", "business/tested", 1)
                        let call = Span.server(request, route: "/").client("GET", "/things/{id}", peer: "other/service")
                        let sent = call.headers.map { "\($0.name): \($0.value)" }
                        expect(
                            "a call carries the context on",
                            sent == [
                                "traceparent: 00-\(Self.trace)-\(call.context.spanID)-01", "tracestate: vendor=1",
                                "baggage: tenant=7,gantry.caller=business/tested",
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
                        expect("the request is in the caller's trace", spans.count == 1)
                        expect(
                            "its parent is the caller's span",
                            spans.allSatisfy { $0.contains("\"parentSpanId\": \"\(Self.parent)\"") })
                        expect(
                            "its name is the route", spans.allSatisfy { $0.contains("\"name\": \"GET /\", \"kind\": 2") })
                        expect("the query is nowhere", !text.contains("q=1"))
                        expect("it goes where OTLP goes", text.contains("POST /v1/traces HTTP/1.1\r\n"))
                        expect("probes are no spans", !text.contains("/readyz"))
                        expect("the resource has its name", text.contains("{\"stringValue\": \"tested\"}"))
                    }

                    /// A collector that is away, and none at all, cost no request and no time.
                    private mutating func lost() {
                        for (collector, dropped) in [("http://127.0.0.1:1", 1), (nil, 0)] {
                            expect("it starts with collector \(collector ?? "none")", start(collector: collector))
                            let answer = exchange("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
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
                        let name = strdup("{{service}}")
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

                """#,
            "Sources/Server.swift": ##"""
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
                    /// Milliseconds after TERM at which requests are given up, and for which the last spans may take then, at most and
                    /// at least; together below `drain` in service.yaml.
                    static let stop = 4500.0
                    static let flush = 1000.0
                    static let leastFlush = 300.0
                }

                /// Where the signal handler writes to wake the poll; -1 until the pipe is made.
                let wakeup = Atomic<Int32>(-1)

                /// Serves all connections from one thread with poll(2): every answer is made from memory, nothing blocks.
                struct Server {
                    private var listener: Int32
                    private let signals: Int32
                    private var connections: [Connection] = []
                    private var stopBegan: Double?
                    private let logsProbes = variable("LOG_LEVEL") == "debug"
                    private let exporter: Exporter?

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
                                Glibc.write(wakeup.load(ordering: .relaxed), &byte, 1)
                                errno = kept
                            }
                        }
                        signal(SIGPIPE, SIG_IGN)
                        log(
                            "info", "listening",
                            ", \"host\": \(quoted(host)), \"port\": \(UInt16(bigEndian: address.sin_port))")
                        exporter = Exporter()
                    }

                    /// Serves until TERM or INT, then stops accepting, answers what is under way and returns.
                    mutating func run() {
                        while stopBegan == nil || (!connections.isEmpty && stoppingFor < Limit.stop) {
                            turn()
                            for connection in connections where connection.isGone {
                                if let waiting = connection.waiting { abandon(waiting) }
                                close(connection.socket)
                            }
                            connections.removeAll(where: \.isGone)
                        }
                        let left = min(Limit.flush, max(Limit.leastFlush, Limit.stop - stoppingFor))
                        let dropped = exporter?.stop(left) ?? 0
                        log("info", "stopped", ", \"connections\": \(connections.count), \"spans_dropped\": \(dropped)")
                    }

                    private var stoppingFor: Double { stopBegan.map { milliseconds() - $0 } ?? 0 }

                    /// Waits for the next events and handles each connection that has one.
                    private mutating func turn() {
                        let accepts = stopBegan == nil && connections.count < Limit.connections
                        var polls = [pollfd(fd: stopBegan == nil ? signals : -1, events: Int16(POLLIN), revents: 0)]
                        polls.append(pollfd(fd: accepts ? listener : -1, events: Int16(POLLIN), revents: 0))
                        polls += connections.map {
                            let reads = $0.output.count < Limit.output && $0.waiting == nil
                            let events = ($0.output.isEmpty ? 0 : POLLOUT) | (reads ? POLLIN : 0)
                            return pollfd(fd: $0.socket, events: Int16(events), revents: 0)
                        }
                        let due = connections.compactMap { $0.waiting.map { max(0, $0.due - milliseconds()).rounded(.up) } }
                            .min()
                        let pause = stopBegan != nil ? 20 : connections.isEmpty ? -1 : Int32(min(due ?? 1000, 1000))
                        guard poll(&polls, nfds_t(polls.count), pause) >= 0 else { return }
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
                        if let due = connection.waiting?.due, due <= now {
                            finish(&connection)
                            connection.lastActive = now
                            answerAll(&connection)
                        }
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
                        while !connection.isClosing, connection.waiting == nil, connection.output.count < Limit.output {
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
                        if ["/healthz", "/readyz", "/livez"].contains(head.path) {
                            // Without a span: a probe is nobody's call.
                            let isReady = head.path != "/readyz" || stopBegan == nil
                            let status = isReady ? 200 : 503
                            write(status, #"{"status": "\#(isReady ? "ok" : "stopping")"}"#, to: head, &connection)
                            if logsProbes { log("debug", "probe", ", \"path\": \(quoted(head.path)), \"status\": \(status)") }
                            return
                        }
                        let isKnown = head.method == "GET" || head.method == "HEAD"
                        let refusal = "{\"error\": \(quoted("\(head.method) is not answered here"))}"
                        let answer = isKnown ? decide(head.path) : Answer(405, refusal, route: nil)
                        let span = Span.server(head, route: answer.route)
                        connection.waiting = Waiting(
                            head: head, answer: answer, span: span, due: milliseconds() + answer.delay)
                        if answer.delay == 0 { finish(&connection) }
                    }

                    /// Sends the answer whose time has come; ends its span and writes its line of the log.
                    private func finish(_ connection: inout Connection) {
                        guard var waiting = connection.waiting else { return }
                        connection.waiting = nil
                        write(waiting.answer.status, waiting.answer.body, to: waiting.head, &connection)
                        if let kind = waiting.answer.errorType { waiting.span.fail(kind) }
                        waiting.span.answered(waiting.answer.status)
                        record(&waiting, waiting.answer.status >= 500 ? "error" : "info", "request", waiting.answer.status)
                    }

                    /// Records a request whose client went away before the answer.
                    private func abandon(_ gone: Waiting) {
                        var gone = gone
                        gone.span.fail("client_gone")
                        record(&gone, "warn", "client gone", nil)
                    }

                    private func record(_ done: inout Waiting, _ level: String, _ message: String, _ status: Int?) {
                        let duration = done.span.end()
                        exporter?.add(done.span)
                        let route = done.answer.route.map { ", \"route\": \(quoted($0))" } ?? ""
                        let answered = status.map { ", \"status\": \($0)" } ?? ""
                        let error = done.span.errorType.map { ", \"error_type\": \(quoted($0))" } ?? ""
                        log(
                            level, message,
                            ", \"method\": \(quoted(done.head.method))\(route), \"path\": \(quoted(done.head.path))"
                                + "\(answered), \"duration_ms\": \(duration)"
                                + ", \"caller\": \(quoted(done.head.caller))\(error)", of: done.span)
                    }

                    private func write(_ status: Int, _ body: String, to head: RequestHead, _ connection: inout Connection) {
                        let keeps = head.keepsAlive && !head.hasBody && stopBegan == nil  // bodies are never read
                        connection.output += response(
                            status: status, body: body, keepsAlive: keeps, headOnly: head.method == "HEAD")
                        connection.isClosing = !keeps
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

                """##,
            "Sources/Sink.swift": #"""
                import Glibc
                import Synchronization

                /// For the self-test: takes spans as a collector does, one connection after the other, and keeps what it was sent.
                final class Sink: Sendable {
                    private let listener: Int32
                    private let received = Mutex("")
                    let url: String

                    init?() {
                        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                        var (address, length) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
                        address.sin_family = sa_family_t(AF_INET)
                        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
                        let socket = listener
                        let isBound = withUnsafeMutablePointer(to: &address) {
                            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                                bind(socket, $0, length) == 0 && listen(socket, 16) == 0
                                    && getsockname(socket, $0, &length) == 0
                            }
                        }
                        guard isBound else { return nil }
                        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
                        var thread = pthread_t()
                        // The thread holds the sink until the test ends.
                        let me = Unmanaged.passRetained(self).toOpaque()
                        pthread_create(
                            &thread, nil,
                            { me in
                                if let me { Unmanaged<Sink>.fromOpaque(me).takeUnretainedValue().run() }
                                return nil
                            }, me)
                    }

                    var text: String { received.withLock { $0 } }

                    private func run() {
                        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
                        while true {
                            let client = accept(listener, nil, nil)
                            guard client >= 0 else { return }
                            var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 16 * 1024))
                            while !Self.isWhole(String(decoding: bytes, as: UTF8.self)) {
                                let count = read(client, &buffer, buffer.count)
                                guard count > 0 else { break }
                                bytes += buffer[..<count]
                            }
                            received.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
                            _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
                            close(client)
                        }
                    }

                    private static func isWhole(_ request: String) -> Bool {
                        let parts = request.split(separator: "\r\n\r\n", maxSplits: 1)
                        let lengths = request.split(separator: "Content-Length: ")
                        guard parts.count == 2, lengths.count == 2 else { return false }
                        return parts[1].utf8.count == Int(lengths[1].prefix { $0.isNumber })
                    }
                }

                """#,
            "Sources/Tracing.swift": #"""
                import Glibc

                /// What travels from service to service: W3C Trace Context and Baggage.
                struct TraceContext {
                    /// Characters of `tracestate` and of `baggage`; longer ones are not passed on.
                    static let (stateLimit, baggageLimit) = (512, 4096)

                    var traceID: String
                    /// Empty where a trace begins.
                    var spanID = ""
                    var isSampled: Bool
                    /// Says to samplers that the id of the trace is random in its last 56 bits.
                    var isRandom = true
                    var state = ""
                    /// Without `gantry.caller`, which each service writes anew.
                    var baggage = ""
                    /// What that said: who sent the request.
                    var caller = ""

                    /// Reads the headers of a request; begins a trace where there is none or a wrong one.
                    init(_ headers: [String: String]) {
                        let parts = (headers["traceparent"] ?? "").split(separator: "-", omittingEmptySubsequences: false)
                        if parts.count == 4 || parts.count > 4 && parts[0] != "00", parts[0] != "ff",
                            zip(parts, [2, 32, 16, 2]).allSatisfy({ $0.isHex(digits: $1) }),
                            parts[1...2].allSatisfy({ $0.contains { $0 != "0" } })
                        {
                            (traceID, spanID) = (String(parts[1]), String(parts[2]))
                            let flags = UInt8(parts[3], radix: 16) ?? 0
                            isSampled = Self.isSampled(traceID, byCaller: flags & 1 == 1)
                            isRandom = flags & 2 == 2
                            state = passable(headers["tracestate"] ?? "", limit: Self.stateLimit)
                        } else {
                            traceID = hex(.random(in: 1...(.max))) + hex(.random(in: 0...(.max)))
                            isSampled = Self.isSampled(traceID, byCaller: nil)
                        }
                        let members = (headers["baggage"] ?? "").split(separator: ",").map { $0.drop { $0 == " " } }
                        let others = members.filter { $0.prefix { $0 != "=" && $0 != " " } != "gantry.caller" }
                        baggage = passable(others.joined(separator: ","), limit: Self.baggageLimit)
                        let named = members.first { $0.prefix { $0 != "=" && $0 != " " } == "gantry.caller" }
                        let value = named?.drop { $0 != "=" }.dropFirst().prefix { $0 != ";" } ?? ""
                        caller = value.filter { $0 != " " }
                    }

                    var flags: Int { (isSampled ? 1 : 0) | (isRandom ? 2 : 0) }

                    /// Decides by OTEL_TRACES_SAMPLER whether this service records its part of a trace.
                    private static func isSampled(_ traceID: String, byCaller: Bool?) -> Bool {
                        var sampler = (variable("OTEL_TRACES_SAMPLER") ?? "parentbased_always_on")[...]
                        if sampler.hasPrefix("parentbased_") {
                            if let byCaller { return byCaller }
                            sampler = sampler.dropFirst("parentbased_".count)
                        }
                        if sampler == "always_off" { return false }
                        // A wrong ratio must not stop a service: it samples all.
                        guard sampler == "traceidratio", let ratio = Double(variable("OTEL_TRACES_SAMPLER_ARG") ?? ""),
                            (0..<1).contains(ratio)
                        else { return true }
                        return (UInt64(traceID.suffix(16), radix: 16) ?? 0) < UInt64(ratio * 0x1p64)
                    }
                }

                /// One piece of work, from its start to `end`.
                struct Span {
                    enum Kind: Int { case `internal` = 1, server, client }

                    /// Bytes of a text attribute; longer ones come from a mistake or an attacker.
                    static let textLimit = 512

                    let name: String
                    let kind: Kind
                    let parent: TraceContext
                    let context: TraceContext
                    private(set) var errorType: String?
                    private var attributes: [String] = []
                    private let began = nanoseconds(CLOCK_REALTIME)
                    private let ticks = nanoseconds(CLOCK_MONOTONIC)
                    private var duration: Int64 = 0

                    init(_ name: String, _ kind: Kind, parent: TraceContext) {
                        (self.name, self.kind, self.parent) = (name, kind, parent)
                        var context = parent
                        context.spanID = hex(.random(in: 1...(.max)))
                        self.context = context
                    }

                    /// Begins the answer to a request. The query is left out: nobody knows what people type into it.
                    static func server(_ head: RequestHead, route: String?) -> Span {
                        let method = String(head.method)
                        var span = Span(
                            route.map { "\(method) \($0)" } ?? method, .server, parent: TraceContext(head.headers))
                        span.set("http.request.method", method)
                        if let route { span.set("http.route", route) }
                        span.set("url.path", head.path)
                        span.set("url.scheme", "http")
                        if !span.parent.caller.isEmpty { span.set("gantry.caller", span.parent.caller) }
                        let host = (head.headers["host"] ?? "").split(separator: ":")
                        if let name = host.first { span.set("server.address", name) }
                        if host.count == 2, let port = UInt16(host[1]) { span.set("server.port", Int(port)) }
                        return span
                    }

                    /// Begins a request to a service `peer`, named BUSINESS/SERVICE; send `headers` with it, then call `answered` or
                    /// `fail` ("timeout" where no answer came in time).
                    func client(_ method: String, _ template: String, peer: String) -> Span {
                        var span = Span("\(method) \(template)", .client, parent: context)
                        span.set("http.request.method", method)
                        span.set("url.template", template)
                        span.set("service.peer.name", peer)
                        return span
                    }

                    /// The headers of a request to a callee.
                    var headers: [(name: String, value: String)] {
                        let caller = variable("GANTRY_SERVICE").map { "gantry.caller=\($0)" } ?? ""
                        let baggage = [context.baggage, caller].filter { !$0.isEmpty }.joined(separator: ",")
                        return [
                            ("traceparent", "00-\(context.traceID)-\(context.spanID)-0\(context.flags)"),
                            ("tracestate", context.state), ("baggage", baggage),
                        ].filter { !$0.1.isEmpty }
                    }

                    mutating func set(_ key: String, _ value: some StringProtocol) {
                        let text = String(decoding: value.utf8.prefix(Self.textLimit), as: UTF8.self)
                        attributes.append("{\"key\": \(quoted(key)), \"value\": {\"stringValue\": \(quoted(text))}}")
                    }

                    mutating func set(_ key: String, _ value: Int) {
                        attributes.append("{\"key\": \(quoted(key)), \"value\": {\"intValue\": \"\(value)\"}}")
                    }

                    /// Makes it an error of a kind: the name of a mistake, `timeout`, a status. The first kind stays.
                    mutating func fail(_ kind: String) {
                        guard errorType == nil else { return }
                        errorType = kind
                        set("error.type", kind)
                    }

                    mutating func answered(_ status: Int) {
                        set("http.response.status_code", status)
                        if status >= (kind == .server ? 500 : 400) { fail(String(status)) }
                    }

                    /// Ends it; gives how long it took, in milliseconds.
                    mutating func end() -> Double {
                        duration = nanoseconds(CLOCK_MONOTONIC) - ticks
                        return Double(duration / 1000) / 1000
                    }

                    /// The span as OTLP/JSON has it: ids in hexadecimal, 64-bit numbers as texts.
                    var json: String {
                        let isRemote = kind == .server && !parent.spanID.isEmpty
                        let flags = context.flags | 0x100 | (isRemote ? 0x200 : 0)
                        return """
                            {"traceId": "\(context.traceID)", "spanId": "\(context.spanID)", "parentSpanId": "\(parent.spanID)", \
                            "traceState": \(quoted(context.state)), "flags": \(flags), "name": \(quoted(name)), \
                            "kind": \(kind.rawValue), "startTimeUnixNano": "\(began)", "endTimeUnixNano": "\(began + duration)", \
                            "attributes": [\(attributes.joined(separator: ", "))], "status": {\(errorType == nil ? "" : "\"code\": 2")}}
                            """
                    }
                }

                /// Gives a text that may stand in a header, else nothing.
                private func passable(_ text: String, limit: Int) -> String {
                    text.utf8.count <= limit && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? text : ""
                }

                private func hex(_ number: UInt64) -> String {
                    let digits = String(number, radix: 16)
                    return String(repeating: "0", count: 16 - digits.count) + digits
                }

                extension Substring {
                    fileprivate func isHex(digits: Int) -> Bool {
                        utf8.count == digits
                            && utf8.allSatisfy {
                                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (97...102).contains($0)
                            }
                    }
                }

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
