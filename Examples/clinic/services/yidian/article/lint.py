"""Checks the sources of this service with the standard library alone: syntax, unused imports, risky habits."""

import ast
import sys
import warnings
from pathlib import Path

COLUMNS = 120


def findings(path: Path):
    text = path.read_text()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(text, str(path))
            compile(text, str(path), "exec", dont_inherit=True)
    except (SyntaxError, SyntaxWarning) as error:
        yield getattr(error, "lineno", None) or 1, str(error)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > COLUMNS:
            yield number, f"line of {len(line)} columns, at most {COLUMNS}"
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name in (alias.asname or alias.name.partition(".")[0] for alias in node.names):
                if name not in used:
                    yield node.lineno, f"unused import {name}"
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "bare except hides every mistake; name what is expected"
        elif isinstance(node, (ast.FunctionDef, ast.Lambda)):
            for default in node.args.defaults + [value for value in node.args.kw_defaults if value]:
                if isinstance(default, (ast.List, ast.Dict, ast.Set)):
                    yield default.lineno, "a mutable default is shared by all calls"


def main() -> int:
    found = [f"{path}:{line}: {what}" for path in sorted(Path().rglob("*.py")) for line, what in findings(path)]
    print("\n".join(found) or "no findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
