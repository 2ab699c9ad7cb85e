#!/usr/bin/env python3
"""Makes the OTLP bodies that the tests of Wire compare with, by OpenTelemetry's own code.

    pip install opentelemetry-proto opentelemetry-sdk opentelemetry-exporter-otlp-proto-common
    python3 make_otlp.py            # writes *.pb and *.json beside this file
    python3 make_otlp.py check SIGNAL < BODY.json   # compares JSON that Wire wrote with SIGNAL.pb

`traces`, `logs` and `metrics` hold every field; `sdk-*` are what the Python SDK and its exporter send.
"""
import base64
import json
import pathlib
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs_service
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics_service
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as trace_service
from opentelemetry.proto.common.v1 import common_pb2 as common
from opentelemetry.proto.logs.v1 import logs_pb2 as logs
from opentelemetry.proto.metrics.v1 import metrics_pb2 as metrics
from opentelemetry.proto.resource.v1 import resource_pb2 as resource
from opentelemetry.proto.trace.v1 import trace_pb2 as trace

HERE = pathlib.Path(__file__).parent
TRACE = bytes(range(1, 17))
SPAN = bytes(range(0xA0, 0xA8))
PARENT = bytes([0xFF, 0, 0, 0, 0, 0, 0, 1])
START = 1_700_000_000_123_456_789


def value(v):
    if v is None:
        return common.AnyValue()
    if isinstance(v, bool):
        return common.AnyValue(bool_value=v)
    if isinstance(v, str):
        return common.AnyValue(string_value=v)
    if isinstance(v, int):
        return common.AnyValue(int_value=v)
    if isinstance(v, float):
        return common.AnyValue(double_value=v)
    if isinstance(v, bytes):
        return common.AnyValue(bytes_value=v)
    if isinstance(v, list):
        return common.AnyValue(array_value=common.ArrayValue(values=[value(x) for x in v]))
    return common.AnyValue(kvlist_value=common.KeyValueList(values=attributes(v)))


def attributes(d):
    return [common.KeyValue(key=k, value=value(v)) for k, v in d.items()]


EVERY = {
    "text": "中文 \"quoted\"\n😀", "empty": "", "yes": True, "no": False, "zero": 0, "min": -(2**63),
    "max": 2**63 - 1, "float": -2.5e-300, "whole": 1.0, "nothing.inside": {}, "no.elements": [],
    "bytes": bytes([0, 255, 16, 128]), "list": ["a", 1, [True, {"deep": 0.5}]],
    "map": {"a": {"b": [1, 2, {"c": "x"}]}},
}
RESOURCE = resource.Resource(
    attributes=attributes({"service.name": "article", "service.namespace": "yidian"}), dropped_attributes_count=3)
SCOPE = common.InstrumentationScope(
    name="lib", version="1.2", attributes=attributes({"a": "b"}), dropped_attributes_count=1)


def trace_request():
    full = trace.Span(
        trace_id=TRACE, span_id=SPAN, trace_state="ot=th:8,vendor=x", parent_span_id=PARENT, name="GET /articles/{id}",
        kind=trace.Span.SPAN_KIND_SERVER, start_time_unix_nano=START, end_time_unix_nano=START + 1_500_000,
        attributes=attributes(EVERY), dropped_attributes_count=7,
        events=[
            trace.Span.Event(
                time_unix_nano=START + 5, name="exception", attributes=attributes({"exception.type": "KeyError"}),
                dropped_attributes_count=2),
            trace.Span.Event(name="bare"),
        ],
        dropped_events_count=4,
        links=[
            trace.Span.Link(
                trace_id=TRACE[::-1], span_id=PARENT, trace_state="a=b", attributes=attributes({"k": 1}),
                dropped_attributes_count=5, flags=0x301),
        ],
        dropped_links_count=6, status=trace.Status(message="it broke", code=trace.Status.STATUS_CODE_ERROR),
        flags=0x101)
    small = trace.Span(trace_id=TRACE, span_id=PARENT, name="root", kind=trace.Span.SPAN_KIND_CLIENT,
                       start_time_unix_nano=START, end_time_unix_nano=START)
    return trace_service.ExportTraceServiceRequest(resource_spans=[
        trace.ResourceSpans(
            resource=RESOURCE,
            scope_spans=[
                trace.ScopeSpans(scope=SCOPE, spans=[full, small], schema_url="https://example.com/scope"),
                trace.ScopeSpans(scope=common.InstrumentationScope(name="other"), spans=[small]),
            ],
            schema_url="https://example.com/resource"),
        trace.ResourceSpans(
            resource=resource.Resource(),
            scope_spans=[trace.ScopeSpans(scope=common.InstrumentationScope(), spans=[small])]),
    ])


def log_request():
    records = [
        logs.LogRecord(
            time_unix_nano=START, observed_time_unix_nano=START + 1, severity_number=17, severity_text="ERROR",
            body=value("upstream timed out"), attributes=attributes(EVERY), dropped_attributes_count=1, flags=1,
            trace_id=TRACE, span_id=SPAN, event_name="upstream.timeout"),
        logs.LogRecord(observed_time_unix_nano=START, body=value({"structured": [1, "two", 3.0]})),
        logs.LogRecord(time_unix_nano=START, severity_number=9, body=value("")),
    ]
    return logs_service.ExportLogsServiceRequest(resource_logs=[
        logs.ResourceLogs(
            resource=RESOURCE, scope_logs=[logs.ScopeLogs(scope=SCOPE, log_records=records, schema_url="s")],
            schema_url="r"),
    ])


