"""Cells that changed and were not yet published on the topic of the tallies.

A row is written in the transaction that moves its cell and goes once the brokers hold the key: a kill in between leaves
the row, and the next round of the relay publishes it.
"""

from collections.abc import Iterable, Mapping
from secrets import randbits

from sqlalchemy import Connection, bindparam, delete, select

from models.sql import put, table_of
from models.tables.tallies import TouchedCell


def enqueue(connection: Connection, keys: Iterable[str]) -> None:
    """Inside the transaction that moves the cells."""
    mark = randbits(62)
    rows = [{"key": key, "mark": mark} for key in sorted(keys)]  # in one order: writers never wait in a ring
    put(connection, TouchedCell, rows)


def pending(connection: Connection, most: int) -> dict[str, int]:
    """Key → mark of at most so many cells."""
    table = table_of(TouchedCell)
    found = connection.execute(select(table.c.key, table.c.mark).order_by(table.c.key).limit(most))
    return {row.key: row.mark for row in found}


def acknowledge(connection: Connection, told: Mapping[str, int]) -> None:
    """Those that have not changed since they were read."""
    table = table_of(TouchedCell)
    same = (table.c.key == bindparam("_key"), table.c.mark == bindparam("_mark"))
    rows = [{"_key": key, "_mark": mark} for key, mark in sorted(told.items())]
    if rows:
        connection.execute(delete(table).where(*same), rows)
