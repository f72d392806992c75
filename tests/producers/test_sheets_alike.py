"""The same sheet says the same as xlsx, ods and csv: every cell is read right, or refused with its place and its reason."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import SheetError
from config.sheets import load_sheet_names
from producers.sheets.activity_reader import A_UNIT
from producers.sheets.cell_values import (
    A_COUNT,
    A_COUNT_BY_ONE,
    A_DATE,
    A_DATE_FORMAT,
    A_NUMBER_OF_ITS_OWN,
    A_RESULT,
    A_SMALL_COUNT,
    A_WORKING_FORMULA,
)
from producers.sheets.grid import grids_of
from producers.sheets.rows import RowReader
from producers.sheets.sheet_cells import FailedFormula, Uncalculated
from tests.sheet_files import Error, Formula, Percent, Sheet, file_of

KINDS = ("xlsx", "ods", "csv")
NAMES = load_sheet_names()
HEADING = ["STT", "Ngày", "Đơn vị", "Nội dung", "Số buổi", "Lượt người"]
ERRORS = ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "Err:502", "Lỗi:504", "#¡VALOR!", "#NV", "#ЗНАЧ!"]  # fmt: skip

# what stands in a cell, and what is read there
ANYWHERE = [(Error(shown), A_WORKING_FORMULA) for shown in ERRORS] + [(Formula("SUM(F2:F9)"), A_RESULT)]
COUNTS = [
    *ANYWHERE,
    (12, 12), (1717, 1717), (0, 0), (None, None), ("-", None), (12.0, 12),
    ("12", 12), ("05", 5), (" 12 ", 12), ("1.717", 1717), ("11.800", 11_800), ("1,717", 1717), ("11 800", 11_800), ("11\u00a0800", 11_800),
    ("11\u202f800", 11_800), ("１２", 12), ("１．７１７", 1717), ("\ufeff12", 12), ("12\u200b", 12), ("'12", 12) , ("12,0", 12),
    (Formula("1+1", 2), 2), (Formula('"1.717"', "1.717"), 1717),
    (2.5, A_COUNT), ("2,5", A_COUNT), ("1.717,000", A_COUNT), ("1.71", A_COUNT), ("12 buổi", A_COUNT), ("1e3", A_COUNT), (-3, A_COUNT), ("-3", A_COUNT),
    ("0912345678", A_COUNT), ("0912.345.678", A_COUNT), ("84912345678", A_SMALL_COUNT), (84912345678, A_SMALL_COUNT),
    (True, A_COUNT), (False, A_COUNT), (Percent(1), A_COUNT), (Percent(0.99), A_COUNT), ("99%", A_COUNT), (date(2024, 3, 15), A_COUNT),
    ("12¹", A_COUNT), ("²", A_COUNT), ("①", A_COUNT), ("½", A_COUNT), ("12 người", A_COUNT), ("khoảng 200", A_COUNT), ("10-15", A_COUNT),
]  # fmt: skip
DAY = date(2024, 3, 15)
DATES = [
    *ANYWHERE,
    (DAY, DAY), ("15/3/2024", DAY), ("15-03-2024", DAY), ("15.3.2024", DAY), ("2024-03-15", DAY), ("Ngày 15 tháng 3 năm 2024", DAY),
    ("１５/３/２０２４", DAY), ("15/3/2024\u200b", DAY), ("'15/3/2024", DAY), ("\u00a015/3/2024 ", DAY), ("15/3/2024\n", DAY), ("3/2024", date(2024, 3, 1)),
    (Formula("TODAY()", DAY), DAY),
    (45366, A_DATE_FORMAT), ("45366", A_DATE_FORMAT), (43904, A_DATE_FORMAT), (45366.25, A_DATE_FORMAT),
    (True, A_DATE), (15, A_DATE), (None, A_DATE), ("31/2/2024", A_DATE), (Percent(0.5), A_DATE), ("15/3", A_DATE),
]  # fmt: skip
WORDS = [
    *ANYWHERE,
    ("MTTQ Vị Thanh", "MTTQ Vị Thanh"), ("MTTQ\nVị Thanh", "MTTQ Vị Thanh"), ("MTTQ\r\nVị Thanh", "MTTQ Vị Thanh"), (" MTTQ  Vị\u00a0Thanh ", "MTTQ Vị Thanh"),
    ("Tổ #5", "Tổ #5"), ("#Tổ dân phố", "#Tổ dân phố"), ("R&D <Vị Thanh>", "R&D <Vị Thanh>"), ("Đội 5; đội 6", "Đội 5; đội 6"), (115, "115"),
    (Formula('"Tổ "&1', "Tổ 1"), "Tổ 1"),
]  # fmt: skip


def read(kind, sheet):
    (grid,) = grids_of(f"bao-cao.{kind}", file_of(kind, sheet))
    reader = RowReader(NAMES, ZoneInfo("Asia/Ho_Chi_Minh"), datetime(2024, 12, 1, tzinfo=UTC), "b", "contest")
    return reader.read(grid)


def said(result):
    """Row → what was read of it; place → why it was refused."""
    read = {
        result.rows[each.id]: (each.date, each.unit, each.sessions, each.participants)
        for each in result.activities
    }
    return read, {f"{bad.column}{bad.row}": bad.expected for bad in result.rejections}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(*map(st.sampled_from, (DATES, WORDS, COUNTS, COUNTS))), min_size=1, max_size=12))
def test_any_sheet_is_read_cell_by_cell_as_it_says_in_three_formats(rows):
    lines, right, refused = [HEADING], {}, {}
    for number, row in enumerate(rows, 2):
        (day, a), (unit, b), (sessions, c), (people, d) = row
        lines.append([number, day, unit, f"Buổi {number}", sessions, people])
        # the order in which a row's cells are read
        bad = [(name, is_) for name, is_ in zip("CEFB", (b, c, d, a), strict=True) if is_ in REASONS]
        if bad:
            refused[f"{bad[0][0]}{number}"] = bad[0][1]
        else:
            right[number] = (a, b, 1 if c is None else c, d)
    for kind in KINDS:
        assert said(read(kind, Sheet(lines))) == (right, refused), kind


REASONS = {A_COUNT, A_DATE, A_DATE_FORMAT, A_RESULT, A_SMALL_COUNT, A_WORKING_FORMULA}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("column", "cells"), [("B", DATES), ("C", WORDS), ("E", COUNTS), ("F", COUNTS)])
def test_every_cell_of_the_tables_alone(kind, column, cells):
    lines, right, refused = [HEADING], {}, {}
    for number, (cell, is_) in enumerate(cells, 2):
        row = [number, DAY, "Tổ 1", f"Buổi {number}", 3, 120]
        row["ABCDEF".index(column)] = cell
        lines.append(row)
        if is_ in REASONS:
            refused[f"{column}{number}"] = is_
        else:
            found = {"B": DAY, "C": "Tổ 1", "E": 3, "F": 120, column: is_}
            right[number] = (found["B"], found["C"], 1 if found["E"] is None else found["E"], found["F"])
    assert said(read(kind, Sheet(lines))) == (right, refused)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("broken", ["{}\n{}", "{}\r\n{}", "{}\x0b{}", "{} \n {}", "{}\\n{}"])
def test_headings_broken_over_two_lines(kind, broken):
    heading = [broken.format(*each.split(" ", 1)) if " " in each else each for each in HEADING]
    result = read(kind, Sheet([heading, [1, DAY, "Tổ 1", "Hội\nthi", 3, "1.717"]]))
    assert said(result)[0] == {2: (DAY, "Tổ 1", 3, 1717)}
    assert result.activities[0].title == "Hội thi"


def test_an_underscore_that_excel_escapes_is_one():
    sheet = Sheet([HEADING, [1, DAY, "Tổ_x000D_1", "Hội\rthi", 3, 5]])
    (activity,) = read("xlsx", sheet).activities
    assert (activity.unit, activity.title) == ("Tổ_x000D_1", "Hội thi")


@pytest.mark.parametrize("kind", ["ods", "csv"])
def test_line_breaks_that_a_program_copied_as_xlsx_escapes_them(kind):
    heading = [each.replace(" ", "_x000D_\n", 1) for each in HEADING]
    assert said(read(kind, Sheet([heading, [1, DAY, "Tổ_x000D_1", "x", 3, 5]])))[0] == {
        2: (DAY, "Tổ 1", 3, 5)
    }


def test_a_workbook_whose_calendar_begins_in_1904():
    lines = [HEADING, [1, DAY, "Tổ 1", "x", 3, 5], [2, 43904, "Tổ 2", "x", 3, 5]]
    result = read("xlsx", Sheet(lines, from_1904=True))
    assert said(result) == ({2: (DAY, "Tổ 1", 3, 5)}, {"B3": A_DATE_FORMAT})


FIRST, SECOND = [1, DAY, "Tổ 1", "a", 3, 5], [2, DAY, "Tổ 2", "b", 4, 6]
BETWEEN = [  # rows that state no activity
    HEADING, [each.upper() for each in HEADING], ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"], [1, 2, 3, 4, 5, 6], ["A", "B", "C", "D", 1, 2],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6=5+4)"], [None, None, None, None, "(buổi)", "(lượt)"],
    ["Tổng cộng", None, None, None, 7, 11], [None, DAY, "Tổng cộng", None, 7, 11], [None, DAY, "Tổ 2", "Cộng tháng 3", 7, 11], [None, "3/2024", "Cộng:", None, 7, 11],
    [None, None, "Lũy kế từ đầu năm", None, 7, 11], [None, None, "Tổng (2 đơn vị)", None, 7, 11], [None, None, "Cộng toàn huyện", None, 7, 11],
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", BETWEEN, ids=str)
def test_rows_between_activities_are_no_activities_and_no_mistakes(kind, row):
    result = read(kind, Sheet([HEADING, FIRST, row, SECOND]))
    assert said(result) == ({2: (DAY, "Tổ 1", 3, 5), 4: (DAY, "Tổ 2", 4, 6)}, {})
    assert result.skipped == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("row", "place", "expected"),
    [
        ([2, None, "Tổng công ty Điện lực", "b", 4, 6], "B3", A_DATE), ([None, None, "Tổng công ty Điện lực", "b", 4, 6], "B3", A_DATE),
        ([None, None, "Cộng đồng dân cư ấp 3", "b", 4, 6], "B3", A_DATE), ([None, None, "Cộng tác viên", "b", 4, 6], "B3", A_DATE),
        ([2, DAY, '"', "b", 4, 6], "C3", A_UNIT), ([2, DAY, "//", "b", 4, 6], "C3", A_UNIT), ([2, DAY, "-nt-", "b", 4, 6], "C3", A_UNIT),
        ([2, DAY, "như trên", "b", 4, 6], "C3", A_UNIT),
    ],
    ids=str,
)  # fmt: skip
def test_what_only_looks_like_such_a_row_is_refused_with_its_cell(kind, row, place, expected):
    result = read(kind, Sheet([HEADING, FIRST, row]))
    assert said(result) == ({2: (DAY, "Tổ 1", 3, 5)}, {place: expected})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("above", [[], [["Đơn vị tính: nghìn lượt người"]], [["ĐVT: 1.000 người"]]])
@pytest.mark.parametrize(
    "name", ["Lượt người (nghìn)", "Lượt người\n(1.000 lượt)", "Lượt người [ngàn người]", "Lượt người"]
)
def test_numbers_that_do_not_count_one_by_one_are_refused(kind, above, name):
    lines = [*above, [*HEADING[:5], name], FIRST, [2, DAY, "Tổ 2", "b", 4, None]]
    first = len(above) + 2
    right = {first: (DAY, "Tổ 1", 3, 5), first + 1: (DAY, "Tổ 2", 4, None)}
    refused = {}
    if above or name != "Lượt người":
        del right[first]
        refused = {f"F{first}": A_COUNT_BY_ONE}
    assert said(read(kind, Sheet(lines))) == (right, refused)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
class TestMerged:
    def test_words_and_days_hold_for_every_row(self, kind):
        lines = [
            HEADING,
            [1, DAY, "Tổ 1", "a", 3, 5],
            [2, None, None, "b", 4, 6],
            [3, None, None, "c", 5, 7],
        ]
        result = read(kind, Sheet(lines, merged=("B2:B4", "C2:C4")))
        assert said(result)[0] == {n: (DAY, "Tổ 1", n + 1, n + 3) for n in (2, 3, 4)}

    def test_one_number_for_several_rows_is_refused_at_each(self, kind):
        lines = [HEADING, [1, DAY, "Tổ 1", "a", 3, 500], [2, DAY, "Tổ 2", "b", 4, None]]
        result = read(kind, Sheet(lines, merged=("F2:F3",)))
        assert said(result) == ({}, {"F2": A_NUMBER_OF_ITS_OWN, "F3": A_NUMBER_OF_ITS_OWN})
        assert [bad.value for bad in result.rejections] == ["500", "500"]

    def test_one_number_for_two_columns_of_numbers_is_refused(self, kind):
        result = read(kind, Sheet([HEADING, [1, DAY, "Tổ 1", "a", 30, None]], merged=("E2:F2",)))
        assert said(result) == ({}, {"E2": A_NUMBER_OF_ITS_OWN})

    def test_a_row_that_is_two_lines_high_counts_once(self, kind):
        lines = [
            HEADING,
            [1, DAY, "Tổ 1", "a", 3, 500],
            [None] * 6,
            [2, DAY, "Tổ 2", "b", 4, 6],
        ]
        result = read(kind, Sheet(lines, merged=tuple(f"{column}2:{column}3" for column in "ABCDEF")))
        assert said(result) == ({2: (DAY, "Tổ 1", 3, 500), 4: (DAY, "Tổ 2", 4, 6)}, {})
        assert result.repeated == 1

    def test_a_failed_formula_fails_for_every_row(self, kind):
        lines = [HEADING, [1, DAY, Error("#REF!"), "a", 3, 5], [2, DAY, None, "b", 4, 6]]
        result = read(kind, Sheet(lines, merged=("C2:C3",)))
        assert said(result) == ({}, {"C2": A_WORKING_FORMULA, "C3": A_WORKING_FORMULA})


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_hidden_rows_and_columns_are_read_and_said(kind):
    lines = [HEADING, *[[n, DAY, f"Tổ {n}", "a", 3, 5] for n in range(2, 6)], ["Tổng cộng", None, None, None, 12, 20]]  # fmt: skip
    result = read(kind, Sheet(lines, hidden_rows=(3, 5, 6), hidden_columns=(1, 6)))
    assert len(result.activities) == 4
    assert (result.hidden_rows, result.hidden_columns) == ([3, 5], ["Lượt người"])


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@pytest.mark.parametrize("corner", ["A1048576", "XFD2", "XFD1048576"])
def test_borders_to_the_end_of_the_sheet_are_no_content(kind, corner):
    (grid,) = grids_of(f"b.{kind}", file_of(kind, Sheet([HEADING, [1, DAY, "a", "b", 3, 5]], borders=corner)))
    assert [len(row) for row in grid.rows] == [6, 6]


def test_what_a_failed_and_an_uncalculated_cell_hold():
    for kind, formula in (("xlsx", "=SUM(A1)"), ("ods", "=SUM(A1)"), ("csv", "=SUM(A1)")):
        (grid,) = grids_of(f"b.{kind}", file_of(kind, Sheet([[Error("#N/A"), Formula("SUM(A1)")]])))
        assert grid.rows == [[FailedFormula("#N/A"), Uncalculated(formula)]]


def test_a_formula_whose_result_is_no_text_is_empty():
    lines = [HEADING, [1, DAY, "Tổ 1", "a", 3, Formula('""', "")]]
    for kind in KINDS:
        assert said(read(kind, Sheet(lines)))[0] == {2: (DAY, "Tổ 1", 3, None)}


def test_an_ods_formula_that_older_programs_wrote_as_zero_with_its_error_beside():
    data = file_of("ods", Sheet([HEADING, [1, DAY, "Tổ 1", "a", 3, Formula("A1/0", 0)]]))
    assert said(read("ods", Sheet([HEADING, [1, DAY, "Tổ 1", "a", 3, Formula("A1/0", 0)]])))[1] == {}
    changed = _with_content(data, "<text:p>0</text:p>", "<text:p>Err:502</text:p>")
    (grid,) = grids_of("b.ods", changed)
    assert grid.rows[1][5] == FailedFormula("Err:502")


@pytest.mark.parametrize(
    "aside",
    [
        '<office:annotation><text:p>99</text:p></office:annotation>',
        '<draw:frame xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><draw:text-box><text:p>99</text:p></draw:text-box></draw:frame>',
    ],
)  # fmt: skip
def test_a_comment_on_an_ods_cell_is_no_part_of_it(aside):
    data = file_of("ods", Sheet([HEADING, [1, DAY, "Tổ 1", "a", 3, "12"]]))
    (grid,) = grids_of("b.ods", _with_content(data, "<text:p>12</text:p>", f"{aside}<text:p>12</text:p>"))
    assert grid.rows[1][5] == "12"


def test_a_csv_text_that_excel_is_told_to_leave_alone():
    (grid,) = grids_of("b.csv", b'="0012";"=""05""";=1+1;\'=x;\'007')
    assert grid.rows == [["0012", "05", Uncalculated("=1+1"), "=x", "007"]]


