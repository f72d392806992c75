"""What was done about dead letters: those that were replayed or dropped need no attention any more."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, select

from models.sql import Row, put, table_of
from models.tables.services import DeadLetterState

Outcome = Literal["replayed", "came-back", "dropped"]


def states(connection: Connection, first: int = 0, end: int = 2**63 - 1) -> dict[tuple[int, int], Row]:
    """(offset, time in ms) → its row, of every letter in this range that was dealt with."""
    table = table_of(DeadLetterState)
    here = (table.c.letter >= first) & (table.c.letter < end)
    rows = connection.execute(select(table).where(here)).mappings()
    return {(row["letter"], row["written_ms"]): dict(row) for row in rows}


def settled(connection: Connection, first: int, end: int) -> set[tuple[int, int]]:
    """Those that were dealt with, without what was done."""
    table = table_of(DeadLetterState)
    here = (table.c.letter >= first) & (table.c.letter < end)
    found = connection.execute(select(table.c.letter, table.c.written_ms).where(here))
    return {(letter, written) for letter, written in found}


def remember(
    connection: Connection, letters: Iterable[tuple[int, int]], outcome: Outcome, because: str, by: str
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
