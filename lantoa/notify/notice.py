"""The text of an alarm about one source."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """An alarm. `id` stays the same if it has to be sent again."""

    id: str
    source: str
    problem: str
    since: datetime
    recovered: bool
    text: str
