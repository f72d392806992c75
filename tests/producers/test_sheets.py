"""Office sheets as they come: titles, merged headings, totals, Vietnamese numbers and dates, and what is wrong with them."""

import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from config.errors import CatalogueError, SheetError
from config.sheets import load_sheet_names
from producers.sheets.cell_values import count_of, date_of
from producers.sheets.grid import Grid, read_grids
from producers.sheets.rows import (
    A_COUNT,
    A_DATE,
    A_KIND,
    A_LANGUAGE,
    A_NEAR_DATE,
    A_RESULT,
    A_SHORT_TEXT,
    A_SMALL_COUNT,
    A_UNIT,
    ONE_ROW,
    RowReader,
)
from producers.sheets.write import write_rejected, write_template

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2024, 12, 1, tzinfo=UTC)
HEADING = ["STT", "Loại hình", "Ngày", "Đơn vị", "Nội dung", "Số buổi", "Lượt người"]
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
GOOD = [1, "Tuyên truyền miệng", "15/3/2024", "MTTQ Vị Thanh", "Nói chuyện", 3, "1.717"]


def read(path, kind=None, mapping=None):
    reader = RowReader(load_sheet_names(mapping), HANOI, NOW, path.name, kind)
    return [reader.read(grid) for grid in read_grids(path)]


def book(path, *rows, title="Bảng", merge=()):
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for span in merge:
        sheet.merge_cells(span)
    made.save(path)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "bao-cao.xlsx"


@pytest.mark.parametrize(
    ("cell", "count"),
    [("1.717", 1717), ("11 800", 11_800), ("416.985", 416_985), (12, 12), (12.0, 12), ("0", 0), (None, None), ("-", None), ("1,200", 1200)],
)  # fmt: skip
def test_numbers(cell, count):
    assert count_of(cell) == count


@pytest.mark.parametrize(
    "cell", [84_912_345_678, "091.234.567.890", "84912345678", 1e300, 10**20, "9" * 5_000, 1_000_000_001.0]
)
def test_a_number_that_counts_nobody(cell):
    with pytest.raises(ValueError, match=r"at most 1\.000\.000\.000"):
        count_of(cell)


@pytest.mark.parametrize("cell", [1_000_000_000, "1.000.000.000", "1 000 000 000"])
def test_the_largest_number(cell):
    assert count_of(cell) == 1_000_000_000


@pytest.mark.parametrize(
    "cell",
    ["31/12/9999", "1/1/1989", "2101-01-01", datetime(9999, 12, 31), date(1, 1, 1), "12/9999", "01/0001", "9999-12-31T23:59:59Z"],  # noqa: DTZ001
)  # fmt: skip
def test_a_day_that_nobody_counts(cell):
    with pytest.raises(ValueError, match="from 1990 to 2100"):
        date_of(cell, HANOI)


@pytest.mark.parametrize(
    "cell", [float("inf"), float("nan"), -float("inf"), 1e308, "31/2/2024", "3/0000", "0/0/0"]
)
def test_what_is_no_day(cell):
    with pytest.raises(ValueError, match=r"a date, such as|from 1990"):
        date_of(cell, HANOI)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        (2, "31/12/9999", A_NEAR_DATE),
        (3, "Đ" * 501, A_SHORT_TEXT),
        (4, "Nói chuyện " * 100, A_SHORT_TEXT),
        (5, 84_912_345_678, A_SMALL_COUNT),
        (6, float("inf"), A_COUNT),
        (6, 1e999, A_COUNT),
    ],
)
def test_a_cell_beyond_its_limit_is_named(column, value, expected):
    grid = Grid("Bảng", [HEADING, [*GOOD[:column], value, *GOOD[column + 1 :]], GOOD])
    result = RowReader(load_sheet_names(), HANOI, NOW, "bao-cao.csv").read(grid)
    assert [(each.row, each.column, each.expected) for each in result.rejections] == [
        (2, "ABCDEFG"[column], expected)
    ]
    assert len(result.activities) == 1


@pytest.mark.parametrize("cell", ["hơn 100", "12,5", 12.5, -3, "99,2%", "1.71", True, "ba"])
def test_what_is_no_count(cell):
    with pytest.raises(ValueError, match="whole number"):
        count_of(cell)


@pytest.mark.parametrize(
    "cell",
    [
        datetime(2024, 3, 5),  # noqa: DTZ001  # as Excel has them
        date(2024, 3, 5),
        "5/3/2024",
        "05-03-2024",
        "ngày 5 tháng 3 năm 2024",
        "2024-03-05",
        "05/03/24",
    ],
)
def test_dates(cell):
    assert date_of(cell, HANOI) == date(2024, 3, 5)


@pytest.mark.parametrize("cell", ["3/2024", "tháng 3/2024", "Tháng 3 năm 2024", "03-2024"])
def test_a_month_is_its_first_day(cell):
    assert date_of(cell, HANOI) == date(2024, 3, 1)


