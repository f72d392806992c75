"""Formats periods, days, figures and text by others for reports, in Vietnamese whatever the reader's language."""

from datetime import date

from babel.numbers import format_decimal, format_percent

from models.counting.period import Period

NOTHING = "–"
QUARTERS = ("I", "II", "III", "IV")


def figure(name: str, value: float | None) -> str:
    """Formats `1.717`, or `99,42%` for a rate."""
    if value is None:
        return NOTHING
    if name in {"attendance_rate", "rate", "target"}:
        return format_percent(value, "#,##0.##%", locale="vi")
    return format_decimal(value, locale="vi")


def day(value: date | str) -> str:
    """Formats `24/11/2026`."""
    found = date.fromisoformat(value) if isinstance(value, str) else value
    return found.strftime("%d/%m/%Y")


def two_digits(number: int) -> str:
    """Pads days before the tenth, and January and February, so that no digit can be added (Nghị định 30, phụ lục I)."""
    return f"{number:02}"


def period_words(period: Period) -> str:
    """Formats `năm 2024`, `quý III năm 2024`, `tháng 7 năm 2024`, `ngày 15/07/2024` or `từ ngày … đến ngày …`."""
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
