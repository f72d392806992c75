"""What a merged cell means for the rows that it covers: its text or date applies to each row, its number is one
number."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping

from config.sheets import Field
from producers.sheets.growing import Grid, Range
from producers.sheets.header import Header
from producers.sheets.sheet_cells import Cell, Shared


class Merged:
    """The merged cells of one sheet. `counts` are the fields of numbers; `is_row` returns whether a row states an
    activity."""

    def __init__(
        self, grid: Grid, header: Header, counts: Collection[Field], is_row: Callable[[list[Cell]], bool]
    ) -> None:
        self._columns = header.columns
        self._counts = {column for name, column in header.columns.items() if name in counts}
        # row → the columns that a cell above covers, a bit each
        self._below: defaultdict[int, int] = defaultdict(int)
        # row → the columns whose number does not belong to the row alone
        self._shared: defaultdict[int, int] = defaultdict(int)
        for each in grid.merged:
            columns = _bits(range(each.left - 1, each.right))
            for row in range(max(each.top, header.first) + 1, each.bottom + 1):
                self._below[row] |= columns
        for each, numbers in self._of_numbers(grid.merged):
            rows = [
                row
                for row in range(max(each.top, header.first + 1), min(each.bottom, len(grid.rows)) + 1)
                if is_row(grid.rows[row - 1]) and not self._repeats(row, grid.rows[row - 1])
            ]
            if len(rows) > 1 or len(numbers) > 1:
                for row in rows:
                    self._shared[row] |= _bits(numbers)

    def repeats(self, row: int, given: Mapping[Field, Cell]) -> bool:
        """True where everything in the row, counted from 1, is in the row above: that row is higher than one line."""
        below = self._below.get(row, 0)
        filled = [self._columns[name] for name, cell in given.items() if _is_filled(cell)]
        return bool(filled) and all(below >> column & 1 for column in filled)

    def alone(self, row: int, given: Mapping[Field, Cell]) -> Mapping[Field, Cell]:
        """Returns `given` with the numbers marked that also apply to other rows or columns."""
        shared = self._shared.get(row, 0)
        if not shared:
            return given
        return {
            name: Shared(cell) if shared >> self._columns[name] & 1 and not isinstance(cell, Shared) else cell
            for name, cell in given.items()
        }

    def _repeats(self, row: int, line: list[Cell]) -> bool:
        cells = {name: line[column] for name, column in self._columns.items() if column < len(line)}
        return self.repeats(row, cells)

    def _of_numbers(self, merged: Collection[Range]) -> Iterator[tuple[Range, list[int]]]:
        for each in merged:
            if columns := [column for column in self._counts if each.left <= column + 1 <= each.right]:
                yield each, columns


def _is_filled(cell: Cell) -> bool:
    return cell is not None and bool(str(cell).strip())


def _bits(columns: Collection[int]) -> int:
    return sum(1 << column for column in columns)
