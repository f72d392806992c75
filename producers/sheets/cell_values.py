"""Reads the values of cells: numbers and dates as offices write them. A value that cannot be read raises ValueError
with what was expected."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo
from math import isfinite

from models.messages.limits import COUNT, DAY, LARGEST_COUNT
from producers.html_to_text import clean
from producers.item.dates import read_date
from producers.sheets.sheet_cells import Cell, FailedFormula, Scaled, Shared, Uncalculated

GROUPED = re.compile(r"\d{1,3}([., ])\d{3}(?:\1\d{3})*|(\d+)(?:[.,]0{1,2})?")  # programs write 12.0
DIALLED = re.compile(r"0\d\d")  # 05 is a number, 0912… is none
MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*(?:[/.\-]|năm|\s)\s*(\d{4})", re.I)
NOTHING = {"", "-", "–", "—", "không", "x"}
A_RESULT = "a value; the file does not hold this formula's result. Open and save it in Excel"
A_WORKING_FORMULA = "a value; the formula failed here. Mend it in the sheet, or write the value over it"
A_COUNT = "a whole number, such as 1.717"
A_DATE = "a date, such as 15/3/2024, or a month, such as 3/2024"
A_SMALL_COUNT = "a number of at most 1.000.000.000; a telephone or account number is none"
A_NUMBER_OF_ITS_OWN = (
    "a number of this row alone; one merged cell covers several. Unmerge it and give each its own"
)
A_COUNT_BY_ONE = "a number that counts one by one; the heading counts in thousands or another unit"
A_DATE_FORMAT = "a date, such as 15/3/2024; this is a bare number. Give the cell the format of a date"
A_NEAR_DATE = "a day from 1990 to 2100"
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")  # days since 1900, since 1904, or since another day
BREAKS = re.compile(r"[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")  # these separate words
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def text_of(cell: Cell) -> str:
    if isinstance(cell, Uncalculated):
        raise ValueError(A_RESULT)
    if isinstance(cell, FailedFormula):
        raise ValueError(A_WORKING_FORMULA)
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else " ".join(clean(BREAKS.sub(" ", str(cell))).split())


def count_of(cell: Cell) -> int | None:
    """Returns a whole number of people or sessions; None for an empty cell."""
    if isinstance(cell, Scaled):
        if not (count := count_of(cell.number)):
            return count
        raise ValueError(A_COUNT_BY_ONE)
    if isinstance(cell, Shared):
        if count_of(cell.number) is None:
            return None
        raise ValueError(A_NUMBER_OF_ITS_OWN)
    if isinstance(cell, bool | date | datetime):
        raise ValueError(A_COUNT)
    if isinstance(cell, int | float):
        if not isfinite(cell) or cell < 0 or cell != int(cell):
            raise ValueError(A_COUNT)
        return _small(int(cell))
    return _typed_count(cell)


def date_of(cell: Cell, local: tzinfo) -> date:
    """A month without a day becomes its first day: a unit may report a whole month at once."""
    try:
        day = _day_of(cell, local)
    except OverflowError as error:
        raise ValueError(A_NEAR_DATE) from error
    if not DAY.allows(day):
        raise ValueError(A_NEAR_DATE)
    return day


def _typed_count(cell: Cell) -> int | None:
    text = _typed(cell)
    if text.lower() in NOTHING:
        return None
    # 12¹: the number refers to a remark
    is_marked = any(unicodedata.category(sign) == "No" for sign in str(cell))
    if is_marked or not (found := GROUPED.fullmatch(text)):
        raise ValueError(A_COUNT)
    digits = re.sub(r"\D", "", found[2] or text)
    if len(digits.lstrip("0")) > len(str(LARGEST_COUNT)):
        raise ValueError(A_SMALL_COUNT)
    count = _small(int(digits))
    if count and DIALLED.match(digits):
        raise ValueError(A_COUNT)
    return count


def _small(count: int) -> int:
    if not COUNT.allows(count):
        raise ValueError(A_SMALL_COUNT)
    return count


def _typed(cell: Cell) -> str:
    """Returns a text of digits as it was meant: full-width digits are digits, zero-width characters are dropped, and
    a leading apostrophe marks a text."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text_of(cell)))
    return " ".join(text.split()).removeprefix("'").lstrip()


def _day_of(cell: Cell, local: tzinfo) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, time | timedelta | bool):
        raise ValueError(A_DATE)
    text = _typed(cell)
    if SERIAL.fullmatch(text):
        raise ValueError(A_DATE_FORMAT)
    if (month := MONTH.fullmatch(text)) and 1 <= int(month[1]) <= 12 and int(month[2]):
        return date(int(month[2]), int(month[1]), 1)
    moment = read_date(text, "day-first", local)
    if moment is None:
        raise ValueError(A_DATE)
    return moment.astimezone(local).date()
