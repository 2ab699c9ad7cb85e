import json
import threading
import time
import unittest

from sink import Sink, attributes, until
from support import FakeCallee, Program


class ArticleTests(unittest.TestCase):
    def setUp(self):
        self.doctor = FakeCallee({"/doctors/cardiology": (200, {"id": "cardiology", "title": "Cardiologist on duty"})})
        self.addCleanup(self.doctor.close)
        self.program = Program(YISHENG_DOCTOR_URL=self.doctor.url, GANTRY_SERVICE="yidian/article")
        self.addCleanup(self.program.close)

    def test_an_article_comes_with_its_author(self):
        status, article = self.program.get_json("/articles/1", traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
        self.assertEqual(status, 200)
        self.assertEqual(article["title"], {"zh": "高血压", "en": "Hypertension"})
        self.assertEqual(article["author"]["title"], "Cardiologist on duty")
        self.assertEqual(article["served_by"][0]["release"], "fake-1")
        path, headers = self.doctor.seen[0]
        self.assertEqual(path, "/doctors/cardiology")
        self.assertEqual(headers["baggage"], "gantry.caller=yidian/article")
        self.assertIn("a" * 32, headers["traceparent"])

    def test_the_list_needs_no_callee(self):
        status, body = self.program.get_json("/articles")
        self.assertEqual((status, len(body["articles"])), (200, 12))
        self.assertEqual(self.doctor.seen, [])

    def test_probes_answer_and_every_answer_says_who_served_it(self):
        for path in ("/healthz", "/readyz", "/livez", "/nothing"):
            response, _ = self.program.get(path)
            self.assertEqual(response.status, 404 if path == "/nothing" else 200)
            served_by = [response.headers[f"X-Gantry-{name}"] for name in ("Release", "Instance", "Region")]
            self.assertEqual(served_by, ["r7", "i1", "nanjing"])

    def test_an_unknown_article_is_404(self):
        self.assertEqual(self.program.get_json("/articles/99")[0], 404)

    def test_errors_of_the_callee_are_502_and_name_it(self):
        self.doctor.answers["/doctors/cardiology"] = (500, {"error": "broken"})
        status, body = self.program.get_json("/articles/1")
        self.assertEqual((status, body["callee"], body["cause"]), (502, "yisheng/doctor", {"error": "broken"}))
        self.doctor.close()
        self.assertEqual(self.program.get_json("/articles/2")[0], 502)

    def test_a_callee_that_is_silent_is_504(self):
        self.doctor.delay = 3
        status, body = self.program.get_json("/articles/1")
        self.assertEqual((status, body["callee"]), (504, "yisheng/doctor"))

    def test_kept_connections_serve_many_requests(self):
        connection = self.program.connect()
        for _ in range(5):
            self.assertEqual(self.program.get("/articles/1", connection)[0].status, 200)
        connection.close()

    def test_term_lets_the_request_under_way_finish(self):
        self.doctor.delay = 0.7
        idle, answers = self.program.connect(), []
        self.program.get("/readyz", idle)
        request = threading.Thread(target=lambda: answers.append(self.program.get("/articles/1")))
        request.start()
        until(lambda: self.doctor.seen)
        self.program.terminate()
        until(lambda: any(line["message"] == "stopping" for line in self.program.log))
        ready, _ = self.program.get("/readyz", idle)
        self.assertEqual((ready.status, ready.headers["Connection"]), (503, "close"))
        request.join()
        response, text = answers[0]
        self.assertEqual((response.status, response.headers["Connection"]), (200, "close"))
        self.assertIn("Cardiologist on duty", text)
        self.assertEqual(self.program.wait(), 0)
        self.assertRaises(ConnectionRefusedError, self.program.get, "/livez")

    def test_one_log_line_a_request(self):
        self.program.get("/articles/1", baggage="gantry.caller=yidian/portal")
        self.program.get("/livez")
        self.program.terminate()
        self.assertEqual(self.program.wait(), 0)
        lines = [line for line in self.program.log if line["message"] == "request"]
        self.assertEqual(len(lines), 1)
        self.assertEqual([lines[0][key] for key in ("level", "method", "route", "path", "status", "caller")],
                         ["info", "GET", "/articles/{id}", "/articles/1", 200, "yidian/portal"])
        self.assertGreater(lines[0]["duration_ms"], 0)
        self.assertRegex(lines[0]["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_a_request_is_one_trace_from_the_caller_to_the_callee(self):
        sink = Sink()
        self.addCleanup(sink.close)
        program = Program(YISHENG_DOCTOR_URL=self.doctor.url, GANTRY_SERVICE="yidian/article",
                          OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_SERVICE_NAME="article")
        self.addCleanup(program.close)
        self.doctor.answers["/doctors/endocrinology"] = (503, {"error": "stopping"})
        self.assertEqual(program.get_json("/articles/1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01")[0], 200)
        self.assertEqual(program.get_json("/articles/2")[0], 502)
        program.get("/livez")
        program.terminate()
        self.assertEqual(program.wait(), 0)
        answer, call, failed, failed_call = sink.spans()
        self.assertEqual((answer["traceId"], answer["parentSpanId"]), ("a" * 32, "b" * 16))
        self.assertEqual((call["name"], call["parentSpanId"]), ("GET /doctors/{id}", answer["spanId"]))
        self.assertEqual(self.doctor.seen[0][1]["traceparent"], f"00-{'a' * 32}-{call['spanId']}-01")
        self.assertEqual([attributes(each)["error.type"] for each in (failed_call, failed)], ["503", "502"])
        lines = {line["trace_id"]: line for line in program.log if line["message"] == "request"}
        well, badly = lines[answer["traceId"]], lines[failed["traceId"]]
        self.assertEqual((well["span_id"], well["level"]), (answer["spanId"], "info"))
        self.assertEqual((badly["span_id"], badly["level"]), (failed["spanId"], "error"))
        self.assertEqual((badly["callee"], badly["error_type"]), ("yisheng/doctor", "503"))

    def test_a_collector_that_is_away_harms_no_request(self):
        program = Program(YISHENG_DOCTOR_URL=self.doctor.url, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1")
        self.addCleanup(program.close)
        self.assertEqual(program.get_json("/articles/1")[0], 200)
        until(lambda: any(line["message"] == "spans not sent" for line in program.log))
        self.assertEqual(program.get_json("/articles/1")[0], 200)
        program.terminate()
        self.assertEqual(program.wait(), 0)
        self.assertEqual(program.log[-1]["spans_dropped"], 4)

    def test_every_fifth_search_reads_the_index(self):
        self.assertEqual(self.program.get_json("/search")[0], 400)
        connection = self.program.connect()
        times = []
        for _ in range(5):
            begun = time.monotonic()
            response, text = self.program.get("/search?q=fever", connection)
            times.append(time.monotonic() - begun)
            self.assertEqual([each["id"] for each in json.loads(text)["articles"]], ["11", "12"])
        connection.close()
        self.assertGreaterEqual(times[4], 0.2)
        until(lambda: any(line["level"] == "warn" for line in self.program.log))
        self.assertEqual(sum(line["message"] == "search index read again" for line in self.program.log), 1)


if __name__ == "__main__":
    unittest.main()
