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
