"""What an alarm tells people about one source."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """`id` stays the same when it has to be told again."""

    id: str
    source: str
    problem: str
    since: datetime
    recovered: bool
    text: str
