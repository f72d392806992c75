"""The simulated year, and the nights on which its feeds are fetched."""

from datetime import UTC, datetime, timedelta, timezone
from random import Random

HANOI = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")  # no summer time since 1975
# Two in the morning in Hanoi: a piece without a date that is first seen then counts in the month that begins.
POLLS = tuple(
    datetime(year, month, day, 2, tzinfo=HANOI).astimezone(UTC)
    for year, month, day in ((2024, 4, 1), (2024, 7, 1), (2024, 10, 1), (2025, 1, 1), (2025, 1, 15))
)
YEAR = (datetime(2024, 1, 1, tzinfo=HANOI), datetime(2025, 1, 1, tzinfo=HANOI))
BEFORE = (datetime(2023, 12, 10, tzinfo=HANOI), YEAR[0])
AFTER = (YEAR[1], datetime(2025, 1, 14, tzinfo=HANOI))


def moment_in(rng: Random, span: tuple[datetime, datetime]) -> datetime:
    """Returns a whole minute in UTC before `span[1]`, mostly between 5 and 22 h, because papers publish by day."""
    start, end = span
    day = start + timedelta(days=rng.randrange((end - start).days))
    return (day + timedelta(minutes=rng.randrange(5 * 60, 22 * 60))).astimezone(UTC)


def first_poll(published: datetime) -> int:
    """Returns the number of the first fetch that can see it."""
    return next(index for index, poll in enumerate(POLLS) if poll >= published)


def hanoi_day(moment: datetime) -> str:
    """Returns the ISO date in the programme's time zone."""
    return moment.astimezone(HANOI).date().isoformat()
