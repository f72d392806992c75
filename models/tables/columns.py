"""Columns that more than one table has: moments, JSON, large numbers, offsets."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Integer, TypeDecorator
from sqlmodel import Field


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so it is put back when a row is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def json_column() -> Any:
    return Field(sa_column=Column(JSON, nullable=False))


def instant(*, nullable: bool = False, primary_key: bool = False) -> Any:
    return Field(sa_column=Column(Instant, nullable=nullable, primary_key=primary_key))


def large(*, nullable: bool = False) -> Any:
    """A count of people or a sum of such (models/messages/limits.py). SQLite's own integers are as large."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Field(default=None if nullable else 0, sa_column=Column(kind, nullable=nullable))


def offset() -> Any:
    """On a topic, or a moment in milliseconds; -1 in rows from before they were kept: before every other one."""
    return Field(sa_column=Column(BigInteger, nullable=False, server_default="-1"))
