"""docs/fetching.md lists every reason for which fetching fails, with its weight."""

import ast
import re
from pathlib import Path

import pytest

from producers.state.backoff import weight

REPOSITORY = Path(__file__).parents[2]
FILES = tuple((REPOSITORY / "producers/http").glob("*.py"))
TABLE = re.findall(
    r"^\| `([\w-]+)` \| ([\d.]+) \|", (REPOSITORY / "docs/fetching.md").read_text(), re.MULTILINE
)

OF_READERS = {
    "document-timeout",
    "document-memory",
    "unreadable",
}  # what producers/parse/readers.py makes of an ended process


def raised(source):
    """The first arguments of FetchError(…), where they are words or a choice of words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FetchError":
            yield from (each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
            yield from (each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant))


def test_every_reason_is_listed_and_every_listed_one_exists():
    found = {str(word) for path in FILES for word in raised(path.read_text())}
    codes = {word for word in found if re.fullmatch(r"[a-z]+(-[a-z]+)*-?", word)} - {"http-"}
    assert codes | {"http-NNN"} | OF_READERS == {name for name, _ in TABLE}


@pytest.mark.parametrize(("name", "weighs"), TABLE)
def test_the_weights_are_those_of_the_code(name, weighs):
    assert weight(name) == float(weighs)
