"""The little SQL that SQLAlchemy has no common word for."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Table, cast, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

Row = dict[str, Any]


def upsert(connection: Connection, table: Table) -> Any:
    """The dialect's INSERT that knows ON CONFLICT; SQLAlchemy has no common one."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def table_of(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def total(column: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum as a whole number: PostgreSQL's own of a BigInteger is a Decimal."""
    return cast(func.sum(column), BigInteger)
