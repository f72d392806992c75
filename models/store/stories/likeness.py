"""Which wordings are alike: verified once, kept while both have items."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from models.sql import table_of
from models.store.stories.bulk import delete_numbers, insert_numbers, rows_with
from models.tables.stories import StoryLikeness

Pair = tuple[int, int]  # of wordings, the lesser first


def of(connection: Connection, wordings: Iterable[int]) -> set[Pair]:
    """The pairs that any of the wordings is in."""
    table = table_of(StoryLikeness)
    found = rows_with(connection, select(table.c.wording, table.c.other), table.c.wording, {*wordings})
    return {(min(one, other), max(one, other)) for one, other in found}


def add(connection: Connection, pairs: Iterable[Pair]) -> None:
    """Both ways, so that one key finds a wording's likes. Another writer may add them too, for other days."""
    insert_numbers(connection, table_of(StoryLikeness), _both_ways(pairs), known_too=True)


def remove(connection: Connection, wordings: Iterable[int]) -> None:
    delete_numbers(connection, table_of(StoryLikeness), _both_ways(of(connection, wordings)))


def _both_ways(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(way for one, other in pairs for way in ((one, other), (other, one)))
