import contextlib
import io
import os
import threading
import unittest
from unittest import mock

from main import Application
from sink import Sink, attributes, until
from support import FakeCallee, Program


class MedicineTests(unittest.TestCase):
    def setUp(self):
        self.doctor = FakeCallee({
            f"/doctors/{name}": (200, {"id": name, "title": {"en": name + " on duty"}})
            for name in ("pharmacy", "cardiology")
        })
        self.addCleanup(self.doctor.close)
        self.program = Program(YISHENG_DOCTOR_URL=self.doctor.url, GANTRY_SERVICE="yiyao/medicine")
        self.addCleanup(self.program.close)

    def test_a_medicine_comes_with_its_adviser(self):
        status, medicine = self.program.get_json("/medicines/ibuprofen")
        self.assertEqual((status, medicine["name"]["zh"]), (200, "布洛芬"))
        self.assertEqual(medicine["adviser"]["id"], "pharmacy")
        self.assertEqual(medicine["served_by"][0]["service"], "yisheng/doctor")

    def test_several_keep_their_order_and_ask_each_adviser_once(self):
        status, body = self.program.get_json("/medicines?ids=paracetamol,aspirin,ibuprofen,amlodipine")
        self.assertEqual(status, 200)
        self.assertEqual([each["id"] for each in body["medicines"]],
                         ["paracetamol", "aspirin", "ibuprofen", "amlodipine"])
        self.assertEqual([path for path, _ in self.doctor.seen], ["/doctors/pharmacy", "/doctors/cardiology"])
        self.assertEqual(self.doctor.seen[0][1]["baggage"], "gantry.caller=yiyao/medicine")

    def test_wrong_requests_say_what_is_wrong(self):
        self.assertEqual(self.program.get_json("/medicines?ids=aspirin,sugar")[1], {"error": "no medicine sugar"})
        self.assertEqual(self.program.get_json("/medicines?ids=" + ",".join(["aspirin"] * 21))[0], 400)
        self.assertEqual(self.program.get_json("/nothing")[0], 404)

    def test_the_list_needs_no_callee(self):
        status, body = self.program.get_json("/medicines")
        self.assertEqual((status, len(body["medicines"]), self.doctor.seen), (200, 12, []))

    def test_probes_answer_and_every_answer_says_who_served_it(self):
        for path in ("/healthz", "/readyz", "/livez"):
            response, _ = self.program.get(path)
            self.assertEqual((response.status, response.headers["X-Gantry-Release"]), (200, "r7"))

    def test_a_callee_that_fails_is_502_and_one_that_is_silent_504(self):
        self.doctor.answers["/doctors/pharmacy"] = (503, {"error": "stopping"})
        status, body = self.program.get_json("/medicines/ibuprofen")
        self.assertEqual((status, body["callee"]), (502, "yisheng/doctor"))
        del self.doctor.answers["/doctors/pharmacy"]
        self.assertEqual(self.program.get_json("/medicines/ibuprofen")[0], 502)
        self.doctor.delay = 3
        status, body = self.program.get_json("/medicines/aspirin")
        self.assertEqual((status, body["callee"]), (504, "yisheng/doctor"))

    def test_one_record_of_the_stock_is_broken(self):
        sink = Sink()
        self.addCleanup(sink.close)
        program = Program(YISHENG_DOCTOR_URL=self.doctor.url, OTEL_EXPORTER_OTLP_ENDPOINT=sink.url)
        self.addCleanup(program.close)
        self.assertEqual(program.get_json("/medicines/aspirin/stock"), (200, {"id": "aspirin", "packs": 47}))
        self.assertEqual(program.get_json("/medicines/sugar/stock")[0], 404)
        self.assertEqual(program.get_json("/medicines/omeprazole/stock")[0], 500)
        program.terminate()
        self.assertEqual(program.wait(), 0)
        answers = [span for span in sink.spans() if span["name"] == "GET /medicines/{id}/stock"]
        self.assertEqual([attributes(each).get("error.type") for each in answers], [None, None, "ValueError"])
        line = next(line for line in program.log if line["message"] == "exception")
        self.assertEqual((line["level"], line["trace_id"]), ("error", answers[2]["traceId"]))
        self.assertIn("invalid literal", line["stack"])

    def test_the_cold_store_takes_longer_than_the_portal_waits(self):
        with mock.patch.dict(os.environ, YISHENG_DOCTOR_URL=self.doctor.url), mock.patch("main.time.sleep") as sleep, \
                contextlib.redirect_stdout(io.StringIO()):
            answer = Application().stock(None, "salbutamol")
        self.assertEqual(answer.status, 200)
        self.assertGreater(sleep.call_args[0][0], 2)

    def test_term_lets_the_request_under_way_finish(self):
        self.doctor.delay = 0.7
        answers = []
        request = threading.Thread(target=lambda: answers.append(self.program.get("/medicines/ibuprofen")))
        request.start()
        until(lambda: self.doctor.seen)
        self.program.terminate()
        request.join()
        response, text = answers[0]
        self.assertEqual((response.status, response.headers["Connection"]), (200, "close"))
        self.assertIn("pharmacy on duty", text)
        self.assertEqual(self.program.wait(), 0)


if __name__ == "__main__":
    unittest.main()
