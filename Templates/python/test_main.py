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
