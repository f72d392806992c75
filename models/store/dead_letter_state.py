"""Writes what was done about dead letters: those that were replayed or dropped need no attention any more."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection

from models.queries.handled_letters import LetterId
from models.sql import put
from models.tables.services import DeadLetterState

Outcome = Literal["replayed", "came-back", "dropped"]


def remember(
    connection: Connection, letters: Iterable[LetterId], outcome: Outcome, because: str, by: str
) -> None:
    """The latest outcome counts."""
    now = datetime.now(UTC)
    rows = [
        {
            "letter": letter,
            "written_ms": written,
            "outcome": outcome,
            "because": because,
            "by": by,
            "settled_at": now,
        }
        for letter, written in letters
    ]
    put(connection, DeadLetterState, rows)
