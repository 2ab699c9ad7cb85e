"""Runs the clinic's services and both templates, and holds what they export to the official OTLP definitions.

Every body is parsed by the classes of opentelemetry-proto, where a wrong name or type is an error. Then each request must
be one trace with the expected spans under the expected parents, in time within them, and each line of the log must name
its span. Needs opentelemetry-proto and swift; exits 1 and says each thing that is wrong.
"""

import base64
import copy
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CLINIC = ROOT / "Examples/clinic/services"
BUILD = ROOT / ".build/samples"
# Seconds for a program to start or to end; generous, for busy machines.
PATIENCE = 30
# Nanoseconds by which a callee's span may end after its caller's: it ends when the answer has been handed to the system.
TOLERANCE = 50_000_000
PARENT = "00f067aa0ba902b7"
# Each repository is one of its own, so these files are there several times; a change of one is a change of all.
COPIES = {
    ("tracing.py", "exporting.py", "test_tracing.py", "sink.py"): (
        CLINIC / "yidian/article", CLINIC / "yidian/portal", CLINIC / "yiyao/medicine", ROOT / "Templates/python"),
    ("serving.py", "calling.py", "support.py", "lint.py"): (
        CLINIC / "yidian/article", CLINIC / "yidian/portal", CLINIC / "yiyao/medicine"),
    tuple(f"{name}.swift" for name in ("Tracing", "Exporter", "Server", "Connection", "Messages", "Sink", "main")): (
        CLINIC / "yisheng/doctor/Sources/doctor", ROOT / "Templates/swift/Sources"),
}
problems = []


def expect(holds, what):
    if not holds:
        problems.append(what)
        print("wrong: " + what, file=sys.stderr)


