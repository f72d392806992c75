"""Rows of a sheet as activities, or as rejections that say what was expected and where (counting.md, Activities)."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from hashlib import sha256
from typing import Any

import orjson
from openpyxl.utils import get_column_letter

from config.sheets import Field, Kind, SheetNames, plain
from models.activity import Activity
from producers.sheets.grid import Cell, Grid
from producers.sheets.header import Header, find_header
from producers.sheets.values import A_COUNT, A_DATE, A_RESULT, count_of, date_of, text_of

COUNTS: tuple[Field, ...] = ("sessions", "points", "participants", "invited")
TEXTS: tuple[Field, ...] = ("id", "unit", "place", "title", "note")
ONE_ROW = "one row for one activity; an earlier row states the same one otherwise"
A_UNIT = "the unit that reports"
A_LANGUAGE = "tiếng Việt or tiếng Khmer"
A_KIND = "a kind of activity, such as thông tin lưu động or hội nghị; --kind gives one for all"
EXPECTATIONS = (ONE_ROW, A_UNIT, A_LANGUAGE, A_KIND, A_RESULT, A_COUNT, A_DATE)
SEPARATORS = re.compile(r"[;\n]")


@dataclass(frozen=True, slots=True)
class Rejection:
    """`row` from 1, `column` as Excel names it; the row's values are kept to be corrected."""

    sheet: str
    row: int
    column: str
    value: str
    expected: str
    values: tuple[Cell, ...]
    kind: Kind | None  # that the sheet, or the section above, said for the row


@dataclass(slots=True)
class SheetResult:
    """What one sheet gave. `skipped`: blank rows, totals, section titles and remarks. `problem`: why nothing was read."""

    name: str
    header: Header | None = None
    activities: list[Activity] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    repeated: int = 0
    skipped: int = 0
    problem: str = ""


class _BadCell(Exception):
    def __init__(self, name: Field, expected: str) -> None:
        super().__init__(expected)
        self.field = name
        self.expected = expected