HEAD = "STT;Ngày;Đơn vị;Nội dung;Số buổi;Lượt người"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\r1;15/3/2024;Tổ 1;a;3;5\r",
        f"sep=;\n{HEAD}\n1;15/3/2024;Tổ 1;a;3;5\n",
        f"{HEAD}\n1;15/3/2024;Tổ 1;một, hai, ba, bốn, năm, sáu, bảy, tám, chín, mười;3;5\n",
        f"{HEAD}\n".replace(";", ",") + '1,15/3/2024,Tổ 1,"a; b; c; d; e; f; g; h; i",3,5\n',
        f"{HEAD}\n".replace(";", "\t") + "1\t15/3/2024\tTổ 1\ta, b, c, d, e, f, g; h; i\t3\t5\n",
        f'{HEAD}\n1;15/3/2024;Tổ 1;"Hội thi\n""Dân vận khéo""";3;5\n',
        f'{HEAD}\n1;15/3/2024;Tổ 1;"Hội thi" lần 2;3;5\n',
    ],
)  # fmt: skip
def test_a_csv_file_as_programs_and_people_write_it(text):
    (grid,) = grids_of("b.csv", text.encode())
    result = RowReader(NAMES, ZoneInfo("Asia/Ho_Chi_Minh"), datetime(2024, 12, 1, tzinfo=UTC), "b", "contest").read(grid)  # fmt: skip
    assert (list(said(result)[0].values()), said(result)[1]) == ([(DAY, "Tổ 1", 3, 5)], {})


@pytest.mark.parametrize(
    "rows",
    [
        '1;15/3/2024;"Tổ 1;a;3;5\n2;15/3/2024;Tổ 2;b;4;6\n',
        '1;15/3/2024;Tổ 1;a;3;5\n2;15/3/2024;"Tổ 2;b;4;6\n',
        '1;15/3/2024;"Tổ 1;a;3;5\n2;15/3/2024;"Tổ 2";b;4;6\n',
    ],
)
def test_a_quotation_mark_that_swallows_rows_is_said(rows):
    with pytest.raises(SheetError, match="quotation mark"):
        grids_of("b.csv", f"{HEAD}\n{rows}".encode())


def _with_content(data, old, new):
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            assert name != "content.xml" or old in text
            target.writestr(name, text.replace(old, new, 1))
    return made.getvalue()
