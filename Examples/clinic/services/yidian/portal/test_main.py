import threading
import unittest

from sink import Sink, attributes, until
from support import FakeCallee, Program

BOTH = {"zh": "甲", "en": "A & B"}
DOCTOR = {"id": "cardiology", "title": BOTH, "department": BOTH}
FROM_DOCTOR = [{"service": "yisheng/doctor", "release": "d1", "instance": "d", "region": "nanjing"}]
ARTICLE = {"id": "1", "title": BOTH, "text": BOTH, "author": DOCTOR, "medicines": ["x", "y"], "served_by": FROM_DOCTOR}
MEDICINES = [{"id": name, "name": BOTH, "use": BOTH, "adviser": DOCTOR} for name in ("x", "y")]


class PortalTests(unittest.TestCase):
    def setUp(self):
        self.article = FakeCallee({
            "/articles": (200, {"articles": [{"id": "1", "title": BOTH}]}),
            "/articles/1": (200, ARTICLE),
            "/articles/2": (200, ARTICLE | {"id": "2", "medicines": []}),
            "/articles/9": (404, {"error": "no article 9"}),
        })
        self.medicine = FakeCallee({"/medicines?ids=x,y": (200, {"medicines": MEDICINES, "served_by": FROM_DOCTOR})})
        self.doctor = FakeCallee({"/doctors/cardiology/appointments": (200, {"appointments": ["09:00"]})})
        for callee in (self.article, self.medicine, self.doctor):
            self.addCleanup(callee.close)
        self.sink = Sink()
        self.addCleanup(self.sink.close)
        self.program = Program(YIDIAN_ARTICLE_URL=self.article.url, YIYAO_MEDICINE_URL=self.medicine.url,
                               YISHENG_DOCTOR_URL=self.doctor.url, GANTRY_SERVICE="yidian/portal",
                               OTEL_EXPORTER_OTLP_ENDPOINT=self.sink.url)
        self.addCleanup(self.program.close)

    def test_an_article_is_assembled_from_both_callees(self):
        status, body = self.program.get_json("/articles/1")
        self.assertEqual((status, body["author"], body["medicines"]), (200, DOCTOR, MEDICINES))
        self.assertEqual(body["article"], {"id": "1", "title": BOTH, "text": BOTH})
        self.assertEqual([(each["service"], each["release"]) for each in body["served_by"]], [
            ("yidian/portal", "r7"), ("yidian/article", "fake-1"), ("yisheng/doctor", "d1"),
            ("yiyao/medicine", "fake-1")])

    def test_an_article_without_medicines_does_not_ask_for_them(self):
        self.assertEqual(self.program.get_json("/articles/2")[1]["medicines"], [])
        self.assertEqual(self.medicine.seen, [])

    def test_pages_are_html_and_escaped(self):
        for path, accept in (("/", "*/*"), ("/articles/1", "text/html")):
            response, text = self.program.get(path, accept=accept)
            self.assertEqual(response.headers["Content-Type"], "text/html; charset=utf-8")
            self.assertIn("A &amp; B", text)
            self.assertIn("r7", text)
        self.assertIn('<a href="/articles/1">', self.program.get("/")[1])

    def test_probes_answer_and_every_answer_says_who_served_it(self):
        for path in ("/healthz", "/readyz", "/livez"):
            response, _ = self.program.get(path)
            self.assertEqual((response.status, response.headers["X-Gantry-Region"]), (200, "nanjing"))

    def test_what_is_not_there_is_404(self):
        self.assertEqual(self.program.get_json("/articles/9"), (404, {"error": "no article 9"}))
        self.assertEqual(self.program.get_json("/nothing")[0], 404)
        self.assertEqual(self.program.get_json("/articles/..%2F..")[0], 404)

    def test_callees_that_fail_are_502_and_name_the_innermost(self):
        cause = {"error": "no answer within 1 s", "callee": "yisheng/doctor"}
        self.article.answers["/articles/1"] = (504, cause)
        status, body = self.program.get_json("/articles/1")
        self.assertEqual((status, body["callee"], body["cause"]), (502, "yidian/article", cause))
        self.medicine.close()
        self.article.answers["/articles/1"] = (200, ARTICLE)
        status, body = self.program.get_json("/articles/1")
        self.assertEqual((status, body["callee"]), (502, "yiyao/medicine"))
        response, text = self.program.get("/articles/1", accept="text/html")
        self.assertEqual(response.status, 502)
        self.assertIn("yiyao/medicine", text)

    def test_what_others_answer_is_handed_on(self):
        self.article.answers["/search?q=%E7%83%AD"] = (200, {"articles": []})
        self.medicine.answers["/medicines/x/stock"] = (200, {"packs": 4})
        self.assertEqual(self.program.get_json("/search?q=%E7%83%AD"), (200, {"articles": []}))
        self.assertEqual(self.program.get_json("/medicines/x/stock"), (200, {"packs": 4}))
        self.assertEqual(self.program.get_json("/medicines/y/stock")[0], 404)
        self.assertEqual(self.program.get_json("/doctors/cardiology/appointments")[1], {"appointments": ["09:00"]})

    def test_a_callee_that_is_silent_is_504_and_its_trace_says_so(self):
        self.doctor.delay = 2
        self.program.get("/articles/1")
        status, body = self.program.get_json("/doctors/cardiology/appointments")
        self.assertEqual((status, body["callee"]), (504, "yisheng/doctor"))
        until(lambda: len(self.sink.spans()) == 5)
        answer, article, medicines, failed, silent = self.sink.spans()
        self.assertEqual([each["parentSpanId"] for each in (article, medicines)], [answer["spanId"]] * 2)
        self.assertNotIn("parentSpanId", answer)
        self.assertEqual(attributes(medicines)["service.peer.name"], "yiyao/medicine")
        self.assertEqual(attributes(silent)["error.type"], "timeout")
        self.assertEqual((attributes(failed)["http.route"], attributes(failed)["error.type"], failed["status"]),
                         ("/doctors/{id}/appointments", "504", {"code": 2}))

    def test_term_lets_the_request_under_way_finish(self):
        self.medicine.delay = 0.7
        answers = []
        request = threading.Thread(target=lambda: answers.append(self.program.get("/articles/1")))
        request.start()
        until(lambda: self.medicine.seen)
        self.program.terminate()
        request.join()
        response, _ = answers[0]
        self.assertEqual((response.status, response.headers["Connection"]), (200, "close"))
        self.assertEqual(self.program.wait(), 0)


if __name__ == "__main__":
    unittest.main()
