"""yidian/portal: the front door. Assembles an article, its author and its medicines, as JSON or as a page."""

import os
import sys

import pages
from calling import Callee, CalleeError
from serving import Answer, Request, run

# Seconds for each callee; above what it waits for its own, so that the innermost culprit is named. Doctors have none.
CALLEE_TIMEOUT, DOCTOR_TIMEOUT = 2.0, 1.0


class Application:
    def __init__(self):
        self.articles = Callee("yidian/article", timeout=CALLEE_TIMEOUT)
        self.medicines = Callee("yiyao/medicine", timeout=CALLEE_TIMEOUT)
        self.doctors = Callee("yisheng/doctor", timeout=DOCTOR_TIMEOUT)
        self.routes = {
            "/": shown(self.listing, pages.listing),
            "/articles": shown(self.listing, pages.listing),
            "/articles/{id}": shown(self.article, pages.article),
            "/search": shown(self.search),
            "/medicines/{id}/stock": shown(self.stock),
            "/doctors/{id}/appointments": shown(self.appointments),
        }
        self.missing = shown(self.nothing)

    def nothing(self, request: Request):
        return 404, {"error": f"nothing at {request.path}"}

    def listing(self, request: Request):
        status, body, server = self.articles.get("/articles")
        return status, body | {"served_by": [myself(), server]} if status == 200 else body

    def search(self, request: Request):
        status, body, _ = self.articles.get("/search", q=request.query.get("q", ""))
        return status, body

    def stock(self, request: Request, identifier: str):
        status, body, _ = self.medicines.get("/medicines/{id}/stock", identifier)
        return status, body

    def appointments(self, request: Request, identifier: str):
        status, body, _ = self.doctors.get("/doctors/{id}/appointments", identifier)
        return status, body

    def article(self, request: Request, identifier: str):
        status, article, server = self.articles.get("/articles/{id}", identifier)
        if status != 200:
            return status, article
        author, names = article.pop("author"), article.pop("medicines")
        served_by = [myself(), server, *article.pop("served_by")]
        medicines = []
        if names:
            status, body, server = self.medicines.get("/medicines", ids=",".join(names))
            if status != 200:
                raise CalleeError(502, "yiyao/medicine", str(status), f"answered {status}", cause=body)
            medicines = body["medicines"]
            served_by += [server, *(each for each in body["served_by"] if each not in served_by)]
        return 200, {"article": article, "author": author, "medicines": medicines, "served_by": served_by}


def shown(act, page=None):
    """Makes an answer of status and body: JSON, or for browsers a page where there is one."""
    def answer(request: Request, *values: str) -> Answer:
        notes = {}
        try:
            status, body = act(request, *values)
        except CalleeError as error:
            status, body, notes = error.status, error.body, error.notes
        wants_page = "text/html" in request.headers.get("accept", "") or request.path == "/"
        draw = page if status == 200 else pages.problem
        if wants_page and draw:
            return Answer(status, draw(body), kind="text/html; charset=utf-8", notes=notes)
        return Answer(status, body, notes=notes)
    return answer


def myself() -> dict[str, str]:
    names = {name: os.environ.get(f"GANTRY_{name.upper()}") or "none" for name in ("release", "instance", "region")}
    return {"service": "yidian/portal"} | names


if __name__ == "__main__":
    sys.exit(run(Application()))
