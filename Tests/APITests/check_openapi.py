"""Validates an OpenAPI document, and real answers against what it says of them.

Called with the document's file and, optionally, a file with a JSON array of
{"method", "path" (as in the document), "status", "type", "body", "sent"}. Prints what is wrong and exits 1. Needs
openapi-spec-validator, which brings jsonschema.
"""

import json
import sys

from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012


def mistakes(document, answers):
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        yield f"document: {error.message} at {list(error.absolute_path)}"
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:openapi", resource)

    def check(schema, value):
        pointer = {"$ref": "urn:openapi#" + schema}
        validator = Draft202012Validator(pointer, registry=registry, format_checker=FormatChecker())
        return [f"{error.message[:300]} at {list(error.absolute_path)}" for error in validator.iter_errors(value)]

    def pointer(*words):
        return "".join("/" + str(word).replace("~", "~0").replace("/", "~1") for word in words)

    for answer in answers:
        method, path, status = answer["method"].lower(), answer["path"], str(answer["status"])
        name = f"{method} {path} {status}"
        operation = document["paths"].get(path, {}).get(method)
        if operation is None:
            yield f"{name}: not in the document"
            continue
        if answer.get("sent") is not None:
            for error in check(pointer("paths", path, method, "requestBody", "content", "application/json", "schema"), answer["sent"]):
                yield f"{name}: what was sent: {error}"
        response = operation["responses"].get(status)
        if response is None:
            yield f"{name}: the document names no such status"
            continue
        words = ["paths", path, method, "responses", status]
        if "$ref" in response:
            words = response["$ref"].split("/")[1:]
            response = document["components"]["responses"][words[-1]]
        content = response.get("content", {})
        if not content:
            # A protocol's own refusals are described where the protocol is.
            if answer["body"] is not None and int(status) < 300:
                yield f"{name}: has a body"
            continue
        media = (answer["type"] or "").split(";")[0]
        if media not in content:
            yield f"{name}: is {media}, not {list(content)}"
        elif media.endswith("json"):
            for error in check(pointer(*words, "content", media, "schema"), answer["body"]):
                yield f"{name}: {error}"


def main():
    document = json.load(open(sys.argv[1], encoding="utf-8"))
    answers = json.load(open(sys.argv[2], encoding="utf-8")) if len(sys.argv) > 2 else []
    found = list(mistakes(document, answers))
    for mistake in found:
        print(mistake)
    print(f"{len(document['paths'])} paths, {len(answers)} answers, {len(found)} mistakes")
    sys.exit(1 if found else 0)


main()
