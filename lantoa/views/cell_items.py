"""The items and activities of a cell of the tallies, filtered, searched, sorted and divided into pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, case, distinct, func, select

from config.programme import Programme
from lantoa.views.paging import ON_A_PAGE, ListPage, Order, list_page
from models.counting.period import Period
from models.queries.adhoc_tallies import Base, standing_in, within
from models.queries.searching import with_words
from models.queries.tally import items_of_kept
from models.sql import Row, table_of, total
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow

Sort = Literal["newest", "oldest", "outlet", "title"]
SORTS: tuple[Sort, ...] = ("newest", "oldest", "outlet", "title")
ActivitySort = Literal["newest", "oldest", "unit", "title"]


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
) -> ListPage:
    """`partners` narrows items to those of partner outlets. Raises UsageError."""
    inside, count = _items(connection, programme, span, values, question, partners=partners), None
    if not partners and with_words(connection, question) is None:
        count = items_of_kept(connection, programme, span, values)
    return list_page(connection, inside, _order(ItemRow, sort), after, limit, count)


def outlets_in(
    connection: Connection,
    programme: Programme,
    span: Period,
    values: Mapping[str, str | None],
    question: str,
    *,
    partners: bool = False,
) -> int:
    """Counts the distinct outlets of these items."""
    inside = _items(connection, programme, span, values, question, partners=partners).subquery()
    return connection.execute(select(func.count(distinct(inside.c.outlet)))).scalar_one()


def activities_in(
    connection: Connection,
    programme: Programme,
    span: Period,
    values: Mapping[str, str | None],
    after: str,
    *,
    sort: ActivitySort = "newest",
    limit: int = ON_A_PAGE,
    invited: bool = False,
) -> ListPage:
    """Lists the activities of a cell, which cannot be searched by words; `invited` selects the reports that state who
    was invited. Raises UsageError."""
    inside = _activities(programme, span, values, invited=invited)
    return list_page(connection, inside, _order(ActivityRow, sort), after, limit)


def activity_sums(
    connection: Connection,
    programme: Programme,
    span: Period,
    values: Mapping[str, str | None],
    *,
    invited: bool = False,
) -> Row:
    """Adds up the figures of the activities that `activities_in` lists. `attended` counts the participants of those
    reports that state who was invited."""
    found = _activities(programme, span, values, invited=invited).subquery()
    sums: dict[str, ColumnElement[Any]] = {
        name: found.c[name] for name in ("sessions", "participants", "points", "invited")
    }
    sums["attended"] = case((found.c.invited.is_not(None), found.c.participants))
    columns = [func.coalesce(total(column), 0).label(name) for name, column in sums.items()]
    return {name: int(value) for name, value in connection.execute(select(*columns)).mappings().one().items()}


def units_in(connection: Connection, programme: Programme, span: Period) -> list[str]:
    """Lists the units that report activities of the period, sorted by name."""
    unit = table_of(ActivityRow).c.unit
    inside = within(ActivityRow, programme, span)
    return list(connection.execute(select(unit).where(inside).distinct().order_by(unit)).scalars())


def items_by_day(connection: Connection, programme: Programme, span: Period) -> dict[date, int]:
    """Counts the items of each day; days without items are left out."""
    day = table_of(ItemRow).c.day
    inside = within(ItemRow, programme, span)
    found = connection.execute(select(day, func.count().label("number")).where(inside).group_by(day))
    return {row.day: row.number for row in found}


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


def _activities(
    programme: Programme, span: Period, values: Mapping[str, str | None], *, invited: bool
) -> Select[Any]:
    inside = standing_in(ActivityRow, programme, span, values)
    return inside.where(table_of(ActivityRow).c.invited.is_not(None)) if invited else inside


def _order(base: Base, sort: Sort | ActivitySort) -> Order:
    table = table_of(base)
    day, name = (table.c.day, sort != "oldest"), (table.c.id, False)
    if sort in {"newest", "oldest"}:
        return (day, name)
    return ((table.c[sort], False), day, name)
