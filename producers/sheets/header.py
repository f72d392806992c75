"""Finds the heading of a sheet and the meaning of its columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from unicodedata import normalize

from config.sheets import Field, SheetNames, plain
from producers.sheets.growing import Grid
from producers.sheets.sheet_cells import Cell

LOOKED_AT = 40  # rows
WRITTEN_BREAK = re.compile(r"\\[nrt]")  # two characters, as some programs write a line break into a csv file
FEWEST = 3  # columns that must be recognised
COUNTED: tuple[Field, ...] = ("sessions", "points", "participants", "invited")
PEOPLE: tuple[Field, ...] = ("participants", "invited")
MULTIPLE = r"(?:nghìn|ngàn|triệu|tỷ|chục|trăm|thousands?|millions?|x?\s*1[.,]?000(?:[.,]000)*)"
SCALED = re.compile(rf"[(\[][^)\]]*?(?<!\w){MULTIPLE}(?!\w)", re.I)  # Lượt người (nghìn)
SCALED_PEOPLE = re.compile(rf"(?:đơn vị(?: tính)?|đvt)\s*:?\s*{MULTIPLE}\s*(?:lượt|người|đại biểu)", re.I)


@dataclass(frozen=True, slots=True)
class Header:
    """`columns` maps a field to its column, from 0. `names` is the heading as written. `first` is the first row after
    it, from 0. `scaled` are fields whose numbers do not count single units, by the heading or by a line above it."""

    columns: Mapping[Field, int]
    names: list[str]
    row: int
    first: int
    scaled: frozenset[Field] = frozenset()


def find_header(grid: Grid, names: SheetNames) -> Header | None:
    """Returns the row, or the two rows below merged cells, with the most recognised columns; None when there is
    none."""
    best: Header | None = None
    for row in range(min(LOOKED_AT, len(grid.rows))):
        for depth in (1, 2):
            if row + depth <= len(grid.rows):
                header = _header(grid.rows[row : row + depth], row, names)
                if len(header.columns) >= FEWEST and (
                    best is None or len(header.columns) > len(best.columns)
                ):
                    best = header
    return best and replace(best, scaled=_scaled(grid, best))


def _scaled(grid: Grid, header: Header) -> frozenset[Field]:
    above = " ".join(str(cell) for row in grid.rows[: header.first] for cell in row if cell is not None)
    heading = grid.rows[header.row : header.first]
    found = set(PEOPLE if SCALED_PEOPLE.search(normalize("NFC", above)) else ())
    for name in COUNTED:
        column = header.columns.get(name)
        if column is not None:
            texts = (str(row[column]) for row in heading if column < len(row) and row[column] is not None)
            found |= {name for text in texts if SCALED.search(normalize("NFC", text))}
    return frozenset(found & header.columns.keys())


def _header(rows: list[list[Cell]], row: int, names: SheetNames) -> Header:
    width = max(map(len, rows))
    columns: dict[Field, int] = {}
    headings = []
    for column in range(width):
        texts = [str(r[column]).strip() for r in rows if column < len(r) and r[column] is not None]
        headings.append(texts[-1] if texts else "")
        for text in reversed(texts):
            field = names.fields.get(plain(WRITTEN_BREAK.sub(" ", text)))
            if field:
                if field != "ignored":
                    columns.setdefault(field, column)
                break
    return Header(columns, headings, row, row + len(rows))
