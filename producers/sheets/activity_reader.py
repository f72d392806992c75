"""Reads one activity from a row of a sheet or from a form (counting.md, Activities)."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from hashlib import sha256
from typing import Any

import orjson

from config.sheets import ActivityKind, Field, SheetNames, plain
from models.messages.activity import Activity
from models.messages.limits import MOST_RESOLUTIONS, NOTE, PLACE, SOURCE, TITLE, UNIT, WORDS, TextLimit
from producers.sheets.cell_values import count_of, date_of, text_of
from producers.sheets.sheet_cells import Cell

COUNTS: tuple[Field, ...] = ("sessions", "points", "participants", "invited")
TEXTS: dict[Field, TextLimit] = {"id": UNIT, "unit": UNIT, "place": PLACE, "title": TITLE, "note": NOTE}
A_UNIT = "the unit that reports"
A_LANGUAGE = "tiếng Việt or tiếng Khmer"
A_KIND = "a kind of activity, such as thông tin lưu động or hội nghị; --kind gives one for all"
A_SHORT_TEXT = "a shorter text: at most 500 characters for who and where, 1.000 for a title or a document, 10.000 for a note"
FEW_DOCUMENTS = "at most 200 documents"
DITTO = frozenset({"nt", "nhu tren"})
SEPARATORS = re.compile(r"[;\n]")


class BadCells(Exception):
    """Cells that cannot be read: field → what was expected, in the order in which they were read."""

    def __init__(self, expected: Mapping[Field, str]) -> None:
        super().__init__(", ".join(expected))
        self.expected = expected


@dataclass(frozen=True, slots=True)
class ActivityReader:
    """`local` is the time zone of the programme that takes the activities; of two revisions the one with the later
    `handed_in` wins."""

    names: SheetNames
    local: tzinfo
    handed_in: datetime
    programme: str | None = None

    def read(self, given: Mapping[Field, Cell], kind: ActivityKind | None, source: str) -> Activity:
        """`kind` applies to cells that do not state it. Raises BadCells with everything that is wrong."""
        cells = _Cells(given)
        texts = {name: cells.read(name, partial(_short_text, limit)) for name, limit in TEXTS.items()}
        if not _is_name(texts["unit"] or ""):
            cells.refuse("unit", A_UNIT)
        counts = {name: cells.read(name, count_of) for name in COUNTS}
        stated: dict[str, Any] = {
            "kind": self._kind(cells, kind),
            "date": cells.read("date", lambda cell: date_of(cell, self.local)),
            "unit": texts["unit"],
            "place": texts["place"],
            "title": texts["title"],
            "resolutions": cells.read("resolutions", _documents),
            "sessions": 1 if counts["sessions"] is None else counts["sessions"],
            **{name: counts[name] for name in COUNTS if name != "sessions"},
            "language": self._language(cells),
            "note": texts["note"],
        }  # fmt: skip
        if cells.bad:
            raise BadCells(cells.bad)
        identity = _identity(texts["id"], stated)
        return Activity(
            id=sha256(f"activity\0{identity}".encode()).hexdigest()[:20],
            identity=identity,
            revision=sha256(orjson.dumps(stated)).hexdigest()[:20],
            reported_at=self.handed_in,
            programme=self.programme,
            source=SOURCE.cut(source),
            **stated,
        )

    def _kind(self, cells: "_Cells", otherwise: ActivityKind | None) -> ActivityKind | None:
        words = cells.read("kind", text_of)
        kind = self.names.kind_in(words) if words else otherwise
        if kind is None:
            cells.refuse("kind", A_KIND)
        return kind

    def _language(self, cells: "_Cells") -> str | None:
        words = cells.read("language", text_of)
        code = self.names.language_in(words) if words else "vi"
        if code is None:
            cells.refuse("language", A_LANGUAGE)
        return code


class _Cells:
    """`bad` collects what cannot be read; the first reason for a cell is kept."""

    def __init__(self, given: Mapping[Field, Cell]) -> None:
        self.bad: dict[Field, str] = {}
        self._given = given

    def read(self, name: Field, reader: Callable[[Cell], Any]) -> Any:
        try:
            return reader(self._given.get(name))
        except ValueError as error:
            self.refuse(name, str(error))
            return None

    def refuse(self, name: Field, expected: str) -> None:
        self.bad.setdefault(name, expected)


def _is_name(unit: str) -> bool:
    """False for an empty text, or a sign that repeats the value above."""
    return any(map(str.isalnum, unit)) and plain(unit) not in DITTO


def _identity(stated_id: str, stated: Mapping[str, Any]) -> str:
    if stated_id:
        return f"id:{same(stated_id)}"
    parts = (stated["kind"], stated["date"].isoformat(), stated["unit"], stated["place"], stated["title"])
    return "row:" + "|".join(map(same, parts))


def same(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _short_text(limit: TextLimit, cell: Cell) -> str:
    text = text_of(cell)
    if not limit.allows(text):
        raise ValueError(A_SHORT_TEXT)
    return text


def _documents(cell: Cell) -> tuple[str, ...]:
    """Returns the documents that a cell names; lines within a cell stay separate."""
    words = text_of(cell)  # raises where the cell cannot be read
    lines = "\n".join(map(text_of, str(cell).splitlines())) if words else ""
    documents = tuple(part.strip() for part in SEPARATORS.split(lines) if part.strip())
    if len(documents) > MOST_RESOLUTIONS:
        raise ValueError(FEW_DOCUMENTS)
    if not all(map(WORDS.allows, documents)):
        raise ValueError(A_SHORT_TEXT)
    return documents
