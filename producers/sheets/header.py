"""Where a sheet's heading stands and which column is which."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from config.sheets import Field, SheetNames, plain
from producers.sheets.cells import Cell
from producers.sheets.growing import Grid

LOOKED_AT = 40  # rows
WRITTEN_BREAK = re.compile(r"\\[nrt]")  # two signs, as some programs write a line break into a csv file
FEWEST = 3  # columns that must be recognised


@dataclass(frozen=True, slots=True)
class Header:
    """`columns`: field → column from 0. `names`: the heading as it stands. `first` is the first row behind it, from 0."""

    columns: Mapping[Field, int]
    names: list[str]
    row: int
    first: int


def find_header(grid: Grid, names: SheetNames) -> Header | None:
    """The row, or two rows below merged cells, with the most recognised columns; None when there is none."""
    best: Header | None = None
    for row in range(min(LOOKED_AT, len(grid.rows))):
        for depth in (1, 2):
            if row + depth <= len(grid.rows):
                header = _header(grid.rows[row : row + depth], row, names)
                if len(header.columns) >= FEWEST and (
                    best is None or len(header.columns) > len(best.columns)
                ):
                    best = header
    return best


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
