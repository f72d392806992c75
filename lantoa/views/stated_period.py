"""A period as people write it: `2024`, `07/2024`, `15/7/2024`, `quý 3/2024`, and every name of models.counting.period."""

import re

from config.errors import UsageError
from lantoa.language import _
from models.counting.period import Period, parse_period

EXAMPLES = "2024 · 2024-Q3, Q3/2024 · 2024-07, 07/2024 · 2024-07-15, 15/07/2024 · 2024-01-01..2024-06-30"
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
YEAR = re.compile(r"(?:năm )?(?P<year>\d{4})")
MONTH = re.compile(r"(?:tháng )?(?P<month>\d{1,2}) ?[/.-] ?(?P<year>\d{4})")
DAY = re.compile(r"(?:ngày )?(?P<day>\d{1,2}) ?[/.-] ?(?P<month>\d{1,2}) ?[/.-] ?(?P<year>\d{4})")
QUARTER = re.compile(r"(?:quý |q)(?P<quarter>[1-4]|i{1,3}|iv)[ /.-]*(?:năm )?(?P<year>\d{4})")


def stated_period(text: str) -> Period:
    """Raises UsageError, in words that say what can be typed."""
    try:
        return parse_period(_named(" ".join(text.lower().split())) or text.strip())
    except UsageError as error:
        raise UsageError(
            _(
                "{stated!r} is not a period. What can be typed: {examples}",
                stated=text,
                examples=EXAMPLES,
            )
        ) from error


def _named(text: str) -> str | None:
    if found := YEAR.fullmatch(text):
        return found["year"]
    if found := MONTH.fullmatch(text):
        return f"{found['year']}-{int(found['month']):02d}"
    if found := DAY.fullmatch(text):
        return f"{found['year']}-{int(found['month']):02d}-{int(found['day']):02d}"
    if found := QUARTER.fullmatch(text):
        number = ROMAN.get(found["quarter"]) or int(found["quarter"])
        return f"{found['year']}-Q{number}"
    return None
