"""A whole list as a file for spreadsheets: xlsx, or csv in UTF-8 with a byte order mark, by which Excel knows it."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Literal

from fastapi import Response
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from config.errors import UsageError
from lantoa.language import _
from lantoa.views.labels import named
from lantoa.views.typed_cells import BOLD, SHADE, Value, put
from models.formulas import csv_line

FileKind = Literal["xlsx", "csv"]
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
NAMES = {
    "/items": "tin-bai",
    "/outlets": "co-quan-bao-chi",
    "/activities": "hoat-dong",
    "/units": "don-vi",
}
MOST_ROWS = 1_048_576 - 1  # of a sheet of Excel, below the heading
WIDTHS: Mapping[str, int] = {"title": 60, "resolution": 34, "outlet": 28, "unit": 34, "place": 28, "url": 50}
WIDTH = 14
Row = Sequence[Value]


def list_file(
    kind: FileKind, path: str, period: str, columns: Sequence[str], rows: Iterable[Row]
) -> Response:
    """Returns the list at `path` as a file. Its headings are in the reader's language; its figures are numbers."""
    content = _csv(columns, rows) if kind == "csv" else _xlsx(period, columns, rows)
    headers = {"Content-Disposition": f'attachment; filename="{NAMES[path]}-{period}.{kind}"'}
    return Response(content, media_type=TYPES[kind], headers=headers)


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    out = BytesIO()
    out.write("\ufeff".encode())
    for row in ([named(name) for name in columns], *rows):
        out.write(csv_line(["" if value is None else value for value in row]).encode())
    return out.getvalue()


def _xlsx(period: str, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Writes row by row, because a list may be long. Raises UsageError if it is longer than a sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(period)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, WIDTH)
    sheet.append([_cell(sheet, named(name), heading=True) for name in columns])
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise UsageError(
                _("The list is longer than a sheet can be. Choose a shorter period, or take csv.")
            )
        sheet.append([_cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Value, *, heading: bool = False) -> Cell:
    cell = WriteOnlyCell(sheet)
    put(cell, value)
    if heading:
        cell.font, cell.fill = BOLD, SHADE
    return cell
