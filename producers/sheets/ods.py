"""Reads an ods file as sheets of plain values, in one pass over its content.

It is read here because other readers lose a failed formula or a missing result, merged cells and hidden rows; and
here repetitions are counted before they are expanded.
"""

import io
import math
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from lxml import etree

from producers.sheets.growing import Grid, Range, Room, Sheet
from producers.sheets.sheet_cells import (
    Cell,
    FailedFormula,
    Uncalculated,
    percent_cell,
    shows_failure,
    text_cell,
    without_leaked_breaks,
)

PIECE = 1 << 16
NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT, STYLE = (f"{{{NAMES}{name}:1.0}}" for name in ("office", "table", "text", "style"))
ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
VALUE_TYPE, FORMULA = f"{OFFICE}value-type", f"{TABLE}formula"
HIDDEN = ("collapse", "filter")
CONTAINERS = {
    f"{TABLE}{name}"
    for name in ("table-header-rows", "table-header-columns", "table-rows", "table-columns", "table-row-group", "table-column-group")
}  # fmt: skip
SPACES = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
ASIDE = {f"{TEXT}ruby-text", f"{TEXT}note", f"{OFFICE}annotation", f"{OFFICE}annotation-end"}


def read_ods(data: bytes) -> list[Grid]:
    """Raises SheetError, and whatever zipfile and lxml raise."""
    tables = _Tables()
    parser: Any = etree.XMLParser(target=tables, resolve_entities=False, no_network=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as content:
        while piece := content.read(PIECE):
            parser.feed(piece)
        parser.close()
    return tables.grids


class _Tables:
    """Receives the elements of the content, and keeps the values of the tables' cells."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self._room = Room()
        self._style, self._hidden_styles = "", set[str]()
        self._sheet: Sheet | None = None
        self._ranges: list[Range] = []
        # numbers of those that were passed, before the row or the column that is read
        self._rows = self._columns = 0
        self._hidden_groups = 0
        self._row: _Row | None = None
        self._aside = 0  # nesting depth within an element that is no part of a cell's text
        self._starts: dict[str, Callable[[Mapping[str, str]], None]] = {
            f"{STYLE}style": self._start_style,
            f"{STYLE}table-properties": self._start_properties,
            f"{TABLE}table": self._start_table,
            f"{TABLE}table-column": self._start_column,
            f"{TABLE}table-row": self._start_row,
            f"{TABLE}table-row-group": self._start_group,
            f"{TABLE}table-column-group": self._start_group,
        }
        self._ends: dict[str, Callable[[], None]] = {
            f"{TABLE}table": self._end_table,
            f"{TABLE}table-row": self._end_row,
        }

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._aside:
            self._aside += 1
        elif self._row is not None:
            self._aside = int(not self._row.start(tag, attributes))
        elif (begin := self._starts.get(tag)) is not None and (self._sheet is None or tag != f"{TABLE}table"):
            begin(attributes)
        elif self._sheet is not None and tag not in CONTAINERS:
            self._aside = 1  # skips forms and drawings

    def data(self, text: str) -> None:
        if self._row is not None and not self._aside:
            self._row.data(text)

    def end(self, tag: str) -> None:
        if self._aside:
            self._aside -= 1
        elif (finish := self._ends.get(tag)) is not None:
            finish()
        elif self._row is not None:
            self._row.end(tag)
        elif tag in (f"{TABLE}table-row-group", f"{TABLE}table-column-group") and self._hidden_groups:
            self._hidden_groups -= 1

    def close(self) -> None:
        pass

    def _start_style(self, stated: Mapping[str, str]) -> None:
        self._style = stated.get(f"{STYLE}name", "")

    def _start_properties(self, stated: Mapping[str, str]) -> None:
        if stated.get(f"{TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def _start_table(self, stated: Mapping[str, str]) -> None:
        hidden = stated.get(f"{TABLE}style-name", "") in self._hidden_styles
        self._sheet = Sheet(stated.get(f"{TABLE}name", ""), self._room, hidden)
        self._ranges, self._rows, self._columns, self._hidden_groups = [], 0, 0, 0

    def _start_group(self, stated: Mapping[str, str]) -> None:
        """Everything in a hidden group is hidden, however it is shown otherwise."""
        if self._hidden_groups or stated.get(f"{TABLE}display") == "false":
            self._hidden_groups += 1

    def _start_column(self, stated: Mapping[str, str]) -> None:
        first = self._columns + 1
        self._columns += _times(stated, "columns-repeated")
        if self._sheet is not None and self._is_hidden(stated):
            self._sheet.hide_columns(first, self._columns)

    def _start_row(self, stated: Mapping[str, str]) -> None:
        self._row = _Row(_times(stated, "rows-repeated"), self._is_hidden(stated))

    def _end_row(self) -> None:
        row, sheet = self._row, self._sheet
        self._row = None
        if row is None or sheet is None:
            return
        first = self._rows + 1
        self._rows += row.times
        if row.cells:
            sheet.make_room(first, row.times, row.filled)
            for column, times, value in row.cells:
                for number in range(first, first + row.times):
                    sheet.rows[number - 1][column - 1 : column - 1 + times] = [value] * times
            if row.hidden:
                sheet.hidden_rows.update(range(first, first + row.times))
        for column, down, across in row.spans:
            self._ranges.append(Range(first, column, first + down - 1, column + across - 1))

    def _end_table(self) -> None:
        if self._sheet is not None:
            self._sheet.merge(self._ranges)
            self.grids.append(self._sheet.grid())
        self._sheet = None

    def _is_hidden(self, stated: Mapping[str, str]) -> bool:
        return bool(self._hidden_groups) or stated.get(f"{TABLE}visibility") in HIDDEN


class _Row:
    """One row, or several equal ones. `cells` holds column, repetitions and value; `spans` holds column, rows and
    columns of a merged range; `filled` is the last column with content."""

    def __init__(self, times: int, hidden: bool) -> None:
        self.times, self.hidden = times, hidden
        self.cells: list[tuple[int, int, Cell]] = []
        self.spans: list[tuple[int, int, int]] = []
        self.filled = 0
        self._passed = 0
        self._stated: dict[str, str] | None = None
        self._is_covered = self._in_paragraph = False
        self._pieces: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Returns whether the element's content belongs to the row."""
        if tag in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            self._stated, self._is_covered = dict(attributes), tag.endswith("covered-table-cell")
            self._in_paragraph, self._pieces = False, []
            return True
        if self._stated is None or tag in ASIDE:
            return False
        if not self._in_paragraph:
            if tag not in (f"{TEXT}p", f"{TEXT}h"):
                return False  # a comment, or a drawing on top of the cell
            self._in_paragraph = True
            self._pieces.append("\n" if self._pieces else "")
            return True
        if tag in SPACES:
            self._pieces.append(SPACES[tag] * min(_number_of(attributes, f"{TEXT}c"), 100))
        return tag.startswith(TEXT)

    def data(self, text: str) -> None:
        if self._in_paragraph:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        if tag in (f"{TEXT}p", f"{TEXT}h"):
            self._in_paragraph = False
        elif self._stated is not None and tag.endswith("table-cell"):
            self._end_cell(self._stated)
            self._stated = None

    def _end_cell(self, stated: Mapping[str, str]) -> None:
        column, times = self._passed + 1, _times(stated, "columns-repeated")
        self._passed += times
        down, across = _times(stated, "rows-spanned"), _times(stated, "columns-spanned")
        if down > 1 or across > 1:
            self.spans.append((column, down, across))
        value = None if self._is_covered else _value(stated, "".join(self._pieces))
        if value is not None:
            self.cells.append((column, times, value))
            self.filled = self._passed


def _value(stated: Mapping[str, str], shown: str) -> Cell:
    kind, formula = stated.get(VALUE_TYPE, ""), stated.get(FORMULA)
    if stated.get(ERROR_TYPE) == "error" or (formula and shows_failure(shown)):
        return FailedFormula(shown.strip() or "#")
    if kind == "string":
        return text_cell(without_leaked_breaks(shown or stated.get(f"{OFFICE}string-value", "")))
    written = stated.get(
        f"{OFFICE}{'value' if kind in ('float', 'currency', 'percentage') else f'{kind}-value'}"
    )
    if not written:
        return (
            Uncalculated(f"={formula.partition('=')[2]}")
            if formula
            else text_cell(without_leaked_breaks(shown))
        )
    match kind:
        case "float" | "currency":
            return _number(written)
        case "percentage":
            return percent_cell(float(written))
        case "boolean":
            return written == "true"
        case "date":
            return _day(written, shown)
    return text_cell(shown or written)


def _number(written: str) -> Cell:
    number = float(written)
    if not math.isfinite(number):
        return str(number)
    return int(number) if number.is_integer() and "e" not in written.lower() else number


def _day(written: str, shown: str) -> Cell:
    try:
        return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    except ValueError:
        return FailedFormula(shown or written)


def _times(stated: Mapping[str, str], name: str) -> int:
    return _number_of(stated, f"{TABLE}number-{name}")


def _number_of(stated: Mapping[str, str], name: str) -> int:
    return max(1, int(stated.get(name, 1)))