def metric_request():
    exemplars = [
        metrics.Exemplar(filtered_attributes=attributes({"user": 7}), time_unix_nano=START, as_double=0.25,
                         span_id=SPAN, trace_id=TRACE),
        metrics.Exemplar(time_unix_nano=START, as_int=-3),
    ]
    base = dict(attributes=attributes({"route": "/a"}), start_time_unix_nano=START - 60, time_unix_nano=START)
    number = metrics.NumberDataPoint
    delta, cumulative = 1, 2
    return metrics_service.ExportMetricsServiceRequest(resource_metrics=[
        metrics.ResourceMetrics(resource=RESOURCE, scope_metrics=[metrics.ScopeMetrics(scope=SCOPE, metrics=[
            metrics.Metric(name="g", description="a gauge", unit="By", gauge=metrics.Gauge(data_points=[
                number(as_double=1.5, exemplars=exemplars, flags=1, **base), number(as_int=-(2**63), time_unix_nano=1),
                number(as_int=0), number(as_double=0.0), number(flags=1),
            ]), metadata=attributes({"source": "test"})),
            metrics.Metric(name="s", sum=metrics.Sum(
                data_points=[number(as_int=42, **base)], aggregation_temporality=cumulative, is_monotonic=True)),
            metrics.Metric(name="h", unit="s", histogram=metrics.Histogram(aggregation_temporality=delta, data_points=[
                metrics.HistogramDataPoint(
                    count=6, sum=-1.25, bucket_counts=[1, 2, 3], explicit_bounds=[0.5, 1.0], exemplars=exemplars,
                    flags=0, min=-2.0, max=0.0, **base),
                metrics.HistogramDataPoint(count=2**63 + 5),
            ])),
            metrics.Metric(name="e", exponential_histogram=metrics.ExponentialHistogram(
                aggregation_temporality=delta, data_points=[
                    metrics.ExponentialHistogramDataPoint(
                        count=10, sum=33.5, scale=-3, zero_count=2, flags=1, exemplars=exemplars, min=0.0, max=9.5,
                        zero_threshold=1e-9,
                        positive=metrics.ExponentialHistogramDataPoint.Buckets(offset=-7, bucket_counts=[1, 0, 300]),
                        negative=metrics.ExponentialHistogramDataPoint.Buckets(offset=2, bucket_counts=[2**63]),
                        **base),
                    metrics.ExponentialHistogramDataPoint(scale=20),
                ])),
            metrics.Metric(name="q", summary=metrics.Summary(data_points=[
                metrics.SummaryDataPoint(count=9, sum=4.5, flags=1, quantile_values=[
                    metrics.SummaryDataPoint.ValueAtQuantile(quantile=0.0, value=0.5),
                    metrics.SummaryDataPoint.ValueAtQuantile(quantile=0.99, value=2.0),
                ], **base),
            ])),
            metrics.Metric(name="no data"),
        ])]),
    ])


def sdk_requests():
    from opentelemetry import trace as api
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider, id_generator
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    class Ids(id_generator.IdGenerator):
        def __init__(self):
            self.next = 0x1111

        def generate_span_id(self):
            self.next += 1
            return self.next

        def generate_trace_id(self):
            return 0x0123456789ABCDEF0011223344556677

    memory = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.name": "author", "n": [1, 2]}), id_generator=Ids())
    provider.add_span_processor(SimpleSpanProcessor(memory))
    tracer = provider.get_tracer("sdk", "9.9")
    with tracer.start_as_current_span("outer", kind=api.SpanKind.SERVER, start_time=START, end_on_exit=False) as outer:
        with tracer.start_as_current_span(
                "inner", kind=api.SpanKind.CLIENT, start_time=START + 10, end_on_exit=False,
                attributes={"http.request.method": "GET", "ok": True, "list": ["a", "b"], "f": 0.5}) as inner:
            inner.add_event("retry", {"n": 2}, timestamp=START + 20)
            inner.set_status(api.Status(api.StatusCode.ERROR, "refused"))
        inner.end(START + 30)
    outer.end(START + 40)
    return encode_spans(memory.get_finished_spans())


def otlp_json(message):
    """The OTLP form of JSON: enums as numbers, ids in hex where protobuf's mapping has base 64."""
    def fix(node):
        if isinstance(node, list):
            return [fix(x) for x in node]
        if isinstance(node, dict):
            return {
                k: base64.b64decode(v).hex() if k in ("traceId", "spanId", "parentSpanId") else fix(v)
                for k, v in node.items()
            }
        return node
    return fix(json_format.MessageToDict(message, use_integers_for_enums=True))


REQUESTS = {"traces": trace_request, "logs": log_request, "metrics": metric_request, "sdk-traces": sdk_requests}


def check(name):
    """Reads OTLP/JSON from standard input as OpenTelemetry's messages and compares it with NAME.pb."""
    def unfix(node):
        if isinstance(node, list):
            return [unfix(x) for x in node]
        if isinstance(node, dict):
            return {
                k: base64.b64encode(bytes.fromhex(v)).decode()
                if k in ("traceId", "spanId", "parentSpanId") else unfix(v) for k, v in node.items()
            }
        return node
    wanted = REQUESTS[name]()
    found = json_format.ParseDict(unfix(json.load(sys.stdin)), type(wanted)())
    assert found == wanted, f"{name} differs"
    print(f"{name} is equal")


if len(sys.argv) > 2 and sys.argv[1] == "check":
    check(sys.argv[2])
else:
    for name, make in REQUESTS.items():
        message = make()
        (HERE / f"{name}.pb").write_bytes(message.SerializeToString(deterministic=True))
        (HERE / f"{name}.json").write_text(json.dumps(otlp_json(message), ensure_ascii=False, indent=1) + "\n")
