"""Dates in the forms of seventeen real outlets."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from lantoa.demo.demo_pieces import Article
from lantoa.demo.timeline import HANOI

UNREADABLE = ("Đang cập nhật", "Không rõ", "")


def dateline(article: Article, revision: int) -> str | None:
    """Returns the text of the date element, or None if there is no such element."""
    write = STYLES[article.outlet.dates]
    if article.dateline == "missing":
        return None
    if article.dateline == "unreadable":
        return UNREADABLE[article.number % len(UNREADABLE)]
    if article.dateline == "implausible":
        year = 1970 if article.number % 2 else article.published.year + 10
        return write(article.published.replace(year=year, day=min(article.published.day, 28)))
    claimed = article.redated if revision and article.redated else article.published
    return write(claimed)


def _rfc(moment: datetime) -> str:
    return format_datetime(moment.astimezone(HANOI))


def _short_offset(moment: datetime) -> str:
    return _rfc(moment).removesuffix("00")


def _colon_offset(moment: datetime) -> str:
    return _rfc(moment).replace("+0700", "+07:00")


def _two_digit_year(moment: datetime) -> str:
    year = str(moment.astimezone(HANOI).year)
    return _rfc(moment).replace(f" {year} ", f" {year[2:]} ", 1)


def _gmt(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _iso(moment: datetime) -> str:
    return moment.astimezone(HANOI).isoformat()


def _day_first(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%d/%m/%Y %H:%M}"


def _month_first(moment: datetime) -> str:
    local = moment.astimezone(HANOI)
    half = "PM" if local.hour >= 12 else "AM"
    return f"{local.month}/{local.day}/{local.year} {local.hour % 12 or 12}:{local:%M:%S} {half}"


def _month_first_narrow(moment: datetime) -> str:
    head, _, half = _month_first(moment).rpartition(" ")
    return f"{head}\u202f{half}"


STYLES: dict[str, Callable[[datetime], str]] = {
    "rfc": _rfc,
    "short_offset": _short_offset,
    "colon_offset": _colon_offset,
    "two_digit_year": _two_digit_year,
    "gmt": _gmt,
    "iso": _iso,
    "day_first": _day_first,
    "month_first": _month_first,
    "month_first_narrow": _month_first_narrow,
}
