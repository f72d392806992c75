"""What is passed around has types: few signatures of our own code say Any."""

import ast
from pathlib import Path

ROOMS = ("models", "lantoa", "producers", "stream_apps", "config")
MOST = 149  # SQLAlchemy's generics, YAML before it is validated, and libraries without types


def annotations(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            stated = node.args
            given = [*stated.posonlyargs, *stated.args, *stated.kwonlyargs, stated.vararg, stated.kwarg]
            yield from (each.annotation for each in given if each and each.annotation)
            if node.returns:
                yield node.returns


def is_any(annotation):
    return any(isinstance(each, ast.Name) and each.id == "Any" for each in ast.walk(annotation))


def test_few_signatures_say_any():
    files = [path for room in ROOMS for path in Path(room).rglob("*.py") if "migrations" not in path.parts]
    assert len(files) > 500
    found = {str(path): sum(map(is_any, annotations(path))) for path in files}
    most = sorted(found.items(), key=lambda each: -each[1])[:5]
    assert sum(found.values()) <= MOST, f"{sum(found.values())} signatures say Any, most of them in {most}"
