"""Activities from a sheet to the tallies, by the commands that an office types."""

import json

import pytest
from openpyxl import Workbook, load_workbook

HEADING = [
    "STT",
    "Loại hình",
    "Ngày",
    "Đơn vị",
    "Địa điểm",
    "Nội dung",
    "Nghị quyết",
    "Số buổi",
    "Lượt người",
    "Triệu tập",
]
ROWS = [
    [1, "Hội nghị", "18/6/2024", "Tỉnh ủy", "Hậu Giang", "Quán triệt", "TW-8-XIII", 1, "24.900", 25_035],
    [2, "Tuyên truyền miệng", "3/2024", "MTTQ Vị Thủy", None, "Nói chuyện về Nghị quyết Trung ương 6 khóa XIII", None, 30, 900, None],
    [3, "Tuyên truyền miệng", "hôm qua", "MTTQ Long Mỹ", None, "Nói chuyện", None, 3, 90, None],
]  # fmt: skip


@pytest.fixture
def lantoa(make_programme, run_lantoa):
    return run_lantoa(make_programme(["nhandan"]))


@pytest.fixture(scope="module")
def up(shared_up):
    return shared_up(["nhandan"])


@pytest.fixture
def beside_up(up):
    return up[0]


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "bao-cao.xlsx"

    def write(*rows):
        book = Workbook()
        for row in (HEADING, *rows):
            book.worksheets[0].append(row)
        book.save(path)
        return str(path)

    return write


def tallies(lantoa, by, period="2024"):
    ran = lantoa("tallies", "--period", period, "--by", by, "--format", "json")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    return {row[by]: row for row in found["rows"]}, found


def test_good_rows_count_bad_ones_come_back_and_twice_is_once(beside_up, sheet, tmp_path):
    lantoa = beside_up
    path = sheet(*ROWS)
    dry = lantoa("import", path, "--dry-run", "--format", "json")
    assert dry.returncode == 1
    assert json.loads(dry.stdout)[0]["new"] == 2
    assert tallies(lantoa, "kind")[0] == {}

    ran = lantoa("import", path)
    assert ran.returncode == 1, ran.stderr
    rows, found = tallies(lantoa, "resolution")
    assert (rows["TW-8-XIII"]["activities"], rows["TW-6-XIII"]["activities"]) == (1, 30)
    assert found["totals"]["participants"] == 25_800
    assert found["attendance"]["rate"] == round(24_900 / 25_035, 6)
    again = lantoa("import", path, "--format", "json")
    assert json.loads(again.stdout)[0]["unchanged"] == 2

    rejected = tmp_path / "bao-cao.rejected.xlsx"
    book = load_workbook(rejected)
    book.worksheets[0]["C2"].value = "2/3/2024"
    book.save(rejected)
    assert lantoa("import", str(rejected)).returncode == 0
    assert tallies(lantoa, "kind")[0]["oral_session"]["activities"] == 33

    revised = lantoa("import", sheet([*ROWS[0][:8], 25_000, 25_035]), "--format", "json")
    assert json.loads(revised.stdout)[0]["changed"] == 1
    assert tallies(lantoa, "kind")[0]["conference"]["participants"] == 25_000
    assert lantoa("recount").returncode == 0


def test_rows_that_can_hardly_be_so_wait_for_somebody_to_confirm_them(beside_up, sheet):
    """In another year than the test above."""
    lantoa = beside_up
    path = sheet(
        [1, "Hội nghị", "18/6/2025", "Thành ủy", None, "Một", "TW-8-XIII", 1, 90, 100],
        [2, "Hội nghị", "18/6/2099", "Thành ủy", None, "Hai", "999-NQ/TW", 1, 90, 100],
        [3, "Hội nghị", "18/6/2025", "Thành ủy", None, "Ba", None, 1, 200, 100],
    )
    first = lantoa("import", path, "--format", "json")
    told = json.loads(first.stdout)[0]
    assert (first.returncode, told["new"], told["held"]) == (1, 1, 2), first.stderr
    assert [(each["row"], each["cell"], each["reason"]) for each in told["held_rows"]] == [
        ("3", "C3", "future-day"),
        ("3", "G3", "not-in-the-catalogue"),
        ("4", "I4", "more-than-invited"),
    ]
    assert tallies(lantoa, "kind", "2025")[0]["conference"]["participants"] == 90

    second = lantoa("import", path, "--confirm", "4")
    assert (second.returncode, "--confirm 3" in second.stdout) == (1, True), second.stdout
    assert "1 new, 0 changed, 1 unchanged, 0 rejected, 1 held back" in second.stdout
    assert tallies(lantoa, "kind", "2025")[0]["conference"]["participants"] == 290
    assert lantoa("import", path, "--confirm", "all").returncode == 0
    again = lantoa("import", path, "--format", "json")
    assert (again.returncode, json.loads(again.stdout)[0]["unchanged"]) == (0, 3)
    unread = lantoa("import", path, "--confirm", "ba")
    assert (unread.returncode, "3,7-9" in unread.stderr) == (2, True)


def test_a_sheet_without_a_heading_and_an_unknown_kind_are_said(lantoa, tmp_path):
    path = tmp_path / "la.csv"
    path.write_text("một,hai\n1,2\n")
    ran = lantoa("import", str(path))
    assert (ran.returncode, "no sheet has a heading" in ran.stderr) == (1, True)
    ran = lantoa("import", str(path), "--kind", "đua ghe")
    assert (ran.returncode, "Expected one of" in ran.stderr) == (2, True)
    ran = lantoa("import", str(tmp_path / "khong-co.xlsx"))
    assert (ran.returncode, "cannot be read" in ran.stderr) == (2, True)


def test_the_template_is_written_once(lantoa, tmp_path):
    path = str(tmp_path / "mau.xlsx")
    assert lantoa("activities", "template", path).returncode == 0
    again = lantoa("activities", "template", path)
    assert (again.returncode, "exists" in again.stderr) == (2, True)
