"""Calls declared callees over kept connections, and says in one way what went wrong with one."""

import http.client
import json
import os
import threading
import time
from urllib.parse import urlsplit

# Largest answer taken from a callee, in bytes.
ANSWER_BYTES = 1 << 20
# Connections kept to one callee, and seconds for which an unused one is trusted.
KEPT_CONNECTIONS = 16
KEPT_SECONDS = 5.0
# Headers of a request that travel on to the callees, so that one trace covers the whole chain.
CARRIED = ("traceparent", "tracestate", "x-request-id")


class CalleeError(Exception):
    """Says that a callee failed: 502, or 504 where it did not answer in time."""

    def __init__(self, status: int, callee: str, reason: str, cause: object = None):
        super().__init__(reason)
        self.status = status
        self.body = {"error": reason, "callee": callee} | ({"cause": cause} if cause else {})
        self.notes = {"callee": callee, "reason": reason}


class Callee:
    """Reaches one declared callee, named as in `calls` of service.yaml, through the address Gantry gives for it."""

    def __init__(self, name: str, timeout: float):
        self.name, self.timeout = name, timeout
        variable = name.upper().replace("/", "_").replace("-", "_") + "_URL"
        address = urlsplit(os.environ.get(variable, ""))
        if address.scheme != "http" or not address.hostname:
            raise SystemExit(f"{variable} must be the base URL of {name}, such as http://127.0.0.1:8080")
        self.host, self.port, self.prefix = address.hostname, address.port or 80, address.path.rstrip("/")
        self.kept: list[tuple[http.client.HTTPConnection, float]] = []
        self.lock = threading.Lock()

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, dict, dict[str, str]]:
        """Gives status, JSON body and who served it; the status is below 500."""
        head = {name: headers[name] for name in CARRIED if name in headers}
        head["Baggage"] = "gantry.caller=" + os.environ.get("GANTRY_SERVICE", "unknown")
        try:
            response, data = self.exchange(self.prefix + path, head)
        except TimeoutError:
            raise CalleeError(504, self.name, f"no answer within {self.timeout:g} s") from None
        except (OSError, http.client.HTTPException) as error:
            raise CalleeError(502, self.name, f"{type(error).__name__}: {error}") from None
        try:
            body = json.loads(data)
        except ValueError:
            raise CalleeError(502, self.name, f"status {response.status} without a JSON body") from None
        if response.status >= 500:
            raise CalleeError(502, self.name, f"answered {response.status}", cause=body)
        server = {"service": self.name}
        for name in ("release", "instance", "region"):
            server[name] = response.headers.get(f"X-Gantry-{name}", "none")
        return response.status, body, server

    def exchange(self, path: str, head: dict[str, str]):
        """Sends one GET; a kept connection that closed meanwhile is replaced once, which is safe for a GET."""
        while connection := self.take():
            try:
                return self.send(connection, path, head)
            except (http.client.RemoteDisconnected, ConnectionError):
                continue
        return self.send(http.client.HTTPConnection(self.host, self.port, timeout=self.timeout), path, head)

    def send(self, connection, path, head):
        try:
            connection.request("GET", path, headers=head)
            response = connection.getresponse()
            data = response.read(ANSWER_BYTES + 1)
            if len(data) > ANSWER_BYTES:
                raise http.client.HTTPException(f"the answer is larger than {ANSWER_BYTES} bytes")
        except BaseException:
            connection.close()
            raise
        self.keep(connection, response)
        return response, data

    def take(self):
        with self.lock:
            while self.kept:
                connection, since = self.kept.pop()
                if time.monotonic() - since < KEPT_SECONDS:
                    return connection
                connection.close()
        return None

    def keep(self, connection, response) -> None:
        with self.lock:
            if not response.will_close and len(self.kept) < KEPT_CONNECTIONS:
                self.kept.append((connection, time.monotonic()))
            else:
                connection.close()
