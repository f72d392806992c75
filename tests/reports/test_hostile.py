"""What others wrote stays text in every form, and half a file never takes a whole one's place."""

import subprocess
import zipfile

import pytest
from bs4 import BeautifulSoup
from docx import Document
from openpyxl import load_workbook

from config.catalogue import load_catalogue
from config.errors import UsageError
from lantoa.reports.content import current_report
from lantoa.reports.document import PROGRAMS
from lantoa.reports.report_files import write_report
from lantoa.reports.saving import save
from models.counting.period import parse_period
from models.database import reading

TITLES = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "<script>alert(1)</script> & \"tin\" 'một'",
    "{{ report }} {% for x in y %} {{r evil }}",
    "ôi 🌾 ដំណឹង",
    "điều khiển \x0b\x1b[31m",
    "dài " * 2500,
    "",
]


@pytest.fixture
def database_url(tmp_path):
    """What is tried here is the same on both databases."""
    return f"sqlite:///{tmp_path / 'lantoa.db'}"


@pytest.fixture
def report(write, engine, programme):
    for title in TITLES:
        write(title=title, text="Hậu Giang học tập Nghị quyết số 42-NQ/TW khóa XIII")
    with reading(engine) as connection:
        return current_report(connection, programme, load_catalogue(), parse_period("2024"))


def printable(title):
    return "".join(" " if ord(sign) < 32 else sign for sign in title).strip()


def test_a_workbook_holds_them_as_text(report, tmp_path):
    write_report(report, tmp_path / "r.xlsx")
    cells = [row[6] for row in load_workbook(tmp_path / "r.xlsx")["Tin, bài"].iter_rows(min_row=2)]
    assert sorted(printable(cell.value or "") for cell in cells) == sorted(map(printable, TITLES))
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    with zipfile.ZipFile(tmp_path / "r.xlsx") as parts:
        assert not [name for name in parts.namelist() if b"<f>" in parts.read(name)]


def test_a_page_holds_them_as_text(report, tmp_path):
    write_report(report, tmp_path / "r.html")
    page = BeautifulSoup((tmp_path / "r.html").read_text("utf-8"), "lxml")
    assert not page.find_all("script")
    text = " ".join(page.get_text(" ").split())
    for title in TITLES:
        assert " ".join(printable(title).split()) in text


def test_a_document_holds_them_as_text(report, tmp_path):
    write_report(report, tmp_path / "r.docx")
    document = Document(tmp_path / "r.docx")
    text = " ".join(" ".join(cell.itertext()) for table in document.tables for cell in [table._tbl])
    for title in filter(None, TITLES):
        assert "".join(printable(title).split()) in "".join(text.split())


def test_a_pdf_is_made_where_libreoffice_is_and_else_refused_with_advice(report, tmp_path, monkeypatch):
    there = any(subprocess.run(["which", name], capture_output=True).returncode == 0 for name in PROGRAMS)
    if there:
        write_report(report, tmp_path / "r.pdf")
        assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="libreoffice-writer"):
        write_report(report, tmp_path / "again.pdf")
    assert not (tmp_path / "again.pdf").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [("r.doc", ".docx"), ("r", ".docx"), ("none/r.docx", "is not a folder"), ("folder.docx", "is a folder")],
)
def test_a_place_that_cannot_hold_it_is_refused(report, tmp_path, name, said):
    (tmp_path / "folder.docx").mkdir()
    with pytest.raises(UsageError, match=said):
        write_report(report, tmp_path / name)


def test_a_template_that_asks_for_too_much_is_refused_with_what_there_is(report, tmp_path):
    own = Document()
    own.add_paragraph("{{ paragraph }} {{ weather }}")
    own.save(str(tmp_path / "own.docx"))
    (tmp_path / "r.docx").write_bytes(b"the old one")
    with pytest.raises(UsageError, match=r"weather.*paragraph"):
        write_report(report, tmp_path / "r.docx", tmp_path / "own.docx")
    assert (tmp_path / "r.docx").read_bytes() == b"the old one"


def test_an_office_s_own_template_is_filled(report, tmp_path):
    own = Document()
    own.add_paragraph("Năm {{ year }}: {{ totals.items }} tin. {{ paragraph }}")
    own.save(str(tmp_path / "own.docx"))
    write_report(report, tmp_path / "r.docx", tmp_path / "own.docx")
    (line,) = [paragraph.text for paragraph in Document(tmp_path / "r.docx").paragraphs]
    assert f": {len(TITLES)} tin. Tỉnh hợp tác với 1 cơ quan" in line


def test_a_template_that_is_no_document_is_refused(report, tmp_path):
    (tmp_path / "own.docx").write_bytes(b"PK not a zip")
    with pytest.raises(UsageError, match="no Word document"):
        write_report(report, tmp_path / "r.docx", tmp_path / "own.docx")


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path):
    (tmp_path / "r.docx").write_bytes(b"the old one")
    tmp_path.joinpath("r.docx").chmod(0o640)
    save(tmp_path / "r.docx", b"the new one")
    assert (tmp_path / "r.docx").read_bytes() == b"the new one"
    assert (tmp_path / "r.docx").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
