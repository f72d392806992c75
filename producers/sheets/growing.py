"""A sheet that grows with its content, and is counted while it does: merged ranges and repetitions included."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from config.errors import SheetError
from producers.sheets.sheet_cells import Cell

MOST_ROWS, MOST_COLUMNS = 200_000, 500  # rows and columns with content
MOST_CELLS = 4_000_000  # cells of a file, empty ones before the last filled cell of a row included
SMALL_RANGE = 1_000  # cells; a larger merged range is read as far as the sheet has other cells
TOO_WIDE = (
    "sheet {sheet!r} claims {rows} rows and {columns} columns; at most {most_rows} and {most_columns} are read."
    " Delete the empty ones"
)
TOO_MANY = (
    "sheet {sheet!r}: the file becomes more than {most} cells, merged and repeated ones included."
    " Split it, and merge fewer cells"
)


class Range(NamedTuple):
    """A range of merged cells, counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def cells(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows[0][0]` is cell A1. A row ends with its last filled cell, the grid with its last such row.

    `merged` are the ranges whose cells all have the value of the first one. `hidden_rows` and `hidden_columns` count
    from 1 and may hold values. `hidden` is true where the whole sheet is hidden.
    """

    name: str
    rows: list[list[Cell]]
    hidden: bool = False
    merged: tuple[Range, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(slots=True)
class Room:
    """The number of cells that a file may still use."""

    cells: int = MOST_CELLS

    def take(self, cells: int, sheet: str) -> None:
        self.cells -= cells
        if self.cells < 0:
            raise SheetError(TOO_MANY, sheet=sheet, most=MOST_CELLS)


@dataclass(slots=True)
class Sheet:
    name: str
    room: Room
    hidden: bool = False
    rows: list[list[Cell]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    _merged: list[Range] = field(default_factory=list)

    def put(self, row: int, column: int, value: Cell) -> None:
        """Counts row and column from 1."""
        self._reach(row, column)
        line = self.rows[row - 1]
        if (missing := column - len(line)) > 0:
            self.room.take(missing, self.name)
            line.extend([None] * missing)
        line[column - 1] = value

    def make_room(self, row: int, times: int, width: int) -> None:
        """Reserves `times` rows from `row` on, which are filled next and are still empty."""
        self._check_size(row + times - 1, width)
        self.room.take(times * width, self.name)
        self._reach(row - 1, 0)
        self.rows.extend([None] * width for _ in range(times))

    def hide_columns(self, first: int, last: int) -> None:
        self.hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))

    def merge(self, ranges: Iterable[Range]) -> None:
        """Copies the value of the first cell of each range to its other cells."""
        height, width = len(self.rows), max(map(len, self.rows), default=0)
        for each in ranges:
            shown = self._at(each.top, each.left)
            bottom, right = min(each.bottom, MOST_ROWS), min(each.right, MOST_COLUMNS)
            if shown is None or each.cells > SMALL_RANGE:
                bottom, right = min(bottom, height), min(right, width)
            rows, columns = range(each.top, bottom + 1), range(each.left, right + 1)
            self.room.take(len(rows) * len(columns), self.name)
            for row in rows:
                for column in columns:
                    if shown is not None or self._at(row, column) is not None:
                        self.put(row, column, shown)
            if shown is not None and len(rows) * len(columns) > 1:
                self._merged.append(Range(each.top, each.left, bottom, right))

    def grid(self) -> Grid:
        hidden_rows, hidden_columns = frozenset(self.hidden_rows), frozenset(self.hidden_columns)
        return Grid(self.name, self.rows, self.hidden, tuple(self._merged), hidden_rows, hidden_columns)

    def _at(self, row: int, column: int) -> Cell:
        line = self.rows[row - 1] if row <= len(self.rows) else []
        return line[column - 1] if column <= len(line) else None

    def _reach(self, row: int, column: int) -> None:
        self._check_size(row, column)
        while len(self.rows) < row:
            self.rows.append([])

    def _check_size(self, rows: int, columns: int) -> None:
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            raise SheetError(
                TOO_WIDE,
                sheet=self.name,
                rows=rows,
                columns=columns,
                most_rows=MOST_ROWS,
                most_columns=MOST_COLUMNS,
            )
