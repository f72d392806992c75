"""Asking for rows by many values, however many there are."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam

MOST_VALUES = 20_000  # below the parameters that SQLite and PostgreSQL take in one statement


def rows_with(
    connection: Connection, statement: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Any]:
    """The statement's rows whose column is one of the values."""
    wanted = list(values)
    asked = statement.where(column.in_(bindparam("wanted", expanding=True)))
    for start in range(0, len(wanted), MOST_VALUES):
        yield from connection.execute(asked, {"wanted": wanted[start : start + MOST_VALUES]})
