"""Keyset pagination: each page of a long list begins after the last row of the page before it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Label,
    RowMapping,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)

from config.errors import UsageError
from config.letters import bare
from models.messages.limits import LARGEST_SUM

T = TypeVar("T")
ON_A_PAGE = 50
AT_ONCE = 1_000  # rows of a whole list that are in memory
READ: Mapping[type, Callable[[str], object]] = {
    date: date.fromisoformat,
    int: lambda text: _held(int(text)),
    float: float,
}
BY_AGE = {"newest": "-day", "oldest": "day"}
# Columns and whether the greatest comes first; the last column is unique.
Order = Sequence[tuple[Column[Any] | Label[Any], bool]]
Expression = ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column a list is sorted, and whether the greatest comes first. Values that `names` holds are sorted by
    their names, without tone marks."""

    column: str
    down: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def stated(cls, text: str, columns: Sequence[str]) -> Self:
        """Parses `title`, `-title`, `newest` or `oldest`. Raises UsageError."""
        stated = BY_AGE.get(text, text)
        column = stated.removeprefix("-")
        if column not in columns:
            raise UsageError(
                f"{text!r} sorts no list. Expected {', '.join(columns)}, with - for the greatest first"
            )
        return cls(column, stated.startswith("-"))

    def by(self, column: Expression) -> Expression:
        named = {value: bare(name) for value, name in self.names.items()}
        return case(named, value=column, else_=column) if named else column


NEWEST = Sorting("day", down=True)


class UnknownPlaceError(ValueError):
    """A cursor that is no place in the list."""


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """One page of a list with `count` rows. `after` is the cursor of the next page."""

    rows: list[T]
    count: int
    after: str | None


@dataclass(frozen=True, slots=True)
class SortedList(Generic[T]):
    """The rows of a list in their order. `statement` selects the columns of the order too, and `made` makes a value of
    each row."""

    statement: Select[Any]
    order: Order
    made: Callable[[RowMapping], T]


def list_page(
    connection: Connection,
    rows: SortedList[T],
    after: str,
    *,
    limit: int = ON_A_PAGE,
    count: int | None = None,
) -> ListPage[T]:
    """Reads one page. `count` is the number of all rows, if it is known. Raises UnknownPlaceError if `after` is not a
    cursor of this list."""
    statement = rows.statement
    if count is None:
        count = connection.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
    if after:
        statement = statement.where(_behind(rows.order, after))
    found = connection.execute(_ordered(rows, statement).limit(limit + 1)).mappings().all()
    following = _place(rows.order, found[limit - 1]) if len(found) > limit else None
    return ListPage([rows.made(row) for row in found[:limit]], count, following)


def whole_list(connection: Connection, rows: SortedList[T]) -> Iterator[T]:
    """Reads every row of the list, for files."""
    ordered = _ordered(rows, rows.statement)
    found = connection.execute(ordered, execution_options={"yield_per": AT_ONCE})
    yield from map(rows.made, found.mappings())


def _ordered(rows: SortedList[T], statement: Select[Any]) -> Select[Any]:
    return statement.order_by(*(column.desc() if down else column for column, down in rows.order))


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