@pytest.mark.parametrize("cell", [45356, 45356.5, "45356", 43894])
def test_a_bare_number_is_no_date(cell):
    with pytest.raises(ValueError, match="bare number"):
        date_of(cell, HANOI)


@pytest.mark.parametrize("cell", ["hôm qua", "31/2/2024", "13/2024", None, 5, "32/1/2024"])
def test_what_is_no_date(cell):
    with pytest.raises(ValueError, match="a date"):
        date_of(cell, HANOI)


def test_a_sheet_as_offices_write_it(path):
    rows = [
        ["SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"],
        ["BÁO CÁO HOẠT ĐỘNG THÔNG TIN LƯU ĐỘNG"],
        [],
        ["STT", "Ngày tháng", "Đơn vị", "Kết quả", None],
        [None, None, None, "Số buổi", "Lượt người"],
        [1, datetime(2024, 3, 15), "TTVH Phụng Hiệp", 12, "1.717"],  # noqa: DTZ001
        [2, "15/4/2024", None, "5", 200],
        ["Tổng cộng", None, None, 17, 1917],
        [None, None, None, None, "NGƯỜI LẬP BIỂU"],
    ]
    merge = ("A1:E1", "A2:E2", "A4:A5", "B4:B5", "C4:C5", "D4:E4", "C6:C7")
    (sheet,) = read(book(path, *rows, merge=merge))
    assert [(a.kind, a.date, a.unit, a.sessions, a.participants) for a in sheet.activities] == [
        ("mobile_information", date(2024, 3, 15), "TTVH Phụng Hiệp", 12, 1717),
        ("mobile_information", date(2024, 4, 15), "TTVH Phụng Hiệp", 5, 200),
    ]
    assert (sheet.rejections, sheet.skipped) == ([], 2)


def test_section_titles_say_the_kind_of_the_rows_below(path):
    rows = [
        ["Ngày", "Đơn vị", "Nội dung", "Số cuộc"],
        ["I. TUYÊN TRUYỀN MIỆNG"],
        ["1/3/2024", "A", "x", 2],
        ["II. HỘI THI"],
        ["2/3/2024", "B", "y", 1],
    ]
    (sheet,) = read(book(path, *rows))
    assert [a.kind for a in sheet.activities] == ["oral_session", "contest"]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        (1, "đua ghe ngo", A_KIND),
        (2, "hôm qua", A_DATE),
        (3, None, A_UNIT),
        (5, "hơn 3", A_COUNT),
        (6, "99,2%", A_COUNT),
        (6, "=B1*2", A_RESULT),
        (7, "tiếng Pháp", A_LANGUAGE),
    ],
)
def test_a_bad_cell_is_named_and_good_rows_go_in(path, column, value, expected):
    bad = [*GOOD, None]
    bad[0], bad[4], bad[column] = 2, "Khác", value
    (sheet,) = read(book(path, [*HEADING, "Ngôn ngữ"], GOOD, bad))
    assert len(sheet.activities) == 1
    (rejection,) = sheet.rejections
    assert (rejection.row, rejection.column, rejection.expected) == (3, "ABCDEFGH"[column], expected)


def test_the_same_row_twice_is_one_and_another_figure_for_it_is_an_error(path):
    (sheet,) = read(book(path, HEADING, GOOD, GOOD, [*GOOD[:6], 9]))
    assert (len(sheet.activities), sheet.repeated) == (1, 1)
    assert [bad.expected for bad in sheet.rejections] == [ONE_ROW]


def test_identity_is_the_stated_id_else_the_row_and_cosmetics_do_not_matter(path, tmp_path):
    other = [*GOOD[:3], "mttq  vị thanh", *GOOD[4:]]  # with combining marks
    (first,), (second,) = read(book(path, HEADING, GOOD)), read(book(tmp_path / "b.xlsx", HEADING, other))
    assert first.activities[0].id == second.activities[0].id
    changed = [*GOOD[:6], 99]
    (third,) = read(book(tmp_path / "c.xlsx", HEADING, changed))
    assert third.activities[0].id == first.activities[0].id
    assert third.activities[0].revision != first.activities[0].revision


def test_rejected_rows_come_back_corrected(path, tmp_path):
    rows = [["Ngày", "Đơn vị", "Nội dung", "Số cuộc"], ["I. TUYÊN TRUYỀN MIỆNG"], ["hôm qua", "=A", "+x", 2]]
    results = read(book(path, *rows))
    rejected = tmp_path / "r.xlsx"
    write_rejected(rejected, results, load_sheet_names(), str)
    sheet = load_workbook(rejected).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        "Ngày",
        "Đơn vị",
        "Nội dung",
        "Số cuộc",
        "Loại hình",
        "Lý do",
    ]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    sheet["A2"].value = "5/3/2024"
    sheet["B2"].value = "Đơn vị A"
    sheet.parent.save(rejected)
    (again,) = read(rejected)
    assert [(a.kind, a.sessions) for a in again.activities] == [("oral_session", 2)]


