"""The parts of the shipped Word template: paragraphs, lines, page numbers and tables with repeated rows."""

from collections.abc import Sequence

from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

TEXT_WIDTH = 165  # mm of an A4 page, between the margins
TEXTS = ("name", "day", "outlet", "link", "resolutions", "unit", "kind", "title")  # others hold figures
Column = tuple[str, str, float]  # heading, content of a row, width in mm


def put(
    paragraph: Paragraph, text: str, style: str, *, bold: bool = False, italic: bool = False
) -> Paragraph:
    paragraph.style = style
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    return paragraph


def line_below(paragraph: Paragraph, width: float, length: float) -> None:
    """Draws a line of `length` mm, centred within `width`, as the top border of an indented paragraph."""
    paragraph.style = "Line"
    side = Mm((width - length) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    border = _element("w:top", val="single", sz="6", space="1", color="000000")
    borders = OxmlElement("w:pBdr")
    borders.append(border)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")


def number_pages(section: Section) -> None:
    """Numbers the pages from the second on, in the middle of the top margin (Nghị định 30, phụ lục I)."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = _element("w:fldSimple", instr="PAGE")
    paragraph._p.append(field)


def begin_annex(document: Document) -> None:
    """Begins a section on a new page with its own page numbers."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = True
    section._sectPr.append(_element("w:pgNumType", start="1"))


def filling_table(
    document: Document, rows: str, columns: Sequence[Column], total: Sequence[str] = ()
) -> None:
    """Adds a table with one row for each of `rows`, and a bold last row if there is a `total`. The heading is
    repeated on every page."""
    table = document.add_table(rows=0, cols=len(columns), style="Table Grid")
    _lay_out(table, [width for _name, _row, width in columns])
    texts: list[Sequence[str]] = [
        [name for name, _row, _width in columns],
        [f"{{%tr for row in {rows} %}}"],
        [row for _name, row, _width in columns],
        ["{%tr endfor %}"],
        *([total] if total else []),
    ]
    for number, line in enumerate(texts):
        made = table.add_row()
        made._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))
        for cell, (_name, row, width) in zip(made.cells, columns, strict=True):
            cell.width = Mm(width)
            cell.paragraphs[0].style = "Table Text" if number < 1 or _is_text(row) else "Table Figure"
        for cell, text in zip(made.cells, line, strict=False):
            put(cell.paragraphs[0], text, cell.paragraphs[0].style.name, bold=number in {0, 4})
    _mark_heading(table.rows[0])


def plain_table(document: Document, widths: Sequence[float]) -> list[_Cell]:
    """Returns the cells of one row without borders, for parts that are side by side."""
    table = document.add_table(rows=1, cols=len(widths))
    _lay_out(table, widths)
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
    return list(table.rows[0].cells)


def _lay_out(table: Table, widths: Sequence[float]) -> None:
    """Sets widths of columns for LibreOffice and of cells for Word."""
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)


def _mark_heading(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))
    for cell in row.cells:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill="EFEFEF"))


def _is_text(row: str) -> bool:
    return any(f"row.{name} " in row for name in TEXTS)


def _element(name: str, **attributes: str) -> object:
    made = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), value)
    return made
