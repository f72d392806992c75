"""A file as sheets of plain values, each where it stands; nothing in it is ever calculated or executed.

What a sheet becomes is counted while it is read: cells that hold something, merged ranges and repetitions included.
Formatting costs nothing, wherever it stands.
"""

import csv
import io
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine
from charset_normalizer import from_bytes
from lxml import etree
from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser  # what openpyxl's own streaming reader uses

from config.errors import SheetError
from models.formulas import as_written

Value = str | int | float | bool | date | datetime | time | timedelta | None
LARGEST_FILE = 50 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 400 * 1024 * 1024
PLAUSIBLE = 50 * 1024 * 1024  # up to this an archive may be packed as tightly as it likes
SUSPECTED = 100  # times its size: sheets that people write unpack to some twenty times theirs
MOST_ROWS, MOST_COLUMNS = 200_000, 500  # in which something stands
MOST_CELLS = 4_000_000  # of a file, those before the last one of each row included
SMALL_RANGE = 1_000  # cells; a larger merged range is read as far as the sheet has other cells
PIECE = 1 << 16
DELIMITERS = ";,\t|"
OTHER_KIND = "{file}: expected .xlsx, .ods or .csv. Save it as one of these"
UNREADABLE = "{file} cannot be read: {reason}"
TOO_LARGE = "{file} is larger than {size} MB: split it"
EMPTY = "{file} is empty"
BROKEN = "{file} is no {kind} file that can be read ({reason}). Save it anew from Excel or LibreOffice"
NO_TEXT = "{file} is no text. Is it a spreadsheet with a wrong ending?"
NO_LETTERS = "{file}: its letters cannot be read. Save it as UTF-8"
OLD = "{file} is an old Excel file or protected by a password. Save it as .xlsx without one"
NO_ARCHIVE = "{file} is no {kind} file. Save it anew"
BOMB = "{file} unpacks to {size} MB, more than a sheet needs: delete its empty rows and columns, or split it"
TOO_WIDE = (
    "sheet {sheet!r} claims {rows} rows and {columns} columns; at most {most_rows} and {most_columns} are read."
    " Delete the empty ones"
)
TOO_MANY = (
    "sheet {sheet!r}: the file becomes more than {most} cells, merged and repeated ones included."
    " Split it, and merge fewer cells"
)
PROBLEMS = (
    OTHER_KIND, UNREADABLE, TOO_LARGE, EMPTY, BROKEN, NO_TEXT, NO_LETTERS, OLD, NO_ARCHIVE, BOMB, TOO_WIDE, TOO_MANY,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A formula whose result the file does not hold."""

    formula: str


Cell = Value | Uncalculated


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows[0][0]` is cell A1. A row ends with its last cell that holds something, the grid with the last such row."""

    name: str
    rows: list[list[Cell]]
    hidden: bool = False


def read_grids(path: Path) -> list[Grid]:
    """Raises SheetError with what to do."""
    return grids_of(path.name, bytes_of(path))


def bytes_of(path: Path) -> bytes:
    """Of a file that may be a sheet. Raises SheetError."""
    _reader(path.name)
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise SheetError(UNREADABLE, file=path.name, reason=error.strerror) from error
    if data is None:
        raise SheetError(TOO_LARGE, file=path.name, size=LARGEST_FILE // 1024**2)
    return data


def grids_of(file: str, data: bytes) -> list[Grid]:
    """`file` is its name. Raises SheetError."""
    if not data:
        raise SheetError(EMPTY, file=file)
    return _reader(file)(file, data)


@dataclass(slots=True)
class _Room:
    """What is left of a file's cells."""

    cells: int = MOST_CELLS

    def take(self, cells: int, sheet: str) -> None:
        self.cells -= cells
        if self.cells < 0:
            raise SheetError(TOO_MANY, sheet=sheet, most=MOST_CELLS)


@dataclass(slots=True)
class _Sheet:
    """A sheet that grows by what is put into it."""

    name: str
    room: _Room
    rows: list[list[Cell]] = field(default_factory=list)

    def put(self, row: int, column: int, value: Cell) -> None:
        """Both from 1."""
        _check_size(self.name, row, column)
        while len(self.rows) < row:
            self.rows.append([])
        line = self.rows[row - 1]
        if (missing := column - len(line)) > 0:
            self.room.take(missing, self.name)
            line.extend([None] * missing)
        line[column - 1] = value

    def at(self, row: int, column: int) -> Cell:
        line = self.rows[row - 1] if row <= len(self.rows) else []
        return line[column - 1] if column <= len(line) else None

    def merge(self, ranges: Iterable[Any]) -> None:
        """Every cell of a merged range says what its first one does."""
        height, width = len(self.rows), max(map(len, self.rows), default=0)
        for each in ranges:
            shown = self.at(each.min_row, each.min_col)
            last_row, last_column = min(each.max_row, MOST_ROWS), min(each.max_col, MOST_COLUMNS)
            if shown is None or each.size["rows"] * each.size["columns"] > SMALL_RANGE:
                last_row, last_column = min(last_row, height), min(last_column, width)
            rows = range(each.min_row, last_row + 1)
            columns = range(each.min_col, last_column + 1)
            self.room.take(len(rows) * len(columns), self.name)
            for row in rows:
                for column in columns:
                    if shown is not None or self.at(row, column) is not None:
                        self.put(row, column, shown)

    def grid(self, *, hidden: bool) -> Grid:
        return Grid(self.name, self.rows, hidden)


def _read_xlsx(file: str, data: bytes) -> list[Grid]:
    _check_archive(file, data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True)
        room = _Room()
        return [_xlsx_grid(book, sheet, room) for sheet in book.worksheets]
    except SheetError:
        raise
    except Exception as error:  # openpyxl raises what its parsers raise
        raise SheetError(BROKEN, file=file, kind="xlsx", reason=type(error).__name__) from error


def _xlsx_grid(book: Any, stands: Any, room: _Room) -> Grid:
    sheet = _Sheet(stands.title, room)
    formulas = set()
    with stands._get_source() as source:
        parser = _xlsx_parser(book, stands, source, calculated=False)
        for cell in _xlsx_cells(parser):
            value = cell["value"]
            if cell["data_type"] == "f":
                formulas.add((cell["row"], cell["column"]))
                value = Uncalculated(str(value))
            sheet.put(cell["row"], cell["column"], value)
    if formulas:
        with stands._get_source() as source:
            for cell in _xlsx_cells(_xlsx_parser(book, stands, source, calculated=True)):
                if (cell["row"], cell["column"]) in formulas:
                    sheet.put(cell["row"], cell["column"], cell["value"])
    sheet.merge(parser.merged_cells.mergeCell if parser.merged_cells else ())
    return sheet.grid(hidden=stands.sheet_state != "visible")


def _xlsx_parser(book: Any, stands: Any, source: Any, *, calculated: bool) -> Any:
    return WorkSheetParser(
        source,
        stands._shared_strings,
        data_only=calculated,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )


def _xlsx_cells(parser: Any) -> Iterator[dict[str, Any]]:
    """Those that hold something. A number that is none, 1e999, is the text that it is written with."""
    for _number, cells in parser.parse():
        for cell in cells:
            value = cell["value"]
            if isinstance(value, float) and not math.isfinite(value):
                yield cell | {"value": str(value), "data_type": "s"}
            elif value is not None:
                yield cell


def _read_ods(file: str, data: bytes) -> list[Grid]:
    _check_archive(file, data)
    try:
        _check_repetitions(data)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for meta in book.sheets_metadata:
            rows = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
            hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
            found.append(Grid(meta.name, [[None if v == "" else v for v in row] for row in rows], hidden))
    except SheetError:
        raise
    except Exception as error:
        raise SheetError(BROKEN, file=file, kind="ods", reason=type(error).__name__) from error
    return found


def _check_repetitions(data: bytes) -> None:
    """Before they are spelt out."""
    parser: Any = etree.XMLParser(target=_Repetitions(), resolve_entities=False, no_network=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as content:
        while piece := content.read(PIECE):
            parser.feed(piece)
        parser.close()


class _Repetitions:
    """Hears the elements of an ods file, and counts what its tables become: all rows as wide as the widest."""

    def __init__(self) -> None:
        self._room = _Room()
        self._name = ""
        self._rows = self._height = self._width = 0  # passed, up to the last that is filled, of the widest
        self._repeated = self._at = self._filled = 0

    def start(self, tag: str, attributes: Any) -> None:
        stated = {name.rpartition("}")[2]: value for name, value in attributes.items()}
        match tag.rpartition("}")[2]:
            case "table":
                self._name = str(stated.get("name", ""))
                self._rows = self._height = self._width = 0
            case "table-row":
                self._repeated = int(stated.get("number-rows-repeated", 1))
                self._at = self._filled = 0
            case "table-cell" | "covered-table-cell":
                self._at += int(stated.get("number-columns-repeated", 1))
                if stated.keys() & {"value-type", "formula"}:
                    self._filled = self._at

    def end(self, tag: str) -> None:
        match tag.rpartition("}")[2]:
            case "table-row":
                self._rows += self._repeated
                if self._filled:
                    self._height, self._width = self._rows, max(self._width, self._filled)
                    _check_size(self._name, self._height, self._width)
                    if self._height * self._width > self._room.cells:
                        raise SheetError(TOO_MANY, sheet=self._name, most=MOST_CELLS)
            case "table":
                self._room.take(self._height * self._width, self._name)

    def close(self) -> None:
        pass


def _read_csv(file: str, data: bytes) -> list[Grid]:
    text = decoded(file, data)
    sample = "\n".join(text[: PIECE * 16].splitlines()[:50])
    delimiter = max(DELIMITERS, key=sample.count)
    sheet = _Sheet(file, _Room())
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
            for column, cell in enumerate(cells, 1):
                if value := as_written(cell.strip()).strip():
                    sheet.put(number, column, value)
    except csv.Error as error:
        raise SheetError(BROKEN, file=file, kind="csv", reason=str(error)) from error
    return [Grid(Path(file).stem, sheet.rows)]


def decoded(file: str, data: bytes) -> str:
    """The text of a csv file, in whatever encoding Excel wrote it. Raises SheetError."""
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetError(NO_TEXT, file=file)
    for encoding in (
        ("utf-8-sig", "utf-16") if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",)
    ):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    found = from_bytes(data, cp_isolation=["cp1258", "cp1252"]).best()
    if found is None:
        raise SheetError(NO_LETTERS, file=file)
    return str(found)


def _check_archive(file: str, data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(OLD, file=file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except Exception as error:  # a torn or changed directory makes zipfile raise what its parts raise
        raise SheetError(NO_ARCHIVE, file=file, kind=file.rpartition(".")[2]) from error
    if unpacked > min(LARGEST_UNPACKED, max(PLAUSIBLE, SUSPECTED * len(data))):
        raise SheetError(BOMB, file=file, size=unpacked // 1024**2)


def _check_size(name: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise SheetError(
            TOO_WIDE, sheet=name, rows=rows, columns=columns, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS
        )


def _reader(file: str) -> Callable[[str, bytes], list[Grid]]:
    reader = READERS.get(Path(file).suffix.lower())
    if reader is None:
        raise SheetError(OTHER_KIND, file=file)
    return reader


READERS: dict[str, Callable[[str, bytes], list[Grid]]] = {
    ".xlsx": _read_xlsx,
    ".xlsm": _read_xlsx,
    ".ods": _read_ods,
    ".csv": _read_csv,
}
