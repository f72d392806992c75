"""Officials type periods in their own way."""

import pytest

from config.errors import UsageError
from lantoa.language import speaking
from lantoa.views.stated_period import stated_period

WAYS = {
    "2024": ["2024", " 2024 ", "năm 2024", "Năm  2024"],
    "2024-07": ["07/2024", "7/2024", "7-2024", "07.2024", "tháng 7/2024", "Tháng 07 / 2024"],
    "2024-07-05": ["05/07/2024", "5/7/2024", "5-7-2024", "ngày 5/7/2024"],
    "2024-Q3": ["Q3/2024", "q3 2024", "quý 3/2024", "Quý III/2024", "quý iii năm 2024", "2024-Q3"],
    "2024-01-01..2024-06-30": ["2024-01-01..2024-06-30"],
}


@pytest.mark.parametrize(("typed", "name"), [(typed, name) for name, ways in WAYS.items() for typed in ways])
def test_what_can_be_typed(typed, name):
    assert stated_period(typed).name == name


@pytest.mark.parametrize(
    "typed", ["", "13/2024", "31/02/2024", "quý 5/2024", "24", "tháng bảy", "07/24", "２０２４"]
)
def test_anything_else_says_what_can_be_typed(typed):
    with speaking("vi"), pytest.raises(UsageError, match=r"không phải là một kỳ.*07/2024"):
        stated_period(typed)


def test_a_period_that_ends_before_it_begins_is_none():
    with pytest.raises(UsageError):
        stated_period("2024-06-30..2024-01-01")
