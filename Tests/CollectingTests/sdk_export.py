"""Exports spans, log records and a metric with OpenTelemetry's own SDK for Python, as its environment says where to.

Nothing in here is Gantry's: what a service does by itself must be enough. Prints how many it exported.
"""

import logging
import sys

from opentelemetry import metrics, trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

spans = int(sys.argv[1])

traces = TracerProvider()
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(traces)
logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
set_logger_provider(logs)
logger = logging.getLogger("shop")
logger.setLevel(logging.INFO)
logger.addHandler(LoggingHandler(logger_provider=logs))
meters = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter(), export_interval_millis=3600000)])
metrics.set_meter_provider(meters)

tracer = trace.get_tracer("shop")
for number in range(spans):
    attributes = {"http.request.method": "GET", "http.route": "/items/{id}", "http.response.status_code": 200}
    with tracer.start_as_current_span("GET /items/{id}", kind=trace.SpanKind.SERVER, attributes=attributes) as span:
        span.add_event("asked", {"phone": "13800138000"})
        logger.warning("item %d of 13800138000", number, extra={"number": number})
metrics.get_meter("shop").create_counter("items").add(spans, {"kind": "book"})

for provider in (traces, logs, meters):
    if not provider.force_flush():
        sys.exit("not everything was exported")
    provider.shutdown()
print(spans)
