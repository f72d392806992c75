"""The answer is worth something only when it is not the product's own."""

import ast
from pathlib import Path

import lantoa.demo

ROOMS = {"producers", "stream_apps", "models", "sqlmodel", "feedparser"}


def test_the_simulation_uses_nothing_that_it_is_to_judge():
    for path in Path(lantoa.demo.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & ROOMS, path.name
