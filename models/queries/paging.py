"""Keyset pagination: each page of a long list begins after the last row of the page before it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, and_, func, or_, select

from models.messages.limits import LARGEST_SUM

T = TypeVar("T")
ON_A_PAGE = 50
READ: Mapping[type, Callable[[str], object]] = {date: date.fromisoformat, int: lambda text: _held(int(text))}
# Columns and whether the greatest comes first; the last column is unique.
Order = Sequence[tuple[Column[Any], bool]]


class UnknownPlaceError(ValueError):
    """A cursor that is no place in the list."""


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """One page of a list with `count` rows. `after` is the cursor of the next page."""

    rows: list[T]
    count: int
    after: str | None


def list_page(
    connection: Connection,
    statement: Select[Any],
    order: Order,
    after: str,
    made: Callable[[RowMapping], T],
    *,
    limit: int = ON_A_PAGE,
    count: int | None = None,
) -> ListPage[T]:
    """Reads one page; `made` makes a value of each row, and the statement selects the columns of the order too. `count`
    is the number of all rows, if it is known. Raises UnknownPlaceError if `after` is not a cursor of this list."""
    if count is None:
        count = connection.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
    if after:
        statement = statement.where(_behind(order, after))
    ordered = statement.order_by(*(column.desc() if down else column for column, down in order))
    found = connection.execute(ordered.limit(limit + 1)).mappings().all()
    following = _place(order, found[limit - 1]) if len(found) > limit else None
    return ListPage([made(row) for row in found[:limit]], count, following)


def _place(order: Order, row: RowMapping) -> str:
    return json.dumps([str(row[column.name]) for column, _down in order], ensure_ascii=False)


def _behind(order: Order, after: str) -> ColumnElement[bool]:
    values = _read(order, after)
    ways = []
    for i, (column, down) in enumerate(order):
        same = [earlier == value for (earlier, _down), value in zip(order[:i], values, strict=False)]
        ways.append(and_(*same, column < values[i] if down else column > values[i]))
    return or_(*ways)


def _read(order: Order, after: str) -> list[object]:
    try:
        stated = json.loads(after)
        if len(stated) != len(order) or not all(map(_is_storable, stated)):
            raise ValueError(after)
        return [
            READ.get(column.type.python_type, str)(value)
            for (column, _down), value in zip(order, stated, strict=True)
        ]
    except (ValueError, TypeError, RecursionError) as error:
        raise UnknownPlaceError(after) from error


def _held(number: int) -> int:
    if abs(number) > LARGEST_SUM:
        raise ValueError(number)
    return number


def _is_storable(value: object) -> bool:
    """Says whether a database can compare with this text. Raises ValueError for a lone surrogate."""
    return isinstance(value, str) and b"\0" not in value.encode()
