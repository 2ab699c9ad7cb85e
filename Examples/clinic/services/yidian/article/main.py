"""yidian/article: the encyclopedia's articles, each with the doctor who answers for it."""

import sys

import articles
from calling import Callee, CalleeError
from serving import Answer, Request, run

# Seconds for the author; below what the portal waits for us, so that our answer names the culprit.
DOCTOR_TIMEOUT = 1.0


class Application:
    def __init__(self):
        self.doctor = Callee("yisheng/doctor", timeout=DOCTOR_TIMEOUT)

    def __call__(self, request: Request) -> Answer:
        match request.path.strip("/").split("/"):
            case ["articles"]:
                return Answer(200, {"articles": articles.listing()})
            case ["articles", identifier]:
                return self.article(identifier, request)
        return Answer(404, {"error": f"nothing at {request.path}"})

    def article(self, identifier: str, request: Request) -> Answer:
        article = articles.ARTICLES.get(identifier)
        if article is None:
            return Answer(404, {"error": f"no article {identifier}"})
        try:
            status, author, server = self.doctor.get(f"/doctors/{article['author']}", request.headers)
        except CalleeError as error:
            return Answer(error.status, error.body, notes=error.notes)
        if status != 200:
            return Answer(502, {"error": f"answered {status}", "callee": "yisheng/doctor", "cause": author})
        return Answer(200, article | {"id": identifier, "author": author, "served_by": [server]})


if __name__ == "__main__":
    sys.exit(run(Application()))
