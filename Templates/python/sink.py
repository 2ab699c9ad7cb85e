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
