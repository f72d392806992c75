"""What a cell states: numbers and dates as offices write them. A value that cannot be read raises ValueError with what
was expected."""

import re
from datetime import date, datetime, tzinfo
from math import isfinite

from openpyxl.utils.datetime import from_excel

from models.limits import COUNT, DAY, LARGEST_COUNT
from producers.dates import read_date
from producers.plain import clean
from producers.sheets.grid import Cell, Uncalculated

GROUPED = re.compile(r"\d{1,3}(?:[.,\s\u00a0]\d{3})+|\d+")
MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*(?:[/.\-]|năm|\s)\s*(\d{4})", re.I)
NOTHING = {"", "-", "–", "—", "không", "x"}
A_RESULT = "a value; the file does not hold this formula's result. Open and save it in Excel"
A_COUNT = "a whole number, such as 1.717"
A_DATE = "a date, such as 15/3/2024, or a month, such as 3/2024"
A_SMALL_COUNT = "a number of at most 1.000.000.000; a telephone or account number is none"
A_NEAR_DATE = "a day from 1990 to 2100"
SERIALS = range(20_000, 80_000)  # Excel's days, 1954 to 2119


def text_of(cell: Cell) -> str:
    if isinstance(cell, Uncalculated):
        raise ValueError(A_RESULT)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else " ".join(clean(str(cell)).split())


def count_of(cell: Cell) -> int | None:
    """A whole number of people or sessions; None for an empty cell."""
    if isinstance(cell, bool | date | datetime):
        raise ValueError(A_COUNT)
    if isinstance(cell, int | float):
        if not isfinite(cell) or cell < 0 or cell != int(cell):
            raise ValueError(A_COUNT)
        return _small(int(cell))
    text = text_of(cell)
    if text.lower() in NOTHING:
        return None
    if not GROUPED.fullmatch(text):
        raise ValueError(A_COUNT)
    digits = re.sub(r"\D", "", text).lstrip("0") or "0"
    return _small(int(digits) if len(digits) <= len(str(LARGEST_COUNT)) else LARGEST_COUNT + 1)


def date_of(cell: Cell, local: tzinfo) -> date:
    """A month without a day is its first day: a unit may report a month at once."""
    try:
        day = _day_of(cell, local)
    except OverflowError as error:
        raise ValueError(A_NEAR_DATE) from error
    if not DAY.allows(day):
        raise ValueError(A_NEAR_DATE)
    return day


def _small(count: int) -> int:
    if not COUNT.allows(count):
        raise ValueError(A_SMALL_COUNT)
    return count


def _day_of(cell: Cell, local: tzinfo) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if (
        isinstance(cell, int | float)
        and not isinstance(cell, bool)
        and isfinite(cell)
        and int(cell) in SERIALS
    ):
        moment_of: datetime = from_excel(int(cell))
        return moment_of.date()
    text = text_of(cell)
    if (month := MONTH.fullmatch(text)) and 1 <= int(month[1]) <= 12 and int(month[2]):
        return date(int(month[2]), int(month[1]), 1)
    moment = read_date(text, "day-first", local)
    if moment is None:
        raise ValueError(A_DATE)
    return moment.astimezone(local).date()
