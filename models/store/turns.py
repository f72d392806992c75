"""Who writes beside whom on PostgreSQL. SQLite has one write lock, so that no writer works beside another one there.

A transaction locks in one order: its partition, the counting (shared, or for itself), the days of what it counts, then rows in
the order of their keys. So writers seldom wait in a ring; PostgreSQL ends one of a ring, and it writes again.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, text

from models.counting.stories.components import DAYS

PERSIST_LOCK = 7_201_002  # namespaces of PostgreSQL's advisory locks
COUNTING_LOCK = 7_201_003
DAYS_LOCK = 7_201_004
SLOT_DAYS = 16  # of one lock; workers of one database agree on it
Slots = frozenset[int]


class NotBesideOthers(Exception):
    """What is written touches more than was locked for it: it has to be written while no other writer counts."""


def lock_partition(connection: Connection, partition: int) -> None:
    """One writer a partition, even while a worker that lost it in a rebalance still finishes its last batch."""
    _lock(connection, "SELECT pg_advisory_xact_lock(:n, :p)", n=PERSIST_LOCK, p=partition)


def count_alone(connection: Connection) -> None:
    """Waits until no other writer counts, and keeps the others waiting until the end of the transaction: a correction or a
    merge may concern any item, also one that another transaction is just writing."""
    _lock(connection, "SELECT pg_advisory_xact_lock(:n)", n=COUNTING_LOCK)


def count_beside_others(connection: Connection) -> None:
    _lock(connection, "SELECT pg_advisory_xact_lock_shared(:n)", n=COUNTING_LOCK)


def lock_days(connection: Connection, days: Iterable[date]) -> Slots:
    """The weeks in which items of these days may have company. Two items that may be one story are never written beside each
    other, and an item that counts is written only by who holds its day."""
    slots = {slot for day in days for slot in _slots_near(day.toordinal())}
    for slot in sorted(slots):
        _lock(connection, "SELECT pg_advisory_xact_lock(:n, :p)", n=DAYS_LOCK, p=slot)
    return frozenset(slots)


def slot_of(day: int) -> int:
    return day // SLOT_DAYS


def _slots_near(day: int) -> range:
    return range(slot_of(day - DAYS), slot_of(day + DAYS) + 1)


def _lock(connection: Connection, statement: str, **names: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(statement), names)
