"""What a cell states: numbers and dates as offices write them. A value that cannot be read raises ValueError with what
was expected."""

import re
from datetime import date, datetime, tzinfo

from openpyxl.utils.datetime import from_excel

from producers.dates import read_date
from producers.sheets.grid import Cell, Uncalculated

GROUPED = re.compile(r"\d{1,3}(?:[.,\s\u00a0]\d{3})+|\d+")
MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*(?:[/.\-]|năm|\s)\s*(\d{4})", re.I)
NOTHING = {"", "-", "–", "—", "không", "x"}
A_RESULT = "a value; the file does not hold this formula's result. Open and save it in Excel"
A_COUNT = "a whole number, such as 1.717"
A_DATE = "a date, such as 15/3/2024, or a month, such as 3/2024"
SERIALS = range(20_000, 80_000)  # Excel's days, 1954 to 2119


def text_of(cell: Cell) -> str:
    if isinstance(cell, Uncalculated):
        raise ValueError(A_RESULT)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else " ".join(str(cell).split())


def count_of(cell: Cell) -> int | None:
    """A whole number of people or sessions; None for an empty cell."""
    if isinstance(cell, bool | date | datetime):
        raise ValueError(A_COUNT)
    if isinstance(cell, int | float):
        if cell < 0 or cell != int(cell):
            raise ValueError(A_COUNT)
        return int(cell)
    text = text_of(cell)
    if text.lower() in NOTHING:
        return None
    if not GROUPED.fullmatch(text):
        raise ValueError(A_COUNT)
    return int(re.sub(r"\D", "", text))


def date_of(cell: Cell, local: tzinfo) -> date:
    """A month without a day is its first day: a unit may report a month at once."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in SERIALS:
        moment_of: datetime = from_excel(int(cell))
        return moment_of.date()
    text = text_of(cell)
    if (month := MONTH.fullmatch(text)) and 1 <= int(month[1]) <= 12:
        return date(int(month[2]), int(month[1]), 1)
    moment = read_date(text, "day-first", local)
    if moment is None:
        raise ValueError(A_DATE)
    return moment.astimezone(local).date()
