"""Which wordings are alike: verified once, kept while both have items."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, delete, select

from models.sql import table_of
from models.stories.lookup import rows_with
from models.stories.tables import StoryLikeness

Pair = tuple[int, int]  # of wordings, the lesser first


def of(connection: Connection, wordings: Iterable[int]) -> set[Pair]:
    """The pairs that any of the wordings is in."""
    table = table_of(StoryLikeness)
    found = rows_with(connection, select(table.c.wording, table.c.other), table.c.wording, {*wordings})
    return {(min(one, other), max(one, other)) for one, other in found}


def add(connection: Connection, pairs: Iterable[Pair]) -> None:
    """Both ways, so that one key finds a wording's likes."""
    if rows := [{"wording": a, "other": b} for pair in pairs for a, b in (pair, reversed(pair))]:
        connection.execute(table_of(StoryLikeness).insert(), rows)


def remove(connection: Connection, wordings: Collection[int]) -> None:
    table = table_of(StoryLikeness)
    statement = delete(table).where(
        table.c.wording == bindparam("one"), table.c.other == bindparam("another")
    )
    rows = [{"one": a, "another": b} for pair in of(connection, wordings) for a, b in (pair, reversed(pair))]
    if rows:
        connection.execute(statement, rows)
