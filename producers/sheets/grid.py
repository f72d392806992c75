"""Reads a file as sheets of plain values, each at its place; nothing in it is ever calculated or executed.

The size of a sheet is counted while it is read: filled cells, merged ranges and repetitions included. Formatting
costs nothing.
"""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from charset_normalizer import from_bytes

from config.errors import SheetError
from models.formulas import as_written
from producers.sheets.growing import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    TOO_MANY,
    TOO_WIDE,
    Grid,
    Room,
    Sheet,
)
from producers.sheets.ods import read_ods
from producers.sheets.sheet_cells import Cell, Uncalculated, text_cell, without_leaked_breaks
from producers.sheets.xlsx import read_xlsx

__all__ = [
    "BROKEN", "DELIMITERS", "MOST_CELLS", "MOST_COLUMNS", "MOST_ROWS", "PROBLEMS", "Cell", "Grid", "Uncalculated",
    "bytes_of", "decoded", "grids_of", "read_grids",
]  # fmt: skip
LARGEST_FILE = 50 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 400 * 1024 * 1024
PLAUSIBLE = 50 * 1024 * 1024  # an archive below this size may be packed as tightly as it likes
SUSPECTED = 100  # times its packed size; sheets that people write unpack to some twenty times theirs
PIECE = 1 << 16
DELIMITERS = ";,\t|"
CONSTANT = re.compile(r'="([^"]*)"')
MARKED_NUMBER = re.compile(r"^'(?=\s*\d)")
OTHER_KIND = "{file}: expected .xlsx, .ods or .csv. Save it as one of these"
UNREADABLE = "{file} cannot be read: {reason}"
TOO_LARGE = "{file} is larger than {size} MB: split it"
EMPTY = "{file} is empty"
BROKEN = "{file} is no {kind} file that can be read ({reason}). Save it again from Excel or LibreOffice"
UNCLOSED = "{file}, row {line}: a quotation mark is opened and not closed. Close it, or take it away"
NO_TEXT = "{file} is no text. Is it a spreadsheet with a wrong ending?"
NO_LETTERS = "{file}: its letters cannot be read. Save it as UTF-8"
OLD = "{file} is an old Excel file or protected by a password. Save it as .xlsx without one"
NO_ARCHIVE = "{file} is no {kind} file. Save it again"
BOMB = "{file} unpacks to {size} MB, more than a sheet needs: delete its empty rows and columns, or split it"
PROBLEMS = (
    OTHER_KIND, UNREADABLE, TOO_LARGE, EMPTY, BROKEN, UNCLOSED, NO_TEXT, NO_LETTERS, OLD, NO_ARCHIVE, BOMB, TOO_WIDE, TOO_MANY,
)  # fmt: skip


def read_grids(path: Path) -> list[Grid]:
    """Raises SheetError, which says what to do."""
    return grids_of(path.name, bytes_of(path))


def bytes_of(path: Path) -> bytes:
    """Reads a file that may be a sheet. Raises SheetError."""
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


def _read_xlsx(file: str, data: bytes) -> list[Grid]:
    return _read_archive(file, data, read_xlsx)


def _read_ods(file: str, data: bytes) -> list[Grid]:
    return _read_archive(file, data, read_ods)


def _read_archive(file: str, data: bytes, read: Callable[[bytes], list[Grid]]) -> list[Grid]:
    _check_archive(file, data)
    try:
        return read(data)
    except SheetError:
        raise
    except Exception as error:  # openpyxl and lxml raise what their parsers raise
        kind = file.rpartition(".")[2]
        raise SheetError(BROKEN, file=file, kind=kind, reason=type(error).__name__) from error


def _read_csv(file: str, data: bytes) -> list[Grid]:
    text = decoded(file, data)
    delimiter = _delimiter(text)
    _check_quotes(file, text, delimiter)
    sheet = Sheet(file, Room())
    try:
        for number, cells in enumerate(csv.reader(_lines(text), delimiter=delimiter), 1):
            for column, cell in enumerate(cells, 1):
                if cell and (value := _csv_cell(cell.strip())) is not None:
                    sheet.put(number, column, value)
    except csv.Error as error:
        raise SheetError(BROKEN, file=file, kind="csv", reason=str(error)) from error
    return [Grid(Path(file).stem, sheet.rows)]


def _delimiter(text: str) -> str:
    """Returns the delimiter that splits most lines into equally many cells: each candidate may also occur in a
    text."""
    lines = _lines(text[: PIECE * 16]).read().split("\n")[:50]
    sample = "\n".join(lines)

    def parted(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(map(len, csv.reader(lines, delimiter=delimiter)))
        except csv.Error:
            widths = Counter()
        best = max(((width - 1) * rows * rows for width, rows in widths.items()), default=0)
        return best, sample.count(delimiter)

    return max(DELIMITERS, key=parted)


def _check_quotes(file: str, text: str, delimiter: str) -> None:
    """A quotation mark that is never closed makes one cell of all following rows. Raises SheetError."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    begun = 1
    try:
        for _cells in reader:
            begun = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error) or _holds_rows(text, delimiter):
            raise SheetError(UNCLOSED, file=file, line=begun) from error


def _holds_rows(text: str, delimiter: str) -> bool:
    """True for a cell in which a line has as many delimiters as a row. A text that cannot be read at all is refused
    later."""
    try:
        rows = list(csv.reader(_lines(text), delimiter=delimiter))
    except csv.Error:
        return False
    width = max(map(len, rows), default=0)
    lines = (line for row in rows for cell in row if "\n" in cell for line in cell.split("\n"))
    return any(line.count(delimiter) >= max(width // 2, 2) for line in lines)


def _lines(text: str) -> io.StringIO:
    """Accepts any kind of line end."""
    return io.StringIO(text, newline=None)


def _csv_cell(text: str) -> Cell:
    """A text that is marked as text is no formula; `="012"` makes Excel keep a text unchanged."""
    if text.startswith("="):
        constant = CONSTANT.fullmatch(text)
        return text_cell(constant[1]) if constant else Uncalculated(text)
    written = MARKED_NUMBER.sub("", as_written(text))
    return text_cell(without_leaked_breaks(written).strip())


def decoded(file: str, data: bytes) -> str:
    """Returns the text of a csv file, in whatever encoding Excel wrote it. Raises SheetError."""
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
