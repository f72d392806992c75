"""Writes sheets: rejected rows to correct, and an empty template."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from config.sheets import ActivityKind, SheetNames
from producers.html_to_text import clean
from producers.sheets.rows import SheetResult
from producers.sheets.sheet_cells import Cell, FailedFormula, Shared, Uncalculated

REASON = "Lý do"
KIND = "Loại hình"
TEMPLATE = (
    ("Mã", "tùy chọn; dòng cùng mã là cùng một hoạt động"),
    ("Loại hình", "chọn trong danh sách"),
    ("Ngày", "15/3/2024; báo cáo cả tháng thì ghi 3/2024"),
    ("Đơn vị", "đơn vị báo cáo"),
    ("Địa điểm", "xã, phường, huyện hoặc hội trường"),
    ("Nội dung", "tên hoạt động"),
    ("Nghị quyết", "mã, số hiệu hoặc tên; nhiều văn bản cách nhau bằng dấu chấm phẩy"),
    ("Số buổi", "bỏ trống là 1"),
    ("Điểm cầu", "hội nghị trực tuyến"),
    ("Lượt người", "số người tham dự"),
    ("Triệu tập", "số người được triệu tập, để tính tỷ lệ"),
    ("Ngôn ngữ", "tiếng Việt hoặc tiếng Khmer; bỏ trống là tiếng Việt"),
    ("Ghi chú", ""),
)
ROWS = 1000  # rows with drop-downs
WIDTH = 18
NOT_IN_NAMES = re.compile(r"[\\*?:/\[\]\r\n\t]")  # characters that Excel refuses in names of sheets
LONGEST_NAME = 31  # characters
RESERVED = "history"  # Excel reserves this name


def write_rejected(
    path: Path | BinaryIO, results: Sequence[SheetResult], names: SheetNames, say: Callable[[str], str]
) -> None:
    """Writes one sheet for each that had bad rows: its heading, the rows as they were, and a column of reasons. The
    kind that a title or a section above stated gets a column of its own. `say` translates a reason into the reader's
    language."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for result in results:
        if not result.rejections or result.header is None:
            continue
        sheet = book.create_sheet(_sheet_name(result.name, {each.title.casefold() for each in book}))
        kinds = [] if "kind" in result.header.columns else [KIND]
        _append(sheet, 1, [*result.header.names, *kinds, REASON], bold=True)
        for row, bad in enumerate(result.rejections, 2):
            values = [*bad.values, *[None] * (len(result.header.names) - len(bad.values))]
            said = [names.kinds[bad.kind][0] if bad.kind else None] if kinds else []
            _append(sheet, row, [*values, *said, f"{bad.column}{bad.row} {bad.value!r}: {say(bad.expected)}"])
    book.save(path)


def write_template(path: Path | BinaryIO, names: SheetNames, kind: ActivityKind | None = None) -> None:
    """Writes an empty sheet with drop-downs, and a second one that explains the columns."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Hoạt động"
    _append(sheet, 1, [name for name, _ in TEMPLATE], bold=True)
    kinds = [names.kinds[kind][0]] if kind else [words[0] for words in names.kinds.values()]
    _offer(sheet, 2, kinds)
    _offer(sheet, 12, [words[0] for words in names.languages.values()])
    for row in range(2, ROWS + 2):
        sheet.cell(row, 3).number_format = "DD/MM/YYYY"
    sheet.freeze_panes = "A2"
    help_sheet = book.create_sheet("Hướng dẫn")
    for row, (name, meaning) in enumerate(TEMPLATE, 1):
        _append(help_sheet, row, [name, meaning])
    book.save(path)


def _offer(sheet: Any, column: int, choices: Sequence[str]) -> None:
    validation = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    letter = get_column_letter(column)
    validation.add(f"{letter}2:{letter}{ROWS + 1}")
    sheet.add_data_validation(validation)


def _sheet_name(stated: str, taken: Collection[str]) -> str:
    """Returns a name that Excel accepts: 31 characters at most, some of which it refuses, and no two alike."""
    plain = NOT_IN_NAMES.sub("_", clean(stated)).strip("' \n\t") or "Sheet"
    name, number = _cut(plain, LONGEST_NAME), 2
    while name.casefold() in taken or name.casefold() == RESERVED:
        behind = f" ({number})"
        name, number = _cut(plain, LONGEST_NAME - len(behind)) + behind, number + 1
    return name


def _cut(text: str, most: int) -> str:
    """Counts UTF-16 units, as Excel does."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore").rstrip("' ")


def _append(sheet: Any, row: int, values: Sequence[Cell], *, bold: bool = False) -> None:
    for column, value in enumerate(values, 1):
        cell = sheet.cell(row, column)
        _put(cell, value)
        cell.font = Font(bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH


def _put(cell: Any, value: Cell) -> None:
    """Writes text as text: nothing that a unit wrote is ever taken for a formula."""
    if isinstance(value, Uncalculated | FailedFormula | Shared):
        value = str(value)
    cell.value = (
        value if value is None or isinstance(value, int | float | date | datetime) else clean(str(value))
    )
    if isinstance(cell.value, str):
        cell.data_type = "s"
        cell.quotePrefix = cell.value[:1] in "=+-@"
