"""Sheets are bounded by what they become: small files of merges and repetitions cost neither memory nor time."""

import io
import os
import random
import resource
import time
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from config.errors import SheetError
from config.sheets import load_sheet_names
from producers.limited import LimitedProcesses
from producers.sheets import grid
from producers.sheets.grid import grids_of
from producers.sheets.header import Header
from producers.sheets.rows import Rejection, SheetResult
from producers.sheets.write import write_rejected

LONG = bool(os.environ.get("LANTOA_CHAOS"))
FILES = 300 if LONG else 6
MOST_SECONDS, MOST_MEMORY = 60.0, 1 << 30  # of one file, on a busy machine
HEAD = ["Ngày", "Đơn vị", "Nội dung", "Lượt người"]
ROW = ["1/3/2024", "Trung tâm Văn hóa huyện Phụng Hiệp", "Tuyên truyền Nghị quyết 18", 120]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
TEXT = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


def xlsx(*merges, rows=(HEAD, ROW), more=""):
    """A book of openpyxl, with merged ranges that it would not write."""
    book, made, changed = Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(made)
    ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merges)
    merged = f"<mergeCells>{ranges}</mergeCells>" if merges else ""
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = text.replace(b"</sheetData>", f"{more}</sheetData>{merged}".encode())
            target.writestr(name, text)
    return changed.getvalue()


def ods(*tables):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", ODS.format("".join(tables)))
        target.writestr("META-INF/manifest.xml", "<manifest/>")
    return made.getvalue()


def table(rows, name="Sheet1"):
    return f'<table:table table:name="{name}">{rows}</table:table>'


def row(cells, times=1):
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def cell(text="", times=1):
    repeated = f' table:number-columns-repeated="{times}"'
    return TEXT.format(repeated, text) if text else f"<table:table-cell{repeated}/>"


SHEET = "".join(row("".join(cell(str(value)) for value in values)) for values in (HEAD, ROW))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xlsx", xlsx(*[f"A1:AD{n}" for n in range(100, 2_000)], rows=[["x"] * 30] * 100), "more than 4000000 cells"),
        ("a.xlsx", xlsx(*["A1:AD30"] * 6_000), "more than 4000000 cells"),
        ("a.ods", ods(table(row(cell("x", 500), 20_000))), "more than 4000000 cells"),
        ("a.ods", ods(table(row(cell("x", 500), 200_000))), "more than 4000000 cells"),
        ("a.ods", ods(table(row(cell("x", 16_384), 1))), "claims 1 rows and 16384 columns"),
        ("a.ods", ods(table(row(cell("x"), 1_048_576))), "claims 1048576 rows"),
        ("a.ods", ods(table(row(cell(times=499) + cell("x")) * 2 + row("", 100_000) + row(cell("x")))), ""),
        ("a.ods", ods(*[table(row(cell("x", 100), 9_000), f"T{n}") for n in range(9)]), "more than 4000000 cells"),
        ("a.csv", b";" * 499 + b"x\n" + b"\n" * 150_000 + b"x", ""),
        ("a.csv", (b";" * 499 + b"x\n") * 8_100, "more than 4000000 cells"),
        ("a.csv", b"x" * (40 << 20), "cannot be read|can be read"),
        ("a.csv", b";" * (30 << 20) + b"x", "claims 1 rows"),
    ],
    ids=[
        "growing merges", "one merge six thousand times", "rows repeated", "every row repeated", "columns repeated",
        "all rows of a sheet", "empty rows between", "nine tables", "a wide row and empty ones", "wide rows",
        "one cell of 40 MB", "one row of 30 million cells",
    ],
)  # fmt: skip
def test_what_becomes_too_much_is_refused_before_memory_is_spent(name, data, says):
    assert len(data) < 2 << 20 or name == "a.csv"
    with LimitedProcesses(seconds=MOST_SECONDS, preload=["producers.sheets.sheet_jobs"]) as processes:
        if says:
            with pytest.raises(SheetError, match=says):
                processes.run(grids_of, name, data)
        else:
            processes.run(shape, name, data)
        assert processes.run(memory) < MOST_MEMORY


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.xlsx", xlsx("A1:XFD1048576"), [(2, 4)]),  # the whole of a sheet, as one click merges it
        ("a.xlsx", xlsx("A5:XFD1048576"), [(2, 4)]),
        ("a.xlsx", xlsx("F2:F9"), [(2, 4)]),
        ("a.xlsx", xlsx("A1:J1", "A2:A4"), [(4, 10)]),
        ("a.xlsx", xlsx(more='<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>'), [(2, 4)]),
        ("a.ods", ods(table(SHEET + row(cell(times=16_384), 1_048_574))), [(2, 4)]),
        ("a.ods", ods(table(SHEET + row(cell(times=1_020), 1_000) + SHEET)), [(1_004, 4)]),
    ],
    ids=["a whole sheet", "all below", "beside", "a row and a column", "the last corner", "ods, all below", "ods, between"],
)  # fmt: skip
def test_what_is_empty_costs_nothing(name, data, expected):
    assert shape(name, data) == expected


