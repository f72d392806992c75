"""Reads an xlsx file as sheets of plain values.

openpyxl finds the sheets, the formats and the calendar. The cells are read here: openpyxl distinguishes a formula
without a result from an empty cell only by reading everything twice, decodes escaped texts differently from Excel,
and spends its time on cells that have nothing but a border.
"""

import io
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE, STRIP_RE
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from producers.sheets.growing import Grid, Range, Room, Sheet
from producers.sheets.sheet_cells import Cell, FailedFormula, Uncalculated, percent_cell, text_cell, unescaped

MAIN = f"{{{SHEET_MAIN_NS}}}"
ROW, COLUMN, MERGED, TEXT = f"{MAIN}row", f"{MAIN}col", f"{MAIN}mergeCell", f"{MAIN}si"
VALUE, FORMULA, INLINE = f"{MAIN}v", f"{MAIN}f", f"{MAIN}is"
FILLED = etree.XPath("m:c[*]", namespaces={"m": SHEET_MAIN_NS})  # a cell with a border alone has no children
# the text, without its phonetic reading
WORDS = etree.XPath("m:t | m:r/m:t", namespaces={"m": SHEET_MAIN_NS})
TRUE = ("1", "true")


def read_xlsx(data: bytes) -> list[Grid]:
    """Raises SheetError, and whatever openpyxl and lxml raise."""
    reader: Any = _Reader(io.BytesIO(data), read_only=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # warnings of styles and drawings that openpyxl does not know
        reader.read()
    formats = _formats(reader.wb, reader.shared_strings)
    room = Room()
    return [_grid(stands, formats, room) for stands in reader.wb.worksheets]


class _Reader(ExcelReader):
    """Takes the shared texts as they are written: openpyxl loses which underscores were escaped."""

    def read_strings(self) -> None:
        package: Any = self.package
        if (part := package.find(SHARED_STRINGS)) is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = [_words(each) for each in _elements(source, TEXT)]


@dataclass(frozen=True, slots=True)
class _Formats:
    """`dates`, `durations` and `percents` are the styles of such numbers; `epoch` is the calendar's first day."""

    texts: list[str]
    epoch: Any
    dates: frozenset[int]
    durations: frozenset[int]
    percents: frozenset[int]


def _formats(book: Any, texts: list[str]) -> _Formats:
    percents = (number for number, style in enumerate(book._cell_styles) if "%" in _pattern(book, style))
    dates, durations = frozenset(book._date_formats), frozenset(book._timedelta_formats)
    return _Formats(texts, book.epoch, dates, durations, frozenset(percents))


def _pattern(book: Any, style: Any) -> str:
    own = style.numFmtId - BUILTIN_FORMATS_MAX_SIZE
    stated = book._number_formats[own] if own >= 0 else BUILTIN_FORMATS.get(style.numFmtId, "")
    return str(STRIP_RE.sub("", stated)).replace("\\%", "")


def _grid(stands: Any, formats: _Formats, room: Room) -> Grid:
    sheet, ranges, number = Sheet(stands.title, room, stands.sheet_state != "visible"), [], 0
    with stands._get_source() as source:
        for element in _elements(source, ROW, COLUMN, MERGED):
            if element.tag == ROW:
                number = int(float(element.get("r", number + 1)))
                _read_row(sheet, number, element, formats)
            elif element.tag == MERGED:
                bounds: Any = range_boundaries(element.get("ref"))
                left, top, right, bottom = bounds
                ranges.append(Range(top, left, bottom, right))
            elif element.get("hidden") in TRUE:
                sheet.hide_columns(int(element.get("min")), int(element.get("max")))
    sheet.merge(ranges)
    return sheet.grid()


def _read_row(sheet: Sheet, number: int, row: etree._Element, formats: _Formats) -> None:
    column = 0
    cells = FILLED(row)
    if cells and cells[0].get("r") is None:
        cells = list(row)  # places are counted, including empty ones
    for cell in cells:
        stated = cell.get("r")
        line, column = coordinate_to_tuple(stated) if stated else (number, column + 1)
        value = _value(cell, formats)
        if value is not None:
            sheet.put(line, column, value)
            if row.get("hidden") in TRUE:
                sheet.hidden_rows.add(line)


def _value(cell: etree._Element, formats: _Formats) -> Cell:
    kind, written = cell.get("t", "n"), cell.findtext(VALUE)
    if kind == "inlineStr":
        words = cell.find(INLINE)
        return None if words is None else text_cell(_words(words))
    if not written:
        formula = cell.find(FORMULA)
        is_no_text = kind == "str" and written is not None  # how Excel stores the result ""
        return None if formula is None or is_no_text else Uncalculated(f"={formula.text or '…'}")
    match kind:
        case "s":
            return text_cell(formats.texts[int(written)])
        case "str":
            return text_cell(unescaped(written))
        case "b":
            return written in TRUE
        case "e":
            return FailedFormula(written)
        case "d":
            read: Any = from_ISO8601
            day: Cell = read(written)
            return day
    return _number(written, int(cell.get("s", 0)), formats)


def _number(written: str, style: int, formats: _Formats) -> Cell:
    """A number that overflows, 1e999, becomes the text with which it is written."""
    number = float(written) if {".", "e", "E"} & set(written) else int(written)
    if not math.isfinite(number):
        return str(number)
    if style in formats.dates:
        try:
            day: Cell = from_excel(number, formats.epoch, timedelta=style in formats.durations)
        except (OverflowError, ValueError):
            return FailedFormula(written)
        return day
    return percent_cell(number) if style in formats.percents else number


def _words(element: etree._Element) -> str:
    return unescaped("".join(each.text or "" for each in WORDS(element)))


def _elements(source: object, *tags: str) -> Iterator[etree._Element]:
    """Yields the elements; each is freed when the next one comes."""
    for _, element in etree.iterparse(source, tag=tags):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
