"""Cells that changed and were not yet told to the topic of the tallies."""

from collections.abc import Iterable

from sqlalchemy import Connection


def note(connection: Connection, keys: Iterable[str]) -> None:
    """Inside the transaction that moves the cells."""