class RowReader:
    """One file's rows. `kind` is for sheets that do not say it."""

    def __init__(
        self, names: SheetNames, local: tzinfo, now: datetime, file: str, kind: Kind | None = None
    ) -> None:
        self._names = names
        self._local = local
        self._now = now
        self._file = file
        self._kind = kind
        self._seen: dict[str, str] = {}  # activity → its revision

    def read(self, grid: Grid) -> SheetResult:
        result = SheetResult(grid.name)
        if grid.hidden:
            result.problem = "hidden"
            return result
        header = find_header(grid, self._names)
        if header is None:
            result.problem = "no-header"
            return result
        if "date" not in header.columns:
            result.header, result.problem = header, "no-date-column"
            return result
        result.header = header
        title = " ".join(
            str(cell) for row in grid.rows[: header.row] for cell in dict.fromkeys(row) if cell is not None
        )
        section = self._names.kind_in(grid.name) or self._names.kind_in(title)
        for number, row in enumerate(grid.rows[header.first :], header.first + 1):
            given = _given(row, header)
            if self._is_total(row, given) or not _is_data(given):
                named = self._names.kind_in(" ".join(str(c) for c in row if c is not None))
                section = named if named and len(_texts(row)) == 1 else section
                result.skipped += 1
                continue
            self._read_row(result, header, number, row, given, section)
        return result

    def _read_row(
        self, result: SheetResult, header: Header, number: int, row: list[Cell], given: Mapping[Field, Cell], section: Kind | None
    ) -> None:  # fmt: skip
        try:
            activity = self._activity(given, section, f"{self._file}, {result.name}, {number}")
            self._check_repeated(activity)
        except _BadCell as bad:
            column = header.columns.get(bad.field)
            letter = get_column_letter(column + 1) if column is not None else ""
            value = str(given.get(bad.field) if given.get(bad.field) is not None else "")
            result.rejections.append(
                Rejection(result.name, number, letter, value, bad.expected, tuple(row), section)
            )
            return
        if activity.id in self._seen:
            result.repeated += 1
            return
        self._seen[activity.id] = activity.revision
        result.activities.append(activity)

    def _check_repeated(self, activity: Activity) -> None:
        if self._seen.get(activity.id, activity.revision) != activity.revision:
            raise _BadCell("title", ONE_ROW)

    def _activity(self, given: Mapping[Field, Cell], section: Kind | None, source: str) -> Activity:
        texts = {name: _read(name, text_of, given.get(name)) for name in TEXTS}
        if not texts["unit"]:
            raise _BadCell("unit", A_UNIT)
        counts = {name: _read(name, count_of, given.get(name)) for name in COUNTS}
        stated: dict[str, Any] = {
            "kind": self._kind_of(given, section),
            "date": _read("date", lambda cell: date_of(cell, self._local), given.get("date")),
            "unit": texts["unit"],
            "place": texts["place"],
            "title": texts["title"],
            "resolutions": tuple(
                w.strip() for w in SEPARATORS.split(_words(given.get("resolutions"))) if w.strip()
            ),
            "sessions": 1 if counts["sessions"] is None else counts["sessions"],
            **{name: counts[name] for name in COUNTS if name != "sessions"},
            "language": self._language(given),
            "note": texts["note"],
        }
        identity = _identity(texts["id"], stated)
        return Activity(
            id=sha256(f"activity\0{identity}".encode()).hexdigest()[:20],
            identity=identity,
            revision=sha256(orjson.dumps(stated)).hexdigest()[:20],
            reported_at=self._now,
            source=source,
            **stated,
        )

    def _kind_of(self, given: Mapping[Field, Cell], section: Kind | None) -> Kind:
        words = _read("kind", text_of, given.get("kind"))
        kind = self._names.kind_in(words) if words else section or self._kind
        if kind is None:
            raise _BadCell("kind", A_KIND)
        return kind

    def _language(self, given: Mapping[Field, Cell]) -> str:
        words = _read("language", text_of, given.get("language"))
        code = self._names.language_in(words) if words else "vi"
        if code is None:
            raise _BadCell("language", A_LANGUAGE)
        return code

    def _is_total(self, row: list[Cell], given: Mapping[Field, Cell]) -> bool:
        """A total states no date and begins with the word."""
        words = _texts(row)
        first = plain(words[0]) if words else ""
        total = any(first == word or first.startswith(f"{word} ") for word in self._names.total_words)
        return total and (given.get("date") is None or str(given["date"]).strip() == words[0])


def _identity(stated_id: str, stated: Mapping[str, Any]) -> str:
    if stated_id:
        return f"id:{_same(stated_id)}"
    parts = (stated["kind"], stated["date"].isoformat(), stated["unit"], stated["place"], stated["title"])
    return "row:" + "|".join(map(_same, parts))


def _same(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _read(name: Field, reader: Callable[[Cell], Any], cell: Cell) -> Any:
    try:
        return reader(cell)
    except ValueError as error:
        raise _BadCell(name, str(error)) from error


def _words(cell: Cell) -> str:
    """Lines within a cell stay apart."""
    return "" if cell is None else "\n".join(text_of(line) for line in str(cell).splitlines())


def _given(row: list[Cell], header: Header) -> dict[Field, Cell]:
    return {name: row[column] if column < len(row) else None for name, column in header.columns.items()}


def _is_data(given: Mapping[Field, Cell]) -> bool:
    """Remarks, section titles and signatures fill one or two cells and state no number; merged, they say one thing."""
    filled = {name: cell for name, cell in given.items() if cell is not None and str(cell).strip()}
    different = {str(cell).strip() for cell in filled.values()}
    counted = any(name in filled and re.search(r"\d", str(filled[name])) for name in COUNTS)
    return len(different) >= 3 or (len(different) == 2 and (counted or "date" in filled))


def _texts(row: list[Cell]) -> list[str]:
    """Distinct texts of a row, in order; merged cells say one thing once."""
    return list(dict.fromkeys(str(cell).strip() for cell in row if cell is not None and str(cell).strip()))
