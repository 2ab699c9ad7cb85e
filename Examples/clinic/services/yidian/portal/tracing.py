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
