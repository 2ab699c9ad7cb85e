"""yidian/portal: the front door. Assembles an article, its author and its medicines, as JSON or as a page."""

import os
import sys
from urllib.parse import quote

import pages
from calling import Callee, CalleeError
from serving import Answer, Request, run

# Seconds for each callee; above what they wait for theirs, so that the innermost culprit is named.
CALLEE_TIMEOUT = 2.0


class Application:
    def __init__(self):
        self.articles = Callee("yidian/article", timeout=CALLEE_TIMEOUT)
        self.medicines = Callee("yiyao/medicine", timeout=CALLEE_TIMEOUT)

    def __call__(self, request: Request) -> Answer:
        try:
            match request.path.strip("/").split("/"):
                case [""] | ["articles"]:
                    status, body, page = self.listing(request)
                case ["articles", identifier]:
                    status, body, page = self.article(identifier, request)
                case _:
                    status, body, page = 404, {"error": f"nothing at {request.path}"}, pages.problem
            notes = {}
        except CalleeError as error:
            status, body, page, notes = error.status, error.body, pages.problem, error.notes
        wants_page = "text/html" in request.headers.get("accept", "") or request.path == "/"
        if wants_page:
            return Answer(status, page(body), kind="text/html; charset=utf-8", notes=notes)
        return Answer(status, body, notes=notes)

    def listing(self, request: Request):
        status, body, server = self.articles.get("/articles", request.headers)
        if status != 200:
            return status, body, pages.problem
        return 200, body | {"served_by": [myself(), server]}, pages.listing

    def article(self, identifier: str, request: Request):
        status, article, server = self.articles.get("/articles/" + quote(identifier, safe=""), request.headers)
        if status != 200:
            return status, article, pages.problem
        author, names = article.pop("author"), article.pop("medicines")
        served_by = [myself(), server, *article.pop("served_by")]
        medicines = []
        if names:
            status, body, server = self.medicines.get("/medicines?ids=" + ",".join(names), request.headers)
            if status != 200:
                raise CalleeError(502, "yiyao/medicine", f"answered {status}", cause=body)
            medicines = body["medicines"]
            served_by += [server, *(each for each in body["served_by"] if each not in served_by)]
        whole = {"article": article, "author": author, "medicines": medicines, "served_by": served_by}
        return 200, whole, pages.article


def myself() -> dict[str, str]:
    names = {name: os.environ.get(f"GANTRY_{name.upper()}") or "none" for name in ("release", "instance", "region")}
    return {"service": "yidian/portal"} | names


if __name__ == "__main__":
    sys.exit(run(Application()))
