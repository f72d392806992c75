"""A file as sheets of plain values, each where it stands; nothing in it is ever calculated or executed."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import python_calamine
from charset_normalizer import from_bytes
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.errors import SheetError

Value = str | int | float | bool | date | datetime | time | timedelta | None
LARGEST_FILE = 50 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 400 * 1024 * 1024
PLAUSIBLE = 50 * 1024 * 1024  # up to this an archive may be packed as tightly as it likes
SUSPECTED = 100  # times its size: sheets that people write unpack to some twenty times theirs
MOST_ROWS, MOST_COLUMNS = 200_000, 500
LONGEST_CELL = 32_767  # characters, Excel's own limit
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
PROBLEMS = (
    OTHER_KIND, UNREADABLE, TOO_LARGE, EMPTY, BROKEN, NO_TEXT, NO_LETTERS, OLD, NO_ARCHIVE, BOMB, TOO_WIDE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A formula whose result the file does not hold."""

    formula: str


Cell = Value | Uncalculated


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows[0][0]` is cell A1."""

    name: str
    rows: list[list[Cell]]
    hidden: bool = False


def read_grids(path: Path) -> list[Grid]:
    """Raises SheetError with what to do."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise SheetError(OTHER_KIND, file=path.name)
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise SheetError(UNREADABLE, file=path.name, reason=error.strerror) from error
    if data is None:
        raise SheetError(TOO_LARGE, file=path.name, size=LARGEST_FILE // 1024**2)
    if not data:
        raise SheetError(EMPTY, file=path.name)
    return reader(path, data)


def _read_xlsx(path: Path, data: bytes) -> list[Grid]:
    _check_archive(path, data)
    try:
        book = load_workbook(io.BytesIO(data))
        sheets = [sheet for sheet in book.worksheets if isinstance(sheet, Worksheet)]
        for sheet in sheets:
            _check_size(sheet.title, sheet.max_row, sheet.max_column)
        values = load_workbook(io.BytesIO(data), data_only=True) if _has_formulas(book) else book
    except SheetError:
        raise
    except Exception as error:  # openpyxl raises what its parsers raise
        raise SheetError(BROKEN, file=path.name, kind="xlsx", reason=type(error).__name__) from error
    return [_xlsx_grid(sheet, cast(Worksheet, values[sheet.title])) for sheet in sheets]


def _has_formulas(book: Any) -> bool:
    return any(
        cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )


def _xlsx_grid(sheet: Worksheet, values: Worksheet) -> Grid:
    rows: list[list[Cell]] = [
        [_xlsx_cell(cell, values) for cell in row] for row in sheet.iter_rows(min_row=1, min_col=1)
    ]
    for merged in sheet.merged_cells.ranges:
        shown = rows[merged.min_row - 1][merged.min_col - 1]
        for row in range(merged.min_row - 1, merged.max_row):
            for column in range(merged.min_col - 1, merged.max_col):
                rows[row][column] = shown
    return Grid(sheet.title, rows, hidden=sheet.sheet_state != "visible")


def _xlsx_cell(cell: Any, values: Worksheet) -> Cell:
    if cell.data_type != "f":
        return cast(Cell, cell.value)
    result = values[cell.coordinate].value
    return Uncalculated(str(cell.value)) if result is None else cast(Cell, result)


def _read_ods(path: Path, data: bytes) -> list[Grid]:
    _check_archive(path, data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for meta in book.sheets_metadata:
            rows = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
            _check_size(meta.name, len(rows), max(map(len, rows), default=0))
            hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
            found.append(Grid(meta.name, [[None if v == "" else v for v in row] for row in rows], hidden))
    except SheetError:
        raise
    except Exception as error:
        raise SheetError(BROKEN, file=path.name, kind="ods", reason=type(error).__name__) from error
    return found


def _read_csv(path: Path, data: bytes) -> list[Grid]:
    text = _decoded(path, data)
    sample = "\n".join(text.splitlines()[:50])
    delimiter = max(DELIMITERS, key=sample.count)
    try:
        rows: list[list[Cell]] = [
            [cell.strip() or None for cell in row]
            for row in csv.reader(io.StringIO(text), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise SheetError(BROKEN, file=path.name, kind="csv", reason=error) from error
    _check_size(path.name, len(rows), max(map(len, rows), default=0))
    return [Grid(path.stem, rows)]


def _decoded(path: Path, data: bytes) -> str:
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetError(NO_TEXT, file=path.name)
    for encoding in (
        ("utf-8-sig", "utf-16") if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",)
    ):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    found = from_bytes(data, cp_isolation=["cp1258", "cp1252"]).best()
    if found is None:
        raise SheetError(NO_LETTERS, file=path.name)
    return str(found)


def _check_archive(path: Path, data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(OLD, file=path.name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise SheetError(NO_ARCHIVE, file=path.name, kind=path.suffix[1:]) from error
    if unpacked > min(LARGEST_UNPACKED, max(PLAUSIBLE, SUSPECTED * len(data))):
        raise SheetError(BOMB, file=path.name, size=unpacked // 1024**2)


def _check_size(name: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise SheetError(
            TOO_WIDE, sheet=name, rows=rows, columns=columns, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS
        )


READERS: dict[str, Callable[[Path, bytes], list[Grid]]] = {
    ".xlsx": _read_xlsx,
    ".xlsm": _read_xlsx,
    ".ods": _read_ods,
    ".csv": _read_csv,
}
