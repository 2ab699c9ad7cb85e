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