def test_the_worst_file_of_merges_and_repetitions(record_property):
    """`LANTOA_CHAOS=1` looks at more of them, and tells the worst."""
    chosen = random.Random(20261130)
    worst = {"seconds": (0.0, ""), "megabytes": (0.0, "")}
    for number in range(FILES):
        name, data = _made(chosen)
        with LimitedProcesses(seconds=MOST_SECONDS, preload=["producers.sheets.sheet_jobs"]) as processes:
            began = time.monotonic()
            try:
                found = str(processes.run(shape, name, data))
            except SheetError as error:
                found = str(error)
            seconds, megabytes = time.monotonic() - began, processes.run(memory) / 1e6
        said = f"{number}: {name}, {len(data)} bytes: {found[:120]}"
        for figure, value in (("seconds", seconds), ("megabytes", megabytes)):
            worst[figure] = max(worst[figure], (value, said))
    if LONG:
        print("\n", worst)  # noqa: T201  # the figures of docs/faults.md
    assert worst["seconds"][0] < MOST_SECONDS
    assert worst["megabytes"][0] < MOST_MEMORY / 1e6


def _made(chosen):
    """Few bytes that ask for much: ranges and repetitions from one cell to the whole of a sheet."""
    size = lambda most: int(most ** chosen.random())  # noqa: E731
    if chosen.random() < 0.5:
        filled = [["x"] * size(200) for _ in range(size(1_000))] or [["x"]]
        merges = []
        for _ in range(size(3_000)):
            top, left = size(1_048_576), size(60)
            right = min(left + size(16_384), 16_384)
            merges.append(f"{_letter(left)}{top}:{_letter(right)}{min(top + size(1_048_576), 1_048_576)}")
        return "a.xlsx", xlsx(*merges, rows=filled)
    rows = [
        row("".join(cell(chosen.choice(["", "x"]), size(20_000)) for _ in range(size(20))), size(300_000))
        for _ in range(size(200))
    ]
    return "a.ods", ods(*[table("".join(rows), f"T{n}") for n in range(size(20))])


def _letter(column):
    from openpyxl.utils import get_column_letter

    return get_column_letter(max(column, 1))


def shape(name, data):
    return [(len(each.rows), max(map(len, each.rows), default=0)) for each in grids_of(name, data)]


def memory():
    """The most that the process has used, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods", "a.csv"])
def test_a_changed_or_torn_file_is_refused_in_words(name):
    sound = {
        "a.xlsx": xlsx("A1:B1"),
        "a.ods": ods(table(SHEET)),
        "a.csv": "Ngày;Đơn vị\n1/3/2024;Phụng Hiệp\n".encode(),
    }[name]
    chosen, told = random.Random(7), []
    for _ in range(3_000 if LONG else 150):
        data = bytearray(sound)
        for _ in range(chosen.randint(0, 4)):
            data[chosen.randrange(len(data))] = chosen.randrange(256)
        if chosen.random() < 0.4:
            del data[chosen.randrange(len(data)) :]
        try:
            grids_of(name, bytes(data))
        except SheetError as error:
            told.append(str(error))
    assert {"".join(said.split()) for said in told}


def test_numbers_that_are_none_are_text(tmp_path):
    data = xlsx(more='<row r="3"><c r="A3"><v>1e999</v></c><c r="B3"><v>-1e999</v></c></row>')
    assert grids_of("a.xlsx", data)[0].rows[2] == ["inf", "-inf"]


NAMES = [
    "bao cao [1]",
    "a/b:c*d?e\\f",
    "'Tháng 3'",
    "History",
    "x" * 40,
    "X" * 40,
    "\x00\x07",
    "🌾" * 20,
    "Tháng 3",
    "tháng 3",
]


def test_rejected_rows_are_written_whatever_they_hold(tmp_path):
    """As Excel takes them: names of sheets that it refuses or that are alike, control characters, formulas."""
    bad = Rejection("x", 2, "A", "\x01", "a date", ("a\x00b\x1f", "=1+1", "ok"), "oral_session")
    results = [
        SheetResult(name, Header({"date": 0}, ["Ngày\x07", "b", "c"], 0, 1), rejections=[bad])
        for name in NAMES
    ]
    write_rejected(tmp_path / "r.xlsx", results, load_sheet_names(), str)
    book = load_workbook(tmp_path / "r.xlsx")
    titles = [sheet.title for sheet in book]
    assert len({title.casefold() for title in titles}) == len(NAMES)
    assert all(0 < len(title.encode("utf-16-le")) <= 62 for title in titles)
    assert [cell.value for cell in book.worksheets[0][2]][:3] == ["ab", "=1+1", "ok"]
    assert book.worksheets[0]["B2"].data_type == "s"


def test_writing_takes_time_in_proportion_to_its_rows(tmp_path):
    bad = Rejection("x", 2, "A", "x", "a date", ("a", "b", "c"), "oral_session")

    def seconds(rows):
        result = SheetResult("x", Header({"date": 0}, ["a", "b", "c"], 0, 1), rejections=[bad] * rows)
        began = time.process_time()
        write_rejected(tmp_path / "r.xlsx", [result], load_sheet_names(), str)
        return time.process_time() - began

    seconds(10)
    assert seconds(1_200) < 12 * seconds(300)


def test_limits_are_those_that_the_documents_name():
    assert (grid.MOST_ROWS, grid.MOST_COLUMNS, grid.MOST_CELLS) == (200_000, 500, 4_000_000)
