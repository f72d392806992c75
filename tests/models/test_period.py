from datetime import date

import pytest

from config.errors import UsageError
from models.counting.period import kept_periods, parse_period


@pytest.mark.parametrize(
    ("text", "first", "last", "kept"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31), True),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31), True),
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31), True),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), True),
        ("2024-07-15", date(2024, 7, 15), date(2024, 7, 15), False),
        ("2024-01-01..2024-06-30", date(2024, 1, 1), date(2024, 6, 30), False),
    ],
)
def test_a_period_includes_both_ends(text, first, last, kept):
    period = parse_period(text)
    assert (period.name, period.first, period.last, period.kept) == (text, first, last, kept)


@pytest.mark.parametrize(
    "text", ["", "24", "2024-Q5", "2024-13", "2024-02-30", "2024-06-30..2024-01-01", "2024..", "năm 2024"]
)
def test_what_is_no_period_is_refused_with_what_was_expected(text):
    with pytest.raises(UsageError, match="period"):
        parse_period(text)


def test_an_item_touches_its_year_quarter_and_month():
    assert kept_periods(date(2024, 5, 9)) == ("2024", "2024-Q2", "2024-05")
