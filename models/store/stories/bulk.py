"""Thousands of values in one statement: an array on PostgreSQL, JSON on SQLite, where a parameter each costs more than the work."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Table,
    any_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    tuple_,
)

from models.sql import upsert

MOST_VALUES = 20_000  # below what SQLite takes as parameters of one statement
Numbers = tuple[int, ...]


def rows_with(
    connection: Connection, statement: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Any]:
    """The statement's rows whose column is one of the values."""
    wanted = list(values)
    if connection.dialect.name == "postgresql" and isinstance(column.type, Integer):
        if wanted:
            yield from connection.execute(
                statement.where(column == any_(_array("wanted"))), {"wanted": _literal(wanted)}
            )
        return
    asked = statement.where(column.in_(bindparam("wanted", expanding=True)))
    for start in range(0, len(wanted), MOST_VALUES):
        yield from connection.execute(asked, {"wanted": wanted[start : start + MOST_VALUES]})


def insert_numbers(
    connection: Connection, table: Table, rows: Sequence[Numbers], *, known_too: bool = False
) -> None:
    """Rows of whole numbers, in the order of the table's columns. With `known_too` some may be there by other writers."""
    if not rows:
        return
    numbers, given = _numbers(connection, rows)
    if known_too and connection.dialect.name == "postgresql":
        add = upsert(connection, table).from_select(list(table.c), numbers).on_conflict_do_nothing()
    else:
        add = insert(table).from_select(list(table.c), numbers)
    connection.execute(add, given)


def delete_numbers(connection: Connection, table: Table, rows: Sequence[Numbers]) -> None:
    """Those of the rows that are there."""
    if rows:
        numbers, given = _numbers(connection, rows)
        connection.execute(delete(table).where(tuple_(*table.c).in_(numbers)), given)


def _numbers(connection: Connection, rows: Sequence[Numbers]) -> tuple[Select[Any], dict[str, Any]]:
    width = range(len(rows[0]))
    if connection.dialect.name == "postgresql":
        columns = [func.unnest(_array(f"column_{n}")) for n in width]
        return select(*columns), {f"column_{n}": _literal(row[n] for row in rows) for n in width}
    row = func.json_each(bindparam("rows")).table_valued("value")
    parts = [func.json_extract(row.c.value, f"$[{n}]") for n in width]
    return select(*parts), {"rows": orjson.dumps(rows).decode()}


def _array(name: str) -> ColumnElement[Any]:
    """As a literal: psycopg takes longer over a list than PostgreSQL over everything else."""
    return cast(bindparam(name, type_=String), ARRAY(BigInteger))


def _literal(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"
