"""Every figure of a written report is the one that `lantoa tallies` says."""

from collections import Counter
from datetime import date

import pytest
from bs4 import BeautifulSoup
from docx import Document
from openpyxl import load_workbook

from lantoa.reports.tables import TABLES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
KEYS = [key for key, *_ in TABLES]
COLUMNS = {key: columns for key, _title, _heading, columns in TABLES}
TITLES = {key: title for key, title, *_ in TABLES}
PARAGRAPH = (
    "23 cơ quan báo chí Trung ương, với 1.717 tin, bài",
    "300 nội dung",
    "959",
    "12.032 cuộc",
    "416.985 lượt người",
)


def as_number(text):
    """`1.717` → 1717, `99,42%` → 0.9942, `–` → None."""
    if text == "–":
        return None
    plain = text.replace(".", "").replace(",", ".")
    return float(plain.rstrip("%")) / 100 if plain.endswith("%") else int(plain)


def said(rows, key):
    """The figures of each row that a report shows, in no order: names are for people."""
    shown = [row for row in rows if row[key] is not None or key == "resolution"]
    return Counter(tuple(rounded(row[name]) for name in COLUMNS[key]) for row in shown)


def rounded(value):
    return round(value, 4) if isinstance(value, float) else value


@pytest.mark.parametrize("key", KEYS)
def test_the_workbook_says_the_tallies(written, tallies, key):
    book = load_workbook(written("xlsx"))
    sheet = book[TITLES[key][:31]]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    found = tallies(key)
    figures = Counter(tuple(rounded(value) for value in row[1:]) for row in rows[:-1])
    assert figures == said(found["rows"], key)
    assert [rounded(value) for value in rows[-1][1:]] == [
        rounded(found["totals"].get(n)) for n in COLUMNS[key]
    ]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.endswith(str(len(rows)))


@pytest.mark.parametrize("key", KEYS)
def test_the_page_says_the_tallies(written, tallies, key):
    table = BeautifulSoup(written("html").read_text("utf-8"), "lxml").find(id=key)
    found = tallies(key)
    shown = Counter(
        tuple(as_number(cell.get_text()) for cell in row.find_all("td")) for row in table.tbody.find_all("tr")
    )
    assert shown == said(found["rows"], key)
    totals = [as_number(cell.get_text()) for cell in table.tfoot.find_all("td")]
    assert totals == [rounded(found["totals"].get(name)) for name in COLUMNS[key]]


@pytest.mark.parametrize("key", KEYS)
def test_the_document_says_the_tallies(written, tallies, key):
    table = Document(written("docx")).tables[1 + KEYS.index(key)]  # behind the letterhead
    rows = [[cell.text.strip() for cell in row.cells] for row in table.rows]
    found = tallies(key)
    assert Counter(tuple(map(as_number, row[2:])) for row in rows[1:-1]) == said(found["rows"], key)
    assert list(map(as_number, rows[-1][2:])) == [rounded(found["totals"].get(name)) for name in COLUMNS[key]]
    assert [row[0] for row in rows[1:-1]] == [str(n) for n in range(1, len(rows) - 1)]


def test_the_paragraph_is_in_every_form(written):
    book = load_workbook(written("xlsx"))
    texts = {
        "docx": "\n".join(paragraph.text for paragraph in Document(written("docx")).paragraphs),
        "xlsx": str(book["Tổng hợp"]["A3"].value),
        "html": BeautifulSoup(written("html").read_text("utf-8"), "lxml").find(id="paragraph").get_text(),
    }
    for form, text in texts.items():
        assert [part for part in PARAGRAPH if part not in text] == [], form


def test_every_item_and_its_link_is_in_the_annex(written, tallies):
    total = tallies()["totals"]["items"]
    sheet = load_workbook(written("xlsx"))["Tin, bài"]
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == total
    assert all(isinstance(row[0].value, date) for row in rows)
    assert len({row[-1].value for row in rows}) == total
    assert all(row[7].hyperlink.target == row[7].value for row in rows if row[7].value)
    page = BeautifulSoup(written("html").read_text("utf-8"), "lxml")
    addresses = {row[7].value for row in rows if row[7].value}
    assert {link["href"] for link in page.find_all("a")} >= addresses
    document = Document(written("docx"))
    assert {each.target_ref for each in document.part.rels.values() if each.is_external} >= addresses


def test_numbers_of_the_workbook_are_numbers(written):
    for sheet in load_workbook(written("xlsx")).worksheets[1:]:
        for row in sheet.iter_rows(min_row=2):
            assert not [cell.coordinate for cell in row[1:] if cell.data_type == "s" and cell.value.isdigit()]
