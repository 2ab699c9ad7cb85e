"""yidian/article: the encyclopedia's articles, each with the doctor who answers for it."""

import itertools
import sys
import time

import articles
import tracing
from calling import Callee, CalleeError
from serving import Answer, Request, run, write_log

# Seconds for the author; below what the portal waits for us, so that our answer names the culprit.
DOCTOR_TIMEOUT = 1.0
# Every so many searches the index has to be read again, which takes so many seconds, in turn. By the count and not by
# chance: tests and demonstrations can rely on it.
INDEX_LIFE, INDEX_SECONDS = 5, (0.2, 0.3, 0.4, 0.5, 0.6)


class Application:
    def __init__(self):
        self.doctor = Callee("yisheng/doctor", timeout=DOCTOR_TIMEOUT)
        self.searches = itertools.count(1)  # `next` on it is one step for all threads
        self.routes = {"/articles": self.listing, "/articles/{id}": self.article, "/search": self.search}

    def listing(self, request: Request) -> Answer:
        return Answer(200, {"articles": articles.listing()})

    def article(self, request: Request, identifier: str) -> Answer:
        article = articles.ARTICLES.get(identifier)
        if article is None:
            return Answer(404, {"error": f"no article {identifier}"})
        try:
            status, author, server = self.doctor.get("/doctors/{id}", article["author"])
        except CalleeError as error:
            return Answer(error.status, error.body, notes=error.notes)
        if status != 200:
            return Answer(502, {"error": f"answered {status}", "callee": "yisheng/doctor", "cause": author})
        return Answer(200, article | {"id": identifier, "author": author, "served_by": [server]})

    def search(self, request: Request) -> Answer:
        words = request.query.get("q", "").strip()
        if not words:
            return Answer(400, {"error": "what to search for is missing: /search?q=WORDS"})
        number = next(self.searches)
        if number % INDEX_LIFE == 0:
            self.read_index(INDEX_SECONDS[(number // INDEX_LIFE - 1) % len(INDEX_SECONDS)])
        found = articles.search(words)
        return Answer(200, {"articles": found}, notes={"found": len(found)})

    def read_index(self, seconds: float) -> None:
        with tracing.internal("read index"):
            time.sleep(seconds)
            write_log("warn", "search index read again", duration_ms=round(seconds * 1000))


if __name__ == "__main__":
    sys.exit(run(Application()))
