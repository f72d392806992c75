"""The same sheet as an xlsx, an ods and a csv file, written by hand: what no library writes, and every program does."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

from openpyxl.utils import get_column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
OPEN = "urn:oasis:names:tc:opendocument:xmlns:"
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
DATE_STYLE, PERCENT_STYLE, BORDER_STYLE = 1, 2, 3


@dataclass(frozen=True)
class Formula:
    """`result`: what the file holds of it, `...` for nothing."""

    text: str
    result: Any = ...


@dataclass(frozen=True)
class Error:
    """What a cell shows whose formula failed."""

    shown: str


@dataclass(frozen=True)
class Percent:
    share: float


@dataclass(frozen=True)
class Sheet:
    """`merged`: as Excel names ranges, `A2:A4`. `hidden_rows`, `hidden_columns`: from 1. `borders`: the last cell of a frame."""

    rows: list[list[Any]]
    name: str = "Bảng"
    merged: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    from_1904: bool = False
    borders: str = ""


def file_of(kind, sheet):
    return {"xlsx": xlsx, "ods": ods, "csv": csv}[kind](sheet)


def xlsx(sheet):
    hidden = "".join(f'<col min="{n}" max="{n}" hidden="1"/>' for n in sheet.hidden_columns)
    rows = "".join(_xlsx_row(sheet, number, row) for number, row in enumerate(sheet.rows, 1))
    if sheet.borders:
        number = sheet.borders.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        rows += f'<row r="{number}"><c r="{sheet.borders}" s="{BORDER_STYLE}"/></row>'
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in sheet.merged)
    merged = f"<mergeCells>{merged}</mergeCells>" if merged else ""
    columns = f"<cols>{hidden}</cols>" if hidden else ""
    calendar = '<workbookPr date1904="1"/>' if sheet.from_1904 else ""
    return _archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/></Types>',
            "_rels/.rels": _relations("officeDocument:xl/workbook.xml"),
            "xl/_rels/workbook.xml.rels": _relations("worksheet:worksheets/sheet1.xml", "styles:styles.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{calendar}<sheets><sheet name="{sheet.name}" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
            '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
            '<cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="9" applyNumberFormat="1"/><xf/></cellXfs></styleSheet>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{columns}<sheetData>{rows}</sheetData>{merged}</worksheet>',
        }
    )


def ods(sheet):
    rows = "".join(_ods_row(sheet, number, row) for number, row in enumerate(sheet.rows, 1))
    if sheet.borders:
        rows += '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:style-name="ce1" table:number-columns-repeated="16384"/></table:table-row>'
    columns = "".join(
        f'<table:table-column{_visibility(n in sheet.hidden_columns)}/>' for n in range(1, max(sheet.hidden_columns, default=0) + 1)
    )  # fmt: skip
    names = " ".join(f'xmlns:{each}="{OPEN}{each}:1.0"' for each in ("office", "table", "text"))
    return _archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OPEN}manifest:1.0"/>',
            "content.xml": f'<office:document-content {names} xmlns:calcext="{CALC}"><office:body><office:spreadsheet>'
            f'<table:table table:name="{sheet.name}">{columns}{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        }
    )


def csv(sheet):
    return "\r\n".join(";".join(map(_csv_cell, row)) for row in sheet.rows).encode()


def _xlsx_row(sheet, number, row):
    hidden = ' hidden="1"' if number in sheet.hidden_rows else ""
    cells = "".join(
        _xlsx_cell(f"{get_column_letter(column)}{number}", value, sheet.from_1904)
        for column, value in enumerate(row, 1)
    )
    return f'<row r="{number}"{hidden}>{cells}</row>'


def _xlsx_cell(place, value, from_1904):
    formula = ""
    if isinstance(value, Formula):
        formula, value = f"<f>{escape(value.text)}</f>", value.result
    if value is ...:
        return f'<c r="{place}">{formula}</c>'
    if value is None:
        return f'<c r="{place}" s="{BORDER_STYLE}"/>'
    match value:
        case Error():
            return f'<c r="{place}" t="e">{formula or "<f>B1/0</f>"}<v>{value.shown}</v></c>'
        case bool():
            return f'<c r="{place}" t="b">{formula}<v>{int(value)}</v></c>'
        case date():
            day = value.date() if isinstance(value, datetime) else value
            return f'<c r="{place}" s="{DATE_STYLE}">{formula}<v>{(day - EPOCHS[from_1904]).days}</v></c>'
        case Percent():
            return f'<c r="{place}" s="{PERCENT_STYLE}">{formula}<v>{value.share}</v></c>'
        case int() | float():
            return f'<c r="{place}">{formula}<v>{value}</v></c>'
    if formula:
        return f'<c r="{place}" t="str">{formula}<v>{_escaped(value)}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{_escaped(value)}</t></is></c>'


def _escaped(text):
    """As Excel writes it: what XML would change, and what looks like such an escape."""
    text = text.replace("_x", "_x005F_x")
    return escape("".join(f"_x{ord(c):04X}_" if c in "\r\x0b" else c for c in text))


def _ods_row(sheet, number, row):
    cells = "".join(
        _ods_cell(value, _span(sheet, number, column)) for column, value in enumerate(row, 1)
    )  # fmt: skip
    return f"<table:table-row{_visibility(number in sheet.hidden_rows)}>{cells}</table:table-row>"


def _span(sheet, row, column):
    for each in sheet.merged:
        first, _, last = each.partition(":")
        (top, left), (bottom, right) = _place(first), _place(last)
        if (row, column) == (top, left):
            return f' table:number-rows-spanned="{bottom - top + 1}" table:number-columns-spanned="{right - left + 1}"'
        if top <= row <= bottom and left <= column <= right:
            return None
    return ""


def _place(name):
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(name[len(letters) :]), column


def _ods_cell(value, span):
    if span is None:
        return "<table:covered-table-cell/>"
    formula = ""
    if isinstance(value, Formula):
        formula, value = f' table:formula="of:={escape(value.text)}"', value.result
    cell = lambda stated, shown="": f"<table:table-cell{span}{formula}{stated}>{shown}</table:table-cell>"  # noqa: E731
    of = lambda kind, name, text: f' office:value-type="{kind}" office:{name}="{text}"'  # noqa: E731
    match value:
        case builtins if builtins is ... or builtins is None:
            return cell("")
        case Error():
            formula = formula or ' table:formula="of:=[.B1]/0"'
            return cell(
                of("string", "string-value", "") + ' calcext:value-type="error"',
                f"<text:p>{value.shown}</text:p>",
            )
        case bool():
            return cell(of("boolean", "boolean-value", str(value).lower()), f"<text:p>{str(value).upper()}</text:p>")  # fmt: skip
        case date():
            return cell(of("date", "date-value", value.isoformat()), "<text:p>x</text:p>")
        case Percent():
            return cell(of("percentage", "value", value.share), f"<text:p>{value.share:.0%}</text:p>")
        case int() | float():
            return cell(of("float", "value", value), f"<text:p>{value}</text:p>")
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.splitlines())
    return cell(' office:value-type="string"', lines)


def _visibility(hidden):
    return ' table:visibility="collapse"' if hidden else ""


def _csv_cell(value):
    if isinstance(value, Formula):
        value = f"={value.text}" if value.result is ... else value.result
    match value:
        case None:
            return ""
        case Error():
            return value.shown
        case bool():
            return str(value).upper()
        case datetime() | date():
            return f"{value:%d/%m/%Y}"
        case Percent():
            return f"{value.share:.0%}"
    text = str(value).replace('"', '""')
    return f'"{text}"' if set(text) & set(';"\r\n\x0b') else text


def _relations(*targets):
    listed = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONS}/{kind}" Target="{path}"/>'
        for n, (kind, _, path) in enumerate((each.partition(":") for each in targets), 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _archive(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()
