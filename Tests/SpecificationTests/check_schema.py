"""Holds the JSON Schemas in docs/schema to the corpus that the decoder is tested on.

Every file says in its second line whether the schema accepts or rejects it. Files that are no YAML count as
rejected. Needs PyYAML and jsonschema; exits 1 and names each file on which schema and corpus differ.
"""

import json
import pathlib
import re
import sys

import jsonschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent
SCHEMAS = HERE.parent.parent / "docs" / "schema"


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: `yes` and `1:30` are texts."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in [
    ("null", r"^(|~|null|Null|NULL)$", ["~", "n", "N", ""]),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", list("-+.0123456789")),
]:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
CoreLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def verdict(path, validators):
    kind = "platform" if path.name.startswith("platform") else "service"
    try:
        value = yaml.load(path.read_text(encoding="utf-8"), CoreLoader)
    except (yaml.YAMLError, ValueError):
        return "reject"
    return "accept" if validators[kind].is_valid(value) else "reject"


def main():
    validators = {}
    for kind in ("service", "platform"):
        schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[kind] = jsonschema.Draft202012Validator(schema)
    files = sorted((HERE / "Corpus").glob("*/*.yaml"))
    wrong = 0
    for path in files:
        wanted = path.read_text(encoding="utf-8").split("\n")[1].removeprefix("# schema: ")
        found = verdict(path, validators)
        if found != wanted:
            wrong += 1
            print(f"{path.name}: the schema says {found}, the corpus says {wanted}", file=sys.stderr)
    print(f"schemas: {len(files) - wrong} of {len(files)} corpus files as expected")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
