"""For the tests: the program as a process of its own, and a callee that answers what a test wants."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Seconds that a test waits for what should happen at once; generous, for busy machines.
PATIENCE = 20


class FakeCallee:
    """Answers by path from `answers` (status, body); `delay` seconds late; `seen` keeps what was asked."""

    def __init__(self, answers: dict[str, tuple[int, object]]):
        self.answers, self.delay, self.seen = answers, 0.0, []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 4096

            def do_GET(self):
                fake.seen.append((self.path, dict(self.headers)))
                time.sleep(fake.delay)
                status, body = fake.answers.get(self.path, (404, {"error": "unknown"}))
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("X-Gantry-Release", "fake-1")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Program:
    """Runs main.py on a free port of 127.0.0.1 and reads its log."""

    def __init__(self, **variables: str):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
        environment = kept | {
            "HOST": "127.0.0.1", "PORT": "0", "GANTRY_RELEASE": "r7", "GANTRY_INSTANCE": "i1",
            "GANTRY_REGION": "nanjing", "PYTHONDONTWRITEBYTECODE": "1",
        } | variables
        self.process = subprocess.Popen([sys.executable, "main.py"], env=environment, text=True,
                                        stdout=subprocess.PIPE)
        first = self.process.stdout.readline()
        if not first:
            status = self.process.wait()
            self.process.stdout.close()
            raise RuntimeError(f"main.py ended with {status} before it was listening")
        self.port = json.loads(first)["port"]
        self.log: list[dict] = []
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()

    def read_log(self) -> None:
        self.log.extend(json.loads(line) for line in self.process.stdout)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def get(self, path: str, connection=None, **headers: str):
        """Gives the response and its text; a connection of its own unless one is given."""
        own = connection or self.connect()
        own.request("GET", path, headers=headers)
        response = own.getresponse()
        text = response.read().decode()
        if connection is None:
            own.close()
        return response, text

    def get_json(self, path: str, **headers: str):
        response, text = self.get(path, **headers)
        return response.status, json.loads(text)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        return status

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        self.process.stdout.close()
