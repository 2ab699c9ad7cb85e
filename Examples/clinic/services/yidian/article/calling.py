"""Calls declared callees over kept connections, and says in one way what went wrong with one."""

import http.client
import json
import os
import re
import threading
import time
from urllib.parse import quote, urlencode, urlsplit

import tracing

# Largest answer taken from a callee, in bytes.
ANSWER_BYTES = 1 << 20
# Connections kept to one callee, and seconds for which an unused one is trusted.
KEPT_CONNECTIONS = 16
KEPT_SECONDS = 5.0


class CalleeError(Exception):
    """Says that a callee failed: 502, or 504 where it did not answer in time."""

    def __init__(self, status: int, callee: str, kind: str, reason: str, cause: object = None):
        super().__init__(reason)
        self.status = status
        self.body = {"error": reason, "callee": callee} | ({"cause": cause} if cause else {})
        self.notes = {"callee": callee, "error_type": kind, "error": reason}


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

    def get(self, template: str, *values: str, **query: str) -> tuple[int, dict, dict[str, str]]:
        """Gives status (below 500), JSON body and who served it; the values fill the braces of the template."""
        rest = iter(values)
        path = self.prefix + re.sub(r"\{\w+\}", lambda _: quote(next(rest), safe=""), template)
        url = f"http://{self.host}:{self.port}{path}"
        try:
            with tracing.client("GET", template, self.name, url) as span:
                target = path + ("?" + urlencode(query, safe=",") if query else "")
                response, data = self.exchange(target, span.headers())
                span.answered(response.status)
                body = json.loads(data)
        except TimeoutError:
            raise CalleeError(504, self.name, "timeout", f"no answer within {self.timeout:g} s") from None
        except (OSError, http.client.HTTPException) as error:
            kind = type(error).__name__
            raise CalleeError(502, self.name, kind, f"{kind}: {error}") from None
        except ValueError as error:
            reason = f"status {response.status} without a JSON body"
            raise CalleeError(502, self.name, type(error).__name__, reason) from None
        if response.status >= 500:
            kind = str(response.status)
            raise CalleeError(502, self.name, kind, f"answered {kind}", cause=body)
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
