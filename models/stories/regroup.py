"""Stories of the items that came, changed or left."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class StoryText:
    """One item that counts, as it is now."""

    id: str
    programme: str
    day: date
    lead: str
    text: str


def regroup(
    connection: Connection, gone: Collection[str], come: Sequence[StoryText]
) -> dict[str, str | None]:
    """Item → the least id of its story, or null while it is alone."""
    del connection, gone
    return {text.id: None for text in come}