def test_the_template_filled_in_can_be_imported(tmp_path):
    path = tmp_path / "mau.xlsx"
    names = load_sheet_names()
    write_template(path, names)
    made = load_workbook(path)
    sheet = made.worksheets[0]
    assert len(sheet.data_validations.dataValidation) == 2
    for column, value in enumerate(["h1", "hội nghị", date(2024, 6, 18), "Tỉnh ủy", "Vị Thanh", "Quán triệt", "TW-8-XIII; 42-NQ/TW", 1, 302, "24.900", 25035, "tiếng Khmer"], 1):  # fmt: skip
        sheet.cell(2, column, value)
    made.save(path)
    first, explained = read(path)
    (activity,) = first.activities
    assert (activity.kind, activity.points, activity.participants, activity.language) == (
        "conference",
        302,
        24_900,
        "km",
    )
    assert activity.resolutions == ("TW-8-XIII", "42-NQ/TW")
    assert explained.problem == "no-header"


def test_hidden_sheets_are_left_out_and_named_and_hidden_columns_are_read(path):
    made = Workbook()
    shown, hidden = made.worksheets[0], made.create_sheet("Cũ")
    for sheet in (shown, hidden):
        sheet.append(HEADING)
        sheet.append(GOOD)
    hidden.sheet_state = "hidden"
    shown.column_dimensions["G"].hidden = True
    made.save(path)
    first, second = read(path)
    assert first.activities[0].participants == 1717
    assert (second.problem, second.activities) == ("hidden", [])


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1258", ";")],
)
def test_csv(tmp_path, encoding, delimiter):
    path = tmp_path / "b.csv"
    lines = [delimiter.join(map(str, row)) for row in (HEADING, GOOD)]
    text = "\r\n".join(lines)
    if encoding == "cp1258":  # its tone marks stand behind their letters
        import unicodedata

        bare = {"̀", "́", "̉", "̃", "̣"}
        text = "".join(
            unicodedata.normalize("NFC", "".join(p for p in unicodedata.normalize("NFD", c) if p not in bare))
            + "".join(p for p in unicodedata.normalize("NFD", c) if p in bare)
            for c in text
        )
    path.write_bytes(text.encode(encoding))
    (sheet,) = read(path)
    assert [(a.kind, a.sessions, a.participants) for a in sheet.activities] == [("oral_session", 3, 1717)]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", b"not a zip", "is no xlsx file"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"0" * 600, "password"),
        ("a.xls", b"x", "expected .xlsx"),
        ("a.csv", b"\x00\x01\x02", "is no text"),
        ("a.ods", b"PK\x03\x04broken", "is no ods file"),
    ],
)
def test_files_that_cannot_be_read_say_what_to_do(tmp_path, name, data, says):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SheetError, match=says):
        read_grids(path)


def test_a_file_that_unpacks_without_end_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/a.xml", "w", force_zip64=True) as out,
    ):
        for _ in range(500):
            out.write(b"0" * 1024 * 1024)
    with pytest.raises(SheetError, match="unpacks to"):
        read_grids(path)


def test_a_bomb_that_unpacks_to_little_enough_is_known_by_how_tightly_it_is_packed(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/a.xml", b"0" * 60 * 1024 * 1024)
    with pytest.raises(SheetError, match="unpacks to 60 MB"):
        read_grids(path)


def test_a_sheet_of_one_cell_in_the_last_corner_is_refused_before_its_cells_are_looked_at(path):
    made = Workbook()
    made.worksheets[0]["XFD1048576"] = "x"
    made.save(path)
    with pytest.raises(SheetError, match="claims 1048576 rows and 16384 columns"):
        read_grids(path)


def test_a_mapping_file_adds_columns_and_its_mistakes_are_named(tmp_path, path):
    mapping = tmp_path / "cot.yaml"
    mapping.write_text("unit: [Ban]\nparticipants: [Số hội viên]\n")
    rows = [["Ngày", "Ban", "Nội dung", "Số hội viên"], ["1/3/2024", "Ban Dân vận", "x", 30]]
    (sheet,) = read(book(path, *rows), "oral_session", mapping)
    assert (sheet.activities[0].unit, sheet.activities[0].participants) == ("Ban Dân vận", 30)
    mapping.write_text("don_vi: [Ban]\n")
    with pytest.raises(CatalogueError, match=r"cot\.yaml:1"):
        load_sheet_names(mapping)


def test_ods(tmp_path):
    path = tmp_path / "b.ods"
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
            for value in row
        )
        + "</table:table-row>"
        for row in (HEADING, GOOD)
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="Bảng">{cells}</table:table></office:spreadsheet></office:body></office:document-content>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    (sheet,) = read(path)
    assert [(a.kind, a.sessions, a.participants) for a in sheet.activities] == [("oral_session", 3, 1717)]
