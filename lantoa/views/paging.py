"""Pages of a long list by key: each begins behind the last row of the one before, however far it is."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, func, or_, select

from config.errors import UsageError
from lantoa.language import _
from models.limits import LARGEST_SUM
from models.sql import Row

ON_A_PAGE = 50
READ: Mapping[type, Callable[[str], Any]] = {date: date.fromisoformat, int: lambda text: _held(int(text))}
Order = Sequence[
    tuple[Column[Any], bool]
]  # columns, each with whether the greatest comes first; the last one is unique


@dataclass(frozen=True, slots=True)
class Part:
    """One page of `count` rows; `after` begins the next one."""

    rows: list[Row]
    count: int
    after: str | None


def part(
    connection: Connection,
    statement: Select[Any],
    order: Order,
    after: str,
    limit: int = ON_A_PAGE,
    count: int | None = None,
) -> Part:
    """`count`: of all rows, where it is known. Raises UsageError when `after` is no place in such a list."""
    if count is None:
        count = connection.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
    if after:
        statement = statement.where(_behind(order, after))
    ordered = statement.order_by(*(column.desc() if down else column for column, down in order))
    found = [dict(row) for row in connection.execute(ordered.limit(limit + 1)).mappings()]
    return Part(found[:limit], count, _place(order, found[limit - 1]) if len(found) > limit else None)


def _place(order: Order, row: Mapping[str, Any]) -> str:
    return json.dumps([str(row[column.name]) for column, _down in order], ensure_ascii=False)


def _behind(order: Order, after: str) -> ColumnElement[bool]:
    values = _read(order, after)
    ways = []
    for i, (column, down) in enumerate(order):
        same = [earlier == value for (earlier, _down), value in zip(order[:i], values, strict=False)]
        ways.append(and_(*same, column < values[i] if down else column > values[i]))
    return or_(*ways)


def _read(order: Order, after: str) -> list[Any]:
    try:
        stated = json.loads(after)
        if len(stated) != len(order) or not all(map(_is_storable, stated)):
            raise ValueError(after)
        return [
            READ.get(column.type.python_type, str)(value)
            for (column, _down), value in zip(order, stated, strict=True)
        ]
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(_("{after!r} is no place in a list", after=after)) from error


def _held(number: int) -> int:
    if abs(number) > LARGEST_SUM:
        raise ValueError(number)
    return number


def _is_storable(value: object) -> bool:
    """Text that a database can be asked for. Raises ValueError for a lone surrogate."""
    return isinstance(value, str) and b"\0" not in value.encode()
