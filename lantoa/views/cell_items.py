"""What stands in a cell of the tallies, filtered, searched and sorted, page by page: for pages and for programs."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, case, distinct, func, select

from config.programme import Programme
from lantoa.views.paging import ON_A_PAGE, Order, Part, part
from models.adhoc_tallies import Base, standing_in
from models.period import Period
from models.searching import with_words
from models.sql import Row, table_of, total
from models.tables import ActivityRow, ItemRow
from models.tally import items_of_kept

Sort = Literal["newest", "oldest", "outlet", "title"]
SORTS: tuple[Sort, ...] = ("newest", "oldest", "outlet", "title")


def items_in(
    connection: Connection,
    programme: Programme,
    span: Period,
    values: Mapping[str, str | None],
    question: str,
    sort: Sort,
    after: str,
    *,
    partners: bool = False,
    limit: int = ON_A_PAGE,
) -> Part:
    """`partners` narrows items to those of partner outlets. Raises UsageError."""
    inside, count = _items(connection, programme, span, values, question, partners=partners), None
    if not partners and with_words(connection, question) is None:
        count = items_of_kept(connection, programme, span, values)
    return part(connection, inside, _order(ItemRow, sort), after, limit, count)


def outlets_in(
    connection: Connection,
    programme: Programme,
    span: Period,
    values: Mapping[str, str | None],
    question: str,
    *,
    partners: bool = False,
) -> int:
    """How many outlets these items are of."""
    inside = _items(connection, programme, span, values, question, partners=partners).subquery()
    return connection.execute(select(func.count(distinct(inside.c.outlet)))).scalar_one()


def activities_in(
    connection: Connection,
    programme: Programme,
    span: Period,
    values: Mapping[str, str | None],
    after: str,
    *,
    sort: Sort = "newest",
    limit: int = ON_A_PAGE,
) -> Part:
    """None of them is searched by its words. Raises UsageError."""
    inside: Select[Any] = standing_in(ActivityRow, programme, span, values)
    return part(connection, inside, _order(ActivityRow, sort), after, limit)


def activity_sums(
    connection: Connection, programme: Programme, span: Period, values: Mapping[str, str | None]
) -> Row:
    """What the activities of a cell come to."""
    return sums_of(connection, standing_in(ActivityRow, programme, span, values))


def sums_of(connection: Connection, inside: Select[Any]) -> Row:
    """Of activities. `attended`: of the reports that state who was invited."""
    found = inside.subquery()
    sums: dict[str, ColumnElement[Any]] = {
        name: found.c[name] for name in ("sessions", "participants", "points", "invited")
    }
    sums["attended"] = case((found.c.invited.is_not(None), found.c.participants))
    columns = [func.coalesce(total(column), 0).label(name) for name, column in sums.items()]
    return {name: int(value) for name, value in connection.execute(select(*columns)).mappings().one().items()}


def _items(
    connection: Connection,
    programme: Programme,
    span: Period,
    values: Mapping[str, str | None],
    question: str,
    *,
    partners: bool,
) -> Select[Any]:
    inside = standing_in(ItemRow, programme, span, values)
    if partners:
        inside = inside.where(table_of(ItemRow).c.partner)
    if (here := with_words(connection, question)) is not None:
        inside = inside.where(here)
    return inside


def _order(base: Base, sort: Sort) -> Order:
    table = table_of(base)
    day, name = (table.c.day, sort != "oldest"), (table.c.id, False)
    if sort in {"outlet", "title"}:
        return ((table.c[sort], False), day, name)
    return (day, name)