class Collector:
    def __init__(self):
        self.bodies = []
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                expect(self.path == "/v1/traces" and self.headers["Content-Type"] == "application/json", self.path)
                collector.bodies.append(body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


class Program:
    """A service under the variables that the local cluster and its agent give it."""

    def __init__(self, name, folder, command, collector, **callees):
        business, _, service = name.partition("/")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("OTEL_", "GANTRY_"))}
        variables = {
            "HOST": "127.0.0.1", "PORT": "0", "GANTRY_SERVICE": name, "PYTHONDONTWRITEBYTECODE": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_TRACES_SAMPLER": "always_on",
            "OTEL_SERVICE_NAME": service, "OTEL_RESOURCE_ATTRIBUTES": f"service.namespace={business},service.version=r1",
        }
        variables |= {key: f"http://127.0.0.1:{callee.port}" for key, callee in callees.items()}
        self.name, self.lines = name, []
        self.process = subprocess.Popen(command, cwd=folder, env=kept | variables, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.reader = threading.Thread(target=lambda: self.lines.extend(map(json.loads, self.process.stdout)))
        self.reader.start()

    def get(self, path, trace_id=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"traceparent": f"00-{trace_id}-{PARENT}-01", "tracestate": "vendor=1"} if trace_id else {}
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            expect(self.process.wait(PATIENCE) == 0, f"{self.name} ended with {self.process.returncode}")
        except subprocess.TimeoutExpired:
            expect(False, f"{self.name} did not end")
            self.process.kill()
            self.process.wait()
        self.reader.join()
        expect(self.lines and self.lines[-1].get("spans_dropped") == 0, f"{self.name}: its last line counts no loss")


def parse(body):
    """Parses OTLP/JSON: protobuf's own JSON but for ids, which are hexadecimal in OTLP and base64 in protobuf."""
    value = json.loads(body)
    for resource in value["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                for key, digits in (("traceId", 32), ("spanId", 16), ("parentSpanId", 16)):
                    text = span.get(key, "")
                    if not re.fullmatch(f"[0-9a-f]{{{digits}}}", text) and (key != "parentSpanId" or text):
                        raise json_format.ParseError(f"{key} is {text!r}")
                    span[key] = base64.b64encode(bytes.fromhex(text)).decode()
    return json_format.ParseDict(value, ExportTraceServiceRequest())


def check_the_check(body):
    """Holds the parser to what it is for: names and types that OTLP does not have are refused."""
    for name, mistake in (("spanID", "x"), ("startTimeUnixNano", "soon"), ("kind", "SERVER_KIND"), ("spanId", "AAAA"),
                          ("attributes", {"a": "b"}), ("status", 2)):
        value = copy.deepcopy(json.loads(body))
        value["resourceSpans"][0]["scopeSpans"][0]["spans"][0][name] = mistake
        try:
            parse(json.dumps(value))
        except (json_format.ParseError, ValueError):
            continue
        expect(False, f"the check takes {name}: {mistake!r}")


def attributes(holder):
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in holder.attributes}


class Seen:
    """A span with its service; its children are found by the parents' ids."""

    def __init__(self, span, resource):
        self.span, self.attributes = span, attributes(span)
        self.service = f"{resource['service.namespace']}/{resource['service.name']}"
        self.id, self.parent, self.trace = span.span_id.hex(), span.parent_span_id.hex(), span.trace_id.hex()

    def line(self):
        kind = {Span.SPAN_KIND_SERVER: "", Span.SPAN_KIND_CLIENT: "→ ", Span.SPAN_KIND_INTERNAL: "· "}[self.span.kind]
        error = self.attributes.get("error.type")
        expect((self.span.status.code == Status.STATUS_CODE_ERROR) == (error is not None), f"status of {self.span.name}")
        return f"{kind}{self.service} {self.span.name}" + (f" !{error}" if error else "")


def tree(spans, parent=PARENT, depth=0):
    """Gives the lines of a trace, indented under their parents, in the order in which they began."""
    lines = []
    for each in sorted((each for each in spans if each.parent == parent), key=lambda each: each.span.start_time_unix_nano):
        lines.append("  " * depth + each.line())
        for child in spans:
            late = child.span.kind == Span.SPAN_KIND_SERVER and each.attributes.get("error.type") == "timeout"
            if child.parent == each.id and not late:  # a callee may go on when nobody waits for it any more
                before = each.span.start_time_unix_nano - child.span.start_time_unix_nano
                after = child.span.end_time_unix_nano - each.span.end_time_unix_nano
                expect(max(before, after) < TOLERANCE, f"{child.line()} is not within {each.line()}: {before}, {after}")
        lines += tree(spans, each.id, depth + 1)
    return lines


ARTICLE = """
yidian/portal GET /articles/{id}
  → yidian/portal GET /articles/{id}
    yidian/article GET /articles/{id}
      → yidian/article GET /doctors/{id}
        yisheng/doctor GET /doctors/{id}
  → yidian/portal GET /medicines
    yiyao/medicine GET /medicines
      → yiyao/medicine GET /doctors/{id}
        yisheng/doctor GET /doctors/{id}
"""
SEARCH = """
yidian/portal GET /search
  → yidian/portal GET /search
    yidian/article GET /search
"""
APPOINTMENTS = """
yidian/portal GET /doctors/{id}/appointments
  → yidian/portal GET /doctors/{id}/appointments
    yisheng/doctor GET /doctors/{id}/appointments
"""
STOCK = """
yidian/portal GET /medicines/{id}/stock
  → yidian/portal GET /medicines/{id}/stock
    yiyao/medicine GET /medicines/{id}/stock
      · yiyao/medicine ask the warehouse
"""


def with_errors(text, *errors):
    return "\n".join(line + (f" !{error}" if error else "")
                     for line, error in zip(text.strip().split("\n"), errors + (None,) * 9))


# Path at the portal, status, the trace, and the least milliseconds that it takes.
REQUESTS = [
    ("/articles/1", 200, ARTICLE, 0),
    *[("/search?q=fever", 200, SEARCH, 0)] * 4,
    ("/search?q=fever", 200, SEARCH + "      · yidian/article read index\n", 200),
    ("/doctors/cardiology/appointments", 200, APPOINTMENTS, 0),
    ("/doctors/dermatology/appointments", 200, APPOINTMENTS, 350),
    ("/doctors/orthopaedics/appointments", 502, with_errors(APPOINTMENTS, "502", "500", "CalendarUnreadable"), 0),
    ("/doctors/neurology/appointments", 504, with_errors(APPOINTMENTS, "504", "timeout"), 1000),
    ("/doctors/nobody/appointments", 404, with_errors(APPOINTMENTS, None, "404"), 0),
    ("/medicines/aspirin/stock", 200, STOCK, 0),
    ("/medicines/omeprazole/stock", 502, with_errors(STOCK, "502", "500", "ValueError", "ValueError"), 0),
    ("/medicines/salbutamol/stock", 504, with_errors(STOCK, "504", "timeout"), 2000),
    ("/nothing", 404, "yidian/portal GET", 0),
]


def fill(language, folder):
    """Writes a template as `gantry new` does, only where something changed, so that a build of it stays warm."""
    for path in (ROOT / "Templates" / language).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and ".build" not in path.parts:
            text = path.read_text()
            for mark, value in (("{{business}}", "new"), ("{{service}}", language), ("{{SERVICE_MODULE}}", "New")):
                text = text.replace(mark, value)
            target = folder / path.relative_to(ROOT / "Templates" / language)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or target.read_text() != text:
                target.write_text(text)


def swift(folder, name):
    """Builds as service.yaml says, into a folder of its own; gives the program."""
    scratch = BUILD / (name + "-build")
    done = subprocess.run(["swift", "build", "-c", "release", "--static-swift-stdlib", "--package-path", str(folder),
                           "--scratch-path", str(scratch)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return [str(scratch / "release" / name)]


def run(collector, work):
    """Starts all, sends the requests, ends all; gives the programs."""
    doctor_program = swift(CLINIC / "yisheng/doctor", "doctor")
    fill("swift", BUILD / "swift")
    new_program = swift(BUILD / "swift", "swift")
    fill("python", work / "python")
    programs, python = [], [sys.executable, "main.py"]
    try:
        def start(name, folder, command=python, **callees):
            programs.append(Program(name, folder, command, collector, **callees))
            return programs[-1]
        doctor = start("yisheng/doctor", work, doctor_program)
        article = start("yidian/article", CLINIC / "yidian/article", YISHENG_DOCTOR_URL=doctor)
        medicine = start("yiyao/medicine", CLINIC / "yiyao/medicine", YISHENG_DOCTOR_URL=doctor)
        portal = start("yidian/portal", CLINIC / "yidian/portal", YIDIAN_ARTICLE_URL=article,
                       YIYAO_MEDICINE_URL=medicine, YISHENG_DOCTOR_URL=doctor)
        for number, (path, status, _, least) in enumerate(REQUESTS):
            trace_id, begun = f"{number + 1:032x}", time.monotonic()
            found = portal.get(path, trace_id)
            expect(found == status, f"{path} answered {found}, not {status}")
            expect((time.monotonic() - begun) * 1000 >= least, f"{path} was faster than {least} ms")
        for number, each in enumerate((start("new/swift", work, new_program), start("new/python", work / "python"))):
            expect(each.get("/", f"{number + 101:032x}") == 200, f"{each.name} does not answer")
    finally:
        for program in reversed(programs):  # callers before callees, as nobody else is told that they end
            program.end()
    return programs


def check_traces(spans):
    for number, (path, _, wanted, _) in enumerate(REQUESTS):
        found = "\n".join(tree([each for each in spans if each.trace == f"{number + 1:032x}"]))
        expect(found == wanted.strip(), f"the trace of {path} is\n{found}\nand not\n{wanted.strip()}")
    for number, name in ((101, "new/swift"), (102, "new/python")):
        found = tree([each for each in spans if each.trace == f"{number:032x}"])
        expect(found == [f"{name} GET /"], f"the trace of the template {name} is {found}")
    for each in spans:
        needs = {Span.SPAN_KIND_SERVER: {"http.request.method", "url.path", "url.scheme", "http.response.status_code"},
                 Span.SPAN_KIND_CLIENT: {"http.request.method", "url.full", "server.address", "server.port",
                                         "service.peer.name"}, Span.SPAN_KIND_INTERNAL: set()}[each.span.kind]
        expect(needs <= each.attributes.keys(), f"{each.line()} lacks {needs - each.attributes.keys()}")
        expect(each.span.trace_state == "vendor=1", f"{each.line()} has lost tracestate")
        is_remote = bool(each.span.flags & 0x200)
        expect(each.span.flags & 0x101 == 0x101 and is_remote == (each.span.kind == Span.SPAN_KIND_SERVER),
               f"{each.line()} has flags {each.span.flags:x}")
        expect("fever" not in str(each.attributes), f"{each.line()} tells what was searched for")
        status = each.attributes.get("http.response.status_code", 0)
        expect(isinstance(status, int), f"{each.line()} has status {status!r}")


def check_logs(programs, spans):
    by_id = {(each.trace, each.id): each for each in spans}
    for program in programs:
        requests = 0
        for line in program.lines:
            expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]), f"time of {line}")
            expect(line["level"] in ("info", "warn", "error") and line["message"], f"level of {line}")
            expect("trace_id" not in line or (line["trace_id"], line["span_id"]) in by_id, f"no span of {line}")
            if line["message"] != "request":
                continue
            requests += 1
            seen = by_id.get((line["trace_id"], line["span_id"]))
            if not seen:
                continue
            expect(line.get("route") == seen.attributes.get("http.route"), f"route of {line}")
            expect(line["status"] == seen.attributes["http.response.status_code"], f"status of {line}")
            expect((line["level"] == "error") == (line["status"] >= 500), f"level of {line}")
            took = (seen.span.end_time_unix_nano - seen.span.start_time_unix_nano) / 1e6
            expect(abs(line["duration_ms"] - took) < 0.01, f"{line} took {took} ms")
        servers = sum(each.service == program.name and each.span.kind == Span.SPAN_KIND_SERVER for each in spans)
        expect(requests == servers > 0, f"{program.name}: {requests} lines of requests, {servers} spans")


def main():
    for names, folders in COPIES.items():
        for name in names:
            texts = {(folder / name).read_text() for folder in folders}
            expect(len(texts) == 1, f"{name} is not the same in {', '.join(str(each) for each in folders)}")
    collector = Collector()
    work = pathlib.Path(tempfile.mkdtemp(prefix="gantry-traces-"))
    try:
        programs = run(collector, work)
    finally:
        shutil.rmtree(work)
        collector.server.shutdown()
    check_the_check(collector.bodies[0])
    spans = []
    for body in collector.bodies:
        for resource in parse(body).resource_spans:
            about = attributes(resource.resource)
            expect(about.get("service.version") == "r1", f"resource {about}")
            spans += [Seen(span, about) for scope in resource.scope_spans for span in scope.spans]
    check_traces(spans)
    check_logs(programs, spans)
    print(f"traces: {len(spans)} spans of {len(programs)} programs, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
