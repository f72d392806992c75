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
MOST_ROWS, MOST_COLUMNS = 200_000, 500
LONGEST_CELL = 32_767  # characters, Excel's own limit
DELIMITERS = ";,\t|"


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
        raise SheetError(f"{path.name}: expected .xlsx, .ods or .csv. Save it as one of these")
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise SheetError(f"{path.name} cannot be read: {error.strerror}") from error
    if data is None:
        raise SheetError(f"{path.name} is larger than {LARGEST_FILE // 1024**2} MB: split it")
    if not data:
        raise SheetError(f"{path.name} is empty")
    return reader(path, data)


def _read_xlsx(path: Path, data: bytes) -> list[Grid]:
    _check_archive(path, data)
    try:
        book = load_workbook(io.BytesIO(data))
        values = load_workbook(io.BytesIO(data), data_only=True) if _has_formulas(book) else book
    except Exception as error:  # openpyxl raises what its parsers raise
        raise SheetError(f"{path.name} is no xlsx file that can be read ({type(error).__name__}). Save it anew from Excel or LibreOffice") from error  # fmt: skip
    sheets = [sheet for sheet in book.worksheets if isinstance(sheet, Worksheet)]
    return [_xlsx_grid(sheet, cast(Worksheet, values[sheet.title])) for sheet in sheets]


def _has_formulas(book: Any) -> bool:
    return any(
        cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )


def _xlsx_grid(sheet: Worksheet, values: Worksheet) -> Grid:
    _check_size(sheet.title, sheet.max_row, sheet.max_column)
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
        raise SheetError(f"{path.name} is no ods file that can be read ({type(error).__name__}). Save it anew from LibreOffice") from error  # fmt: skip
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
        raise SheetError(f"{path.name} is no csv file that can be read: {error}") from error
    _check_size(path.name, len(rows), max(map(len, rows), default=0))
    return [Grid(path.stem, rows)]


def _decoded(path: Path, data: bytes) -> str:
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetError(f"{path.name} is no text. Is it a spreadsheet with a wrong ending?")
    for encoding in (
        ("utf-8-sig", "utf-16") if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",)
    ):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    found = from_bytes(data, cp_isolation=["cp1258", "cp1252"]).best()
    if found is None:
        raise SheetError(f"{path.name}: its letters cannot be read. Save it as UTF-8")
    return str(found)


def _check_archive(path: Path, data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(
            f"{path.name} is an old Excel file or protected by a password. Save it as .xlsx without one"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise SheetError(f"{path.name} is no {path.suffix[1:]} file. Save it anew") from error
    if unpacked > LARGEST_UNPACKED:
        raise SheetError(f"{path.name} unpacks to {unpacked // 1024**2} MB: split it")


def _check_size(name: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise SheetError(f"sheet {name!r} claims {rows} rows and {columns} columns; at most {MOST_ROWS} and {MOST_COLUMNS} are read. Delete the empty ones")  # fmt: skip


READERS: dict[str, Callable[[Path, bytes], list[Grid]]] = {
    ".xlsx": _read_xlsx,
    ".xlsm": _read_xlsx,
    ".ods": _read_ods,
    ".csv": _read_csv,
}
