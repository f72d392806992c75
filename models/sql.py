"""The little SQL that SQLAlchemy has no common word for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Table, cast, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel


def upsert(connection: Connection, table: Table) -> Any:
    """The dialect's INSERT that knows ON CONFLICT; SQLAlchemy has no common one."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def put(
    connection: Connection,
    model: type[SQLModel],
    rows: Sequence[Mapping[str, object]],
    columns: Collection[str] | None = None,
) -> None:
    """Writes rows; of those that are there already the named columns, all but the key where none are named."""
    if not rows:
        return
    table = table_of(model)
    insert = upsert(connection, table)
    named = [c.name for c in table.c if not c.primary_key] if columns is None else columns
    changed = {name: insert.excluded[name] for name in named}
    connection.execute(
        insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed), list(rows)
    )


def table_of(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def total(column: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum as a whole number: PostgreSQL's own of a BigInteger is a Decimal."""
    return cast(func.sum(column), BigInteger)
