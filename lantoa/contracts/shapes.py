"""Compares two schemas and finds what a writer may write and a reader does not expect.

The check knows the keywords that pydantic generates for our models. An unknown keyword is reported as a difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

Schema = dict[str, Any]
What = Literal[
    "gone", "missing", "null", "type", "value", "open", "format", "less", "more", "shorter", "longer", "fewer", "many",
    "pattern", "default", "keyword",
]  # fmt: skip
FITS = {("integer", "number")}  # a value written as the first type may be read as the second
SAID = {"title", "description", "examples", "$schema", "$defs"}  # texts for people
# The keywords of each limit. The second keyword of a pair excludes the limit itself.
LEAST: dict[What, tuple[str, ...]] = {
    "less": ("minimum", "exclusiveMinimum", "formatMinimum"),
    "shorter": ("minLength",),
    "fewer": ("minItems", "minProperties"),
}
MOST: dict[What, tuple[str, ...]] = {
    "more": ("maximum", "exclusiveMaximum", "formatMaximum"),
    "longer": ("maxLength",),
    "many": ("maxItems", "maxProperties"),
}
# Keywords with nested schemas, their names, and their defaults.
INSIDE: tuple[tuple[str, str, Schema], ...] = (
    ("items", "[]", {}),
    ("additionalProperties", "{}", {}),
    ("propertyNames", "{} key", {"type": "string"}),
)
BOUNDS = {keyword for each in (LEAST, MOST) for keywords in each.values() for keyword in keywords}
JUDGED = {
    "type", "properties", "required", "items", "additionalProperties", "propertyNames", "enum", "const",
    "x-extensible-enum", "format", "pattern", "default",
} | BOUNDS  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A difference; `written` and `read` show both sides as far as possible."""

    field: str
    what: What
    written: Any = None
    read: Any = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema with the definitions to which it refers.

    `heeds_open` is True for readers of other programs, which know that a list of values is open. Our own readers know
    only their own lists.
    """

    schema: Schema
    definitions: Schema
    heeds_open: bool

    @classmethod
    def of(cls, schema: Schema, *, heeds_open: bool) -> "Shape":
        return cls(schema, schema.get("$defs", {}), heeds_open)

    @property
    def type(self) -> str:
        return str(self.schema.get("type", "anything"))

    @property
    def listed(self) -> list[object] | None:
        """Returns the values that the schema lists, whether the list is open or closed."""
        if "const" in self.schema:
            return [self.schema["const"]]
        return self.schema.get("enum", self.schema.get("x-extensible-enum"))

    @property
    def is_open(self) -> bool:
        return self.heeds_open and "x-extensible-enum" in self.schema

    def inside(self, schema: object) -> "Shape":
        """Returns the nested schema. `additionalProperties` may be True, which allows anything."""
        return replace(self, schema=schema if isinstance(schema, dict) else {})

    def alternatives(self) -> list["Shape"]:
        if "$ref" in self.schema:
            return self.inside(self.definitions[self.schema["$ref"].rpartition("/")[2]]).alternatives()
        if "anyOf" in self.schema:
            return [shape for each in self.schema["anyOf"] for shape in self.inside(each).alternatives()]
        return [self]


def unexpected(written: Shape, read: Shape, field: str = "") -> Iterator[Unexpected]:
    for shape in written.alternatives():
        same = [
            each for each in read.alternatives() if each.type == shape.type or (shape.type, each.type) in FITS
        ]
        if same:
            yield from min((list(_differences(shape, each, field)) for each in same), key=len)
        elif shape.type == "null":
            yield Unexpected(field, "null")
        else:
            yield Unexpected(
                field, "type", shape.type, " or ".join(each.type for each in read.alternatives())
            )


def _differences(written: Shape, read: Shape, field: str) -> Iterator[Unexpected]:
    yield from _values(written, read, field)
    yield from _bounds(written, read, field)
    if read.schema.get("format", written.schema.get("format")) != written.schema.get("format"):
        yield Unexpected(field, "format", written.schema.get("format"), read.schema["format"])
    for keyword in sorted({*written.schema, *read.schema} - JUDGED - SAID):
        if written.schema.get(keyword) != read.schema.get(keyword):
            yield Unexpected(field, "keyword", keyword)
    yield from _properties(written, read, field)
    for keyword, mark, always in INSIDE:
        if expected := read.inside(read.schema.get(keyword)).schema:
            kept = written.inside(written.schema.get(keyword)).schema
            yield from unexpected(written.inside(always | kept), read.inside(always | expected), field + mark)


def _values(written: Shape, read: Shape, field: str) -> Iterator[Unexpected]:
    if read.listed is None or read.is_open:
        return
    if written.listed is None or written.is_open:
        yield Unexpected(field, "open", written.listed, read.listed)
        return
    for value in written.listed:
        if value not in read.listed:
            yield Unexpected(field, "value", value, read.listed)


def _bounds(written: Shape, read: Shape, field: str) -> Iterator[Unexpected]:
    """Yields the limits on which the reader relies and which the writer does not keep. The reverse does no harm."""
    for which, towards in ((LEAST, 1), (MOST, -1)):
        for what, keywords in which.items():
            expected, kept = _bound(read.schema, keywords), _bound(written.schema, keywords)
            if expected is not None and (kept is None or _is_wider(kept, expected, towards)):
                yield Unexpected(field, what, kept and kept[0], expected[0])
    if (pattern := read.schema.get("pattern")) and written.schema.get("pattern") != pattern:
        yield Unexpected(field, "pattern", written.schema.get("pattern"), pattern)


def _bound(schema: Schema, keywords: tuple[str, ...]) -> tuple[object, bool] | None:
    """Returns the limit, and whether the limit itself is excluded."""
    stated = [(schema[each], each.startswith("exclusive")) for each in keywords if each in schema]
    return stated[-1] if stated else None


def _is_wider(kept: tuple[object, bool], expected: tuple[Any, bool], towards: int) -> bool:
    """Compares limits; `towards` is 1 for a minimum and -1 for a maximum. Days and times are compared as text, all in
    UTC."""
    if kept[0] == expected[0]:
        return expected[1] and not kept[1]
    return bool(kept[0] < expected[0]) if towards > 0 else bool(kept[0] > expected[0])


def _properties(written: Shape, read: Shape, field: str) -> Iterator[Unexpected]:
    theirs, always = written.schema.get("properties", {}), written.schema.get("required", ())
    for name, expected in read.schema.get("properties", {}).items():
        place = f"{field}.{name}".lstrip(".")
        if name in read.schema.get("required", ()) and name not in always:
            yield Unexpected(place, "missing" if name in theirs else "gone")
        elif name not in theirs:
            yield Unexpected(place, "gone", read="optional")
        if name in theirs:
            yield from unexpected(written.inside(theirs[name]), read.inside(expected), place)
            optional = name not in always and name not in read.schema.get("required", ())
            if optional and theirs[name].get("default") != expected.get("default"):
                yield Unexpected(place, "default", theirs[name].get("default"), expected.get("default"))
