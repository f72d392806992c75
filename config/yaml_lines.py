"""Reads YAML into a typed model, and reports every mistake with its file and line."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config.errors import CatalogueError
from config.mistakes import mistake

T = TypeVar("T")
YamlPath = Sequence[str | int]  # the path from the top of the file: ("sources", 0, "url")
LineOf = Callable[[YamlPath], int]


def load_model(
    path: Path, model: type[T], prepare: Callable[[Path, Any, LineOf], Any] | None = None
) -> tuple[T, LineOf]:
    """Returns the file's content as `model` (anything that pydantic validates), and a function for the line of any
    path in it, from 1.

    `prepare` may change the content before it is checked, and must keep every part at its path. Raises
    CatalogueError: path, line and what was expected.
    """
    root, content = _read(path)

    def line_of(place: YamlPath) -> int:
        return _line(root, place)

    try:
        prepared = prepare(path, deepcopy(content), line_of) if prepare else content
        return TypeAdapter(model).validate_python(prepared), line_of
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        found = mistake(path, line_of(first["loc"]), model, first)
        raise CatalogueError(path, found.line, found.message) from error


def read_lines(path: Path) -> tuple[object, LineOf]:
    """Returns the content as it is, for callers that may change it, and the function for lines. Raises
    CatalogueError."""
    root, content = _read(path)
    return deepcopy(content), lambda place: _line(root, place)


def _read(path: Path) -> tuple[Node, object]:
    try:
        return _parsed(path, path.read_text("utf-8"))
    except OSError as error:
        raise CatalogueError(path, 1, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(path, 1, "is not UTF-8 text: save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueError(path, line, f"not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise CatalogueError(path, 1, f"not YAML: {error}") from error


@lru_cache(maxsize=64)
def _parsed(path: Path, text: str) -> tuple[Node, object]:
    """Caches the result, because parsing the catalogue takes most of the time of a short command. Callers must not
    change it."""
    root = yaml.compose(text, yaml.CSafeLoader)
    if root is None:
        raise CatalogueError(path, 1, "the file is empty")
    _refuse_repeated_keys(path, root)
    return root, yaml.load(text, yaml.CSafeLoader)


def _refuse_repeated_keys(path: Path, root: Node) -> None:
    """YAML itself would use the last one without an error."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    raise CatalogueError(path, key.start_mark.line + 1, f"{key.value!r} stands here twice")
                seen.add(key.value)
                waiting.append(value)


def _line(root: Node, place: YamlPath) -> int:
    """Returns the line of the deepest existing part of the path: a missing key is reported where its mapping
    starts."""
    node, line = root, root.start_mark.line + 1
    for part in place:
        found = _child(node, part)
        if found is None:
            break
        node, line = found
    return line


def _child(node: Node, part: str | int) -> tuple[Node, int] | None:
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: Node = node.value[part]
        return child, child.start_mark.line + 1
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value == part:
                return value, key.start_mark.line + 1
    return None
