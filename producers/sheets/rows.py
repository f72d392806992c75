"""Turns rows of a sheet into activities, or into rejections that say what was expected and where (counting.md,
Activities)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from openpyxl.utils import get_column_letter

from config.sheets import ActivityKind, Field, SheetNames
from models.messages.activity import Activity
from producers.sheets.activity_reader import (
    A_KIND,
    A_LANGUAGE,
    A_SHORT_TEXT,
    A_UNIT,
    COUNTS,
    FEW_DOCUMENTS,
    ActivityReader,
    BadCells,
)
from producers.sheets.between import is_heading_again, is_numbering, is_total
from producers.sheets.cell_values import (
    A_COUNT,
    A_COUNT_BY_ONE,
    A_DATE,
    A_DATE_FORMAT,
    A_NEAR_DATE,
    A_NUMBER_OF_ITS_OWN,
    A_RESULT,
    A_SMALL_COUNT,
    A_WORKING_FORMULA,
)
from producers.sheets.growing import Grid
from producers.sheets.header import Header, find_header
from producers.sheets.merged import Merged
from producers.sheets.sheet_cells import Cell, Scaled, Shared

ONE_ROW = "one row for one activity; an earlier row states the same one otherwise"
EXPECTATIONS = (
    ONE_ROW, A_UNIT, A_LANGUAGE, A_KIND, A_RESULT, A_COUNT, A_DATE, A_SMALL_COUNT, A_NEAR_DATE, A_SHORT_TEXT, FEW_DOCUMENTS,
    A_DATE_FORMAT, A_NUMBER_OF_ITS_OWN, A_WORKING_FORMULA, A_COUNT_BY_ONE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rejection:
    """`row` counts from 1, `column` is Excel's name; the values of the row are kept so that they can be corrected."""

    sheet: str
    row: int
    column: str
    value: str
    expected: str
    values: tuple[Cell, ...]
    kind: ActivityKind | None  # the kind that the sheet, or the section above, states for the row


@dataclass(slots=True)
class SheetResult:
    """The result of one sheet. `rows` maps an activity to its row, from 1. `skipped` counts blank rows, totals,
    section titles and remarks. `hidden_rows` are rows that were read although they are hidden; `hidden_columns` are
    the headings of hidden columns. `problem` says why nothing was read."""

    name: str
    header: Header | None = None
    activities: list[Activity] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    repeated: int = 0
    skipped: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    problem: str = ""

    def column_of(self, name: Field) -> str:
        """Returns Excel's name of the column; empty where the sheet has no such column."""
        column = self.header.columns.get(name) if self.header else None
        return "" if column is None else get_column_letter(column + 1)


class RowReader:
    """Reads the rows of one file. `kind` applies to sheets that do not state it; `programme` is the one that takes
    the rows."""

    def __init__(
        self,
        names: SheetNames,
        local: tzinfo,
        now: datetime,
        file: str,
        kind: ActivityKind | None = None,
        programme: str | None = None,
    ) -> None:
        self._names = names
        self._activities = ActivityReader(names, local, now, programme)
        self._file = file
        self._kind = kind
        self._seen: dict[str, str] = {}  # activity → revision

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
        result.hidden_columns = [
            header.names[column] for column in header.columns.values() if column + 1 in grid.hidden_columns
        ]
        merged = Merged(grid, header, COUNTS, lambda row: self._is_row(row, header))
        for number, row in enumerate(grid.rows[header.first :], header.first + 1):
            given = _given(row, header)
            if merged.repeats(number, given):
                result.repeated += 1
                continue
            if not self._is_row(row, header):
                named = self._names.kind_in(" ".join(str(c) for c in row if c is not None))
                section = named if named and len(_texts(row)) == 1 else section
                result.skipped += 1
                continue
            if number in grid.hidden_rows:
                result.hidden_rows.append(number)
            self._read_row(result, header, number, row, merged.alone(number, given), section)
        return result

    def _is_row(self, row: list[Cell], header: Header) -> bool:
        given = _given(row, header)
        texts = _texts(row)
        return (
            _is_data(given)
            and not is_total(given, texts, self._names)
            and not is_numbering(texts)
            and not is_heading_again(row, header)
        )

    def _read_row(
        self, result: SheetResult, header: Header, number: int, row: list[Cell], given: Mapping[Field, Cell], section: ActivityKind | None
    ) -> None:  # fmt: skip
        try:
            activity = self._activities.read(
                given, section or self._kind, f"{self._file}, {result.name}, {number}"
            )
            if self._seen.get(activity.id, activity.revision) != activity.revision:
                raise BadCells({"title": ONE_ROW})
        except BadCells as bad:
            name, expected = next(iter(bad.expected.items()))
            column = header.columns.get(name)
            letter = get_column_letter(column + 1) if column is not None else ""
            value = str(given.get(name) if given.get(name) is not None else "")
            result.rejections.append(
                Rejection(result.name, number, letter, value, expected, tuple(row), section)
            )
            return
        if activity.id in self._seen:
            result.repeated += 1
            return
        self._seen[activity.id] = activity.revision
        result.activities.append(activity)
        result.rows[activity.id] = number


def _given(row: list[Cell], header: Header) -> dict[Field, Cell]:
    given = {name: row[column] if column < len(row) else None for name, column in header.columns.items()}
    scaled = {name: cell for name in header.scaled if (cell := given[name]) is not None}
    return given | {
        name: Scaled(cell) for name, cell in scaled.items() if not isinstance(cell, Shared | Scaled)
    }


def _is_data(given: Mapping[Field, Cell]) -> bool:
    """Remarks, section titles and signatures fill one or two cells and hold no number; merged cells count as one
    text."""
    filled = {name: cell for name, cell in given.items() if cell is not None and str(cell).strip()}
    different = {str(cell).strip() for cell in filled.values()}
    counted = any(name in filled and re.search(r"\d", str(filled[name])) for name in COUNTS)
    return len(different) >= 3 or (len(different) == 2 and (counted or "date" in filled))


def _texts(row: list[Cell]) -> list[str]:
    """Returns the distinct texts of a row, in order; merged cells repeat one text."""
    return list(dict.fromkeys(str(cell).strip() for cell in row if cell is not None and str(cell).strip()))
