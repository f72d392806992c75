"""Which dead letters were dealt with, and how."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from models.sql import table_of
from models.tables.services import DeadLetterState

LetterId = tuple[int, int]  # offset, time in ms


@dataclass(frozen=True, slots=True)
class HandledLetter:
    """What was done about a dead letter: `outcome` is one of models.store.dead_letter_state."""

    outcome: str
    because: str
    by: str
    settled_at: datetime


def handled_letters(
    connection: Connection, first: int = 0, end: int = 2**63 - 1
) -> dict[LetterId, HandledLetter]:
    """Returns every letter in this range that was dealt with."""
    table = table_of(DeadLetterState)
    columns = (table.c.letter, table.c.written_ms, table.c.outcome, table.c.because, table.c.by)
    rows = connection.execute(select(*columns, table.c.settled_at).where(_within(first, end)))
    return {(letter, written): HandledLetter(*rest) for letter, written, *rest in rows}


def settled(connection: Connection, first: int, end: int) -> set[LetterId]:
    """Returns the same without what was done."""
    table = table_of(DeadLetterState)
    found = connection.execute(select(table.c.letter, table.c.written_ms).where(_within(first, end)))
    return {(letter, written) for letter, written in found}


def _within(first: int, end: int) -> ColumnElement[bool]:
    table = table_of(DeadLetterState)
    return (table.c.letter >= first) & (table.c.letter < end)
