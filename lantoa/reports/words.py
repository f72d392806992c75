"""How a report writes periods, days, figures and what others wrote: in Vietnamese, whoever reads."""

from datetime import date
from urllib.parse import urlsplit

from babel.numbers import format_decimal, format_percent

from config.visible import UNSEEN_ON_A_LINE
from models.period import Period

NOTHING = "–"
QUARTERS = ("I", "II", "III", "IV")
UNWRITABLE = UNSEEN_ON_A_LINE  # no XML holds them, no line does, or a reader is misled


def plain(text: str) -> str:
    """One line that every file format can hold, else as it was written."""
    return UNWRITABLE.sub(" ", text)


def figure(name: str, value: float | None) -> str:
    """1.717, or 99,42% of a rate."""
    if value is None:
        return NOTHING
    if name in {"attendance_rate", "rate", "target"}:
        return format_percent(value, "#,##0.##%", locale="vi")
    return format_decimal(value, locale="vi")


def day(value: date | str) -> str:
    """24/11/2026."""
    found = date.fromisoformat(value) if isinstance(value, str) else value
    return found.strftime("%d/%m/%Y")


def two_digits(number: int) -> str:
    """Of days before the tenth and of January and February, so that nobody adds a digit (Nghị định 30, phụ lục I)."""
    return f"{number:02}"


def period_words(period: Period) -> str:
    """`năm 2024`, `quý III năm 2024`, `tháng 7 năm 2024`, `ngày 15/07/2024`, `từ ngày … đến ngày …`."""
    year, _dash, rest = period.name.partition("-")
    if ".." in period.name:
        return f"từ ngày {day(period.first)} đến ngày {day(period.last)}"
    if not rest:
        return f"năm {year}"
    if rest.startswith("Q"):
        return f"quý {QUARTERS[int(rest[1]) - 1]} năm {year}"
    if period.first == period.last:
        return f"ngày {day(period.first)}"
    return f"tháng {int(rest)} năm {year}"


def web_address(url: str | None) -> str | None:
    """One that may become a link; whatever else stands there stays text."""
    if not url or UNWRITABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
