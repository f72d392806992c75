"""Writes the report as an Excel workbook: real numbers and dates, a sheet for each table, and one with every item."""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lantoa.language import speaking
from lantoa.reports.content import Report
from lantoa.reports.method import method
from lantoa.reports.tables import Table, named_in, resolutions_in, tables
from lantoa.reports.words import day, period_words
from lantoa.views.others_words import web_address
from lantoa.views.typed_cells import BOLD, SHADE, Value, put
from models.queries.counted_states import ActivityState, ItemState

LONGEST_LINK = 2_079  # characters; Excel's limit
WIDEST, NARROWEST = 70, 9
LINK = Font(color="05479E", underline="single")
ITEMS = (
    "Ngày", "Cơ quan báo chí", "Cấp", "Hợp tác", "Kênh", "Thể loại", "Tiêu đề", "Địa chỉ", "Nghị quyết",
    "Chờ quyết định", "Ngày chưa rõ", "Mã",
)  # fmt: skip
ACTIVITIES = (
    "Ngày", "Loại hình", "Đơn vị", "Địa điểm", "Nội dung", "Nghị quyết", "Số buổi", "Điểm cầu", "Lượt người", "Được mời",
    "Mã",
)  # fmt: skip
URL = ITEMS.index("Địa chỉ")
YES = "x"


def workbook(report: Report) -> bytes:
    """Returns the workbook in Vietnamese."""
    book = Workbook()
    book.remove(book.worksheets[0])
    with speaking("vi"):
        made = tables(report)
        _summary(book.create_sheet("Tổng hợp"), report)
        for table in made:
            _sheet(book, table.title, [table.heading, *table.column_names], _rows(table), _total(table))
        _below(book, report)
        items = [_item(report, row) for row in report.items]
        _with_links(_sheet(book, "Tin, bài", ITEMS, items), items)
        _sheet(book, "Hoạt động", ACTIVITIES, [_activity(report, row) for row in report.activities])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _summary(sheet: Worksheet, report: Report) -> None:
    totals, press = report.figures["totals"], report.figures["central_partner"]
    lines: list[Sequence[Value]] = [
        (f"Kết quả tuyên truyền các nghị quyết của Đảng {period_words(report.period)}",),
        (report.programme.office.name,),
        (report.paragraph,),
        ("Cơ quan báo chí Trung ương hợp tác", press["outlets"]),
        ("Tin, bài của các cơ quan này", press["items"]),
        ("Tổng số tin, bài", totals["items"]),
        ("Câu chuyện", totals["stories"]),
        ("Cơ quan báo chí", totals["outlets"]),
        ("Hoạt động", totals["activities"]),
        ("Lượt người", totals["participants"]),
        ("Điểm cầu", totals["points"]),
        ("Được mời", totals["invited"]),
        ("Tỷ lệ tham gia", totals["attendance_rate"]),
        ("Tin, bài chờ quyết định", totals["waiting"]),
        ("Tin, bài có ngày chưa rõ", totals["flagged"]),
        *((line,) for line in method(report)),
    ]
    for number, line in enumerate(lines, 1):
        for column, value in enumerate(line, 1):
            put(sheet.cell(number, column), value)
        sheet.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(1, 1).font = BOLD
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = WIDEST, 14


def _rows(table: Table) -> list[list[Value]]:
    return [[line.name, *(line.figures[name] for name in table.columns)] for line in table.lines]


def _total(table: Table) -> list[Value]:
    return ["Tổng số (không tính trùng)", *(table.total.get(name) for name in table.columns)]


def _below(book: Workbook, report: Report) -> None:
    heading = ("Đơn vị", "Được mời", "Lượt người", "Tỷ lệ", "Còn thiếu")
    rows: list[list[Value]] = [
        [unit.unit, unit.invited, unit.participants, unit.attendance_rate, unit.missing]
        for unit in report.attendance.below
    ]
    _sheet(book, "Dưới mức yêu cầu", heading, rows)


def _item(report: Report, item: ItemState) -> list[Value]:
    return [
        date.fromisoformat(item.day),
        named_in(report, "outlet", item.outlet),
        named_in(report, "level", item.level),
        YES if item.partner else None,
        named_in(report, "channel", item.channel),
        named_in(report, "form", item.form),
        item.title,
        item.url,
        resolutions_in(report, item),
        YES if item.waiting else None,
        YES if item.flagged else None,
        item.id,
    ]


def _activity(report: Report, row: ActivityState) -> list[Value]:
    return [
        date.fromisoformat(row.day),
        named_in(report, "kind", row.kind),
        *(getattr(row, name) for name in ("unit", "place", "title")),
        resolutions_in(report, row),
        *(getattr(row, name) for name in ("sessions", "points", "participants", "invited", "id")),
    ]


def _sheet(
    book: Workbook,
    title: str,
    heading: Sequence[str],
    rows: Sequence[Sequence[Value]],
    total: Sequence[Value] = (),
) -> Worksheet:
    """Adds a sheet with a frozen heading and a filter over the rows. The total is below the filtered rows."""
    sheet: Worksheet = book.create_sheet(title[:31])
    for number, line in enumerate([heading, *rows, *([total] if total else [])], 1):
        for column, value in enumerate(line, 1):
            put(sheet.cell(number, column), value)
    for cell in sheet[1]:
        cell.font, cell.fill = BOLD, SHADE
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for cell in sheet[sheet.max_row] if total else ():
        cell.font = BOLD
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heading))}{len(rows) + 1}"
    for column, texts in enumerate(zip(heading, *rows, strict=False), 1):
        sheet.column_dimensions[get_column_letter(column)].width = _width(texts)
    return sheet


def _width(texts: Iterable[Value]) -> int:
    return min(max(NARROWEST, *(len(_shown(text)) + 2 for text in texts)), WIDEST)


def _shown(value: Value) -> str:
    return day(value) if isinstance(value, date) else str(value or "")


def _with_links(sheet: Worksheet, items: Sequence[Sequence[Value]]) -> None:
    for number, row in enumerate(items, 2):
        address = web_address(row[URL] if isinstance(row[URL], str) else None)  # type: ignore[arg-type]
        if address and len(address) <= LONGEST_LINK:
            cell: Any = sheet.cell(number, URL + 1)
            cell.hyperlink, cell.font = address, LINK
            put(cell, address)
