"""Which rows `--confirm` names."""

import pytest

from config.errors import UsageError
from lantoa.commands.confirmations import parse_confirmation
from lantoa.commands.importing import FileImport, ImplausibleRow


@pytest.mark.parametrize(
    ("stated", "rows"),
    [
        (None, []),
        ("3", [3]),
        ("3,7-9", [3, 7, 8, 9]),
        (" 3 , 7 – 8 ", [3, 7, 8]),
        ("all", range(1, 12)),
        ("ALL", range(1, 12)),
        ("Hội nghị!3", [3]),
        ("'Hội nghị'!3-4", [3, 4]),
        ("'Tháng 1'!3", []),
    ],
)
def test_rows(stated, rows):
    confirmation = parse_confirmation(stated)
    assert [row for row in range(1, 12) if confirmation("Hội nghị", row)] == list(rows)


@pytest.mark.parametrize("stated", ["", "x", "3-", "9-7", "3;4", "3,,4", "-3", "tất cả", "99999999"])
def test_what_names_no_rows_is_said(stated):
    with pytest.raises(UsageError, match="3,7-9"):
        parse_confirmation(stated)


def test_a_number_of_several_sheets_is_refused_unless_the_sheet_is_named(tmp_path):
    def doubted(sheet, row):
        return ImplausibleRow(sheet, row, None, (), (), False)

    found = FileImport(
        tmp_path / "a.xlsx", [], in_doubt=[doubted("Một", 3), doubted("Hai", 3), doubted("Hai", 4)]
    )
    with pytest.raises(UsageError, match="'Hai'!3, 'Một'!3"):
        parse_confirmation("2-4").check([found])
    parse_confirmation("4").check([found])
    parse_confirmation("Hai!3,Một!3").check([found])
    parse_confirmation("all").check([found])
    other = FileImport(tmp_path / "b.xlsx", [], in_doubt=[doubted("Hai", 4)])
    with pytest.raises(UsageError, match="one by one"):
        parse_confirmation("4").check([found, other])
