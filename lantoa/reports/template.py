"""Builds the shipped Word template as Nghị định 30/2020/NĐ-CP, phụ lục I requires: `python -m
lantoa.reports.template`."""

from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from lantoa.reports.document import SHIPPED
from lantoa.reports.template_parts import (
    TEXT_WIDTH,
    Column,
    begin_annex,
    filling_table,
    line_below,
    number_pages,
    plain_table,
    put,
)

FONT = "Times New Roman"
BLACK = RGBColor(0, 0, 0)
STYLES = (  # name, size in points, alignment, indent of the first line in mm, space after in points
    ("Body", 14, WD_ALIGN_PARAGRAPH.JUSTIFY, 10, 6),
    ("Letterhead", 12, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
    ("Motto", 13, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
    ("Line", 4, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
    ("Report Title", 14, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
    ("Picture", 14, WD_ALIGN_PARAGRAPH.CENTER, 0, 6),
    ("Recipients", 11, WD_ALIGN_PARAGRAPH.LEFT, 0, 0),
    ("Signature", 14, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
    ("Table Text", 11, WD_ALIGN_PARAGRAPH.LEFT, 0, 0),
    ("Table Figure", 11, WD_ALIGN_PARAGRAPH.RIGHT, 0, 0),
)
LEFT, RIGHT = 65, 100  # mm of the two halves of the head
NAMES = {
    "items": "Tin, bài",
    "stories": "Câu chuyện",
    "outlets": "Cơ quan báo chí",
    "activities": "Hoạt động",
    "participants": "Lượt người",
    "points": "Điểm cầu",
    "invited": "Được mời",
    "attendance_rate": "Tỷ lệ",
    "missing": "Còn thiếu",
}
EVERYTHING = ("items", "stories", "outlets", "activities", "participants")
OF_A_CONFERENCE = ("activities", "points", "invited", "participants", "attendance_rate")
TABLES = (
    ("resolution", EVERYTHING),
    ("channel", EVERYTHING),
    ("level", ("items", "stories", "outlets")),
    ("outlet", ("items", "stories")),
    ("form", ("items", "stories", "outlets")),
    ("month", EVERYTHING),
    ("kind", ("activities", "points", "participants")),
    ("unit", ("activities", "participants", "invited", "attendance_rate")),
)
ITEMS: tuple[Column, ...] = (
    ("TT", "{{ row.number }}", 12),
    ("Ngày", "{{ row.day }}", 23),
    ("Cơ quan báo chí", "{{ row.outlet }}", 30),
    ("Tin, bài", "{{r row.link }}", 54),
    ("Nghị quyết", "{{ row.resolutions }}", 46),
)
ACTIVITIES: tuple[Column, ...] = (
    ("TT", "{{ row.number }}", 11),
    ("Ngày", "{{ row.day }}", 23),
    ("Loại hình", "{{ row.kind }}", 28),
    ("Đơn vị", "{{ row.unit }}", 31),
    ("Nội dung", "{{ row.title }}", 36),
    ("Số buổi", "{{ row.sessions }}", 16),
    ("Lượt người", "{{ row.participants }}", 20),
)


def template() -> Paper:
    paper = Document()
    _lay_out(paper)
    _head(paper)
    _results(paper)
    _details(paper)
    _attendance(paper)
    _method(paper)
    _foot(paper)
    _annex(paper, "I", "Tin, bài của các cơ quan báo chí Trung ương hợp tác", "partner_items", ITEMS)
    _annex(paper, "II", "Tin, bài của các cơ quan báo chí khác", "other_items", ITEMS)
    _annex(paper, "III", "Hoạt động tuyên truyền", "activities", ACTIVITIES)
    return paper


def _lay_out(paper: Paper) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    number_pages(section)
    for name in ("Normal", "Header", "Heading 1", "Heading 2", "Caption"):
        _dress(paper.styles[name], 14)
    for name, points, alignment, first_line, behind in STYLES:
        style: Any = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _dress(style, points)
        style.paragraph_format.alignment = alignment
        style.paragraph_format.first_line_indent = Mm(first_line) if first_line else None
        style.paragraph_format.space_after = Pt(behind)
    link: Any = paper.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = RGBColor(0x05, 0x47, 0x9E), True
    paper.core_properties.title = "Báo cáo {{ period }}"
    paper.core_properties.author = "{{ office.issuer }}"
    paper.core_properties.language = "vi-VN"


def _dress(style: Any, points: int) -> None:
    """Sets the only font that the decree allows for every script, and removes Word's colours from headings."""
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(points), BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    style.paragraph_format.space_after = Pt(6 if style.name.startswith("Heading") else 0)
    style.paragraph_format.space_before = Pt(12 if style.name.startswith("Heading") else 0)
    style.paragraph_format.line_spacing = 1.0


def _head(paper: Paper) -> None:
    office, nation = plain_table(paper, (LEFT, RIGHT))
    put(office.paragraphs[0], "{%p if office.above %}", "Letterhead")
    put(office.add_paragraph(), "{{ office.above }}", "Letterhead")
    put(office.add_paragraph(), "{%p endif %}", "Letterhead")
    put(office.add_paragraph(), "{{ office.issuer }}", "Letterhead", bold=True)
    line_below(office.add_paragraph(), LEFT, 26)
    put(office.add_paragraph(), "Số: …/BC-{{ office.abbreviation }}", "Motto")
    put(nation.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Letterhead", bold=True)
    put(nation.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", "Motto", bold=True)
    line_below(nation.add_paragraph(), RIGHT, 58)
    date = "{{ office.place }}, ngày {{ day }} tháng {{ month }} năm {{ year }}"
    put(nation.add_paragraph(), date, "Motto", italic=True)
    title = put(paper.add_paragraph(), "BÁO CÁO", "Report Title", bold=True)
    title.paragraph_format.space_before = Pt(18)
    about = "Kết quả tuyên truyền các nghị quyết của Đảng {{ period }}"
    put(paper.add_paragraph(), about, "Report Title", bold=True)
    line_below(paper.add_paragraph(), TEXT_WIDTH, 50)


def _results(paper: Paper) -> None:
    paper.add_heading("I. Kết quả chung", 1)
    put(paper.add_paragraph(), "{{ paragraph }}", "Body")
    all_outlets = (
        "Tính chung mọi cơ quan báo chí được theo dõi: {{ totals.items }} tin, bài của {{ totals.outlets }} cơ quan, "
        "thuộc {{ totals.stories }} câu chuyện (cùng một nội dung đăng ở nhiều cơ quan là một câu chuyện)."
    )
    put(paper.add_paragraph(), all_outlets, "Body")
    put(paper.add_paragraph(), "{%p for chart in charts %}", "Body")
    caption = put(paper.add_paragraph(), "Biểu đồ {{ loop.index }}. {{ chart.title }}", "Caption", bold=True)
    caption.paragraph_format.keep_with_next = True
    put(paper.add_paragraph(), "{{ chart.picture }}", "Picture")
    put(paper.add_paragraph(), "{%p endfor %}", "Body")


def _details(paper: Paper) -> None:
    paper.add_heading("II. Số liệu chi tiết", 1)
    for number, (key, figures) in enumerate(TABLES, 1):
        _table(paper, number, key, figures)


def _table(paper: Paper, number: int, key: str, figures: tuple[str, ...]) -> None:
    table = f"tables.{key}"
    caption = put(paper.add_paragraph(), f"Bảng {number}. {{{{ {table}.title }}}}", "Caption", bold=True)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(12)
    total = ["", "Tổng số (không tính trùng)", *(f"{{{{ {table}.total.{figure} }}}}" for figure in figures)]
    filling_table(paper, f"{table}.rows", _columns(f"{{{{ {table}.heading }}}}", figures), total)


def _columns(heading: str, figures: tuple[str, ...]) -> tuple[Column, ...]:
    width = 21
    name = TEXT_WIDTH - 11 - width * len(figures)
    return (
        ("TT", "{{ row.number }}", 11),
        (heading, "{{ row.name }}", name),
        *((NAMES[figure], f"{{{{ row.{figure} }}}}", width) for figure in figures),
    )


def _attendance(paper: Paper) -> None:
    paper.add_heading("III. Tham gia học tập, quán triệt", 1)
    rate = "Tỷ lệ tham gia học tập: {{ attendance.rate }} (yêu cầu từ {{ attendance.target }} trở lên)."
    put(paper.add_paragraph(), rate, "Body")
    _table(paper, len(TABLES) + 1, "conference", OF_A_CONFERENCE)
    put(paper.add_paragraph(), "{%p if attendance.below %}", "Body")
    called = put(
        paper.add_paragraph(),
        f"Bảng {len(TABLES) + 2}. Đơn vị dưới mức yêu cầu, cần tổ chức học bổ sung",
        "Caption",
        bold=True,
    )
    called.paragraph_format.space_before = Pt(12)
    below = ("invited", "participants", "attendance_rate", "missing")
    filling_table(paper, "attendance.below", _columns("Đơn vị", below))
    put(paper.add_paragraph(), "{%p else %}", "Body")
    put(paper.add_paragraph(), "Không có đơn vị nào dưới mức yêu cầu.", "Body")
    put(paper.add_paragraph(), "{%p endif %}", "Body")


def _method(paper: Paper) -> None:
    paper.add_heading("IV. Phương pháp thống kê", 1)
    put(paper.add_paragraph(), "{%p for line in method %}", "Body")
    put(paper.add_paragraph(), "{{ loop.index }}. {{ line }}", "Body")
    put(paper.add_paragraph(), "{%p endfor %}", "Body")


def _foot(paper: Paper) -> None:
    put(paper.add_paragraph(), "", "Body")
    left, right = plain_table(paper, (TEXT_WIDTH / 2, TEXT_WIDTH / 2))
    to = put(left.paragraphs[0], "Nơi nhận:", "Letterhead", bold=True, italic=True)
    to.alignment = WD_ALIGN_PARAGRAPH.LEFT
    put(left.add_paragraph(), "{%p for recipient in office.recipients %}", "Recipients")
    put(left.add_paragraph(), "- {{ recipient }};", "Recipients")
    put(left.add_paragraph(), "{%p endfor %}", "Recipients")
    put(left.add_paragraph(), "- Lưu: VT.", "Recipients")
    put(right.paragraphs[0], "{%p for line in office.authority %}", "Signature")
    put(right.add_paragraph(), "{{ line }}", "Signature", bold=True)
    put(right.add_paragraph(), "{%p endfor %}", "Signature")
    for _line in range(4):
        put(right.add_paragraph(), "", "Signature")
    put(right.add_paragraph(), "{{ office.signer }}", "Signature", bold=True)


def _annex(paper: Paper, number: str, title: str, rows: str, columns: tuple[Column, ...]) -> None:
    begin_annex(paper)
    put(paper.add_paragraph(), f"Phụ lục {number}", "Report Title", bold=True)
    put(paper.add_paragraph(), title.upper(), "Report Title", bold=True)
    enclosed = (
        "(Kèm theo Báo cáo số …/BC-{{ office.abbreviation }} ngày {{ day }} tháng {{ month }} năm {{ year }})"
    )
    put(paper.add_paragraph(), enclosed, "Picture", italic=True)
    put(paper.add_paragraph(), f"Số dòng: {{{{ {rows}|length }}}}", "Recipients")
    filling_table(paper, rows, columns)


if __name__ == "__main__":
    template().save(str(SHIPPED))
