"""The items and activities of a cell of the tallies, filtered, searched, sorted and divided into pages."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, case, distinct, func, select

from config.programme import Programme
from models.counting.figures import Figures
from models.counting.period import Period
from models.queries.adhoc_tallies import Base, standing_in, within
from models.queries.paging import ON_A_PAGE, ListPage, Order, list_page
from models.queries.searching import with_words
from models.queries.tally import figures_of_kept
from models.sql import table_of, total
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow

Sort = Literal["newest", "oldest", "outlet", "title"]
SORTS: tuple[Sort, ...] = ("newest", "oldest", "outlet", "title")
ActivitySort = Literal["newest", "oldest", "unit", "title"]


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item as it counts now. `story` is null if no other item has the same text."""

    id: str
    outlet: str
    source: str
    url: str | None
    title: str
    day: date
    published: datetime | None
    first_seen: datetime
    counts: bool
    channel: str
    form: str
    level: str
    partner: bool
    language: str
    press_column: str | None
    resolutions: list[str]
    places: list[str]
    story: str | None
    waiting: bool
    flagged: bool
    date_flag: str | None
    rules_version: str
    catalogue_version: str


@dataclass(frozen=True, slots=True)
class ListedActivity:
    """An activity as last reported. What the report does not state is null."""

    id: str
    identity: str
    kind: str
    channel: str
    day: date
    unit: str
    place: str
    title: str
    words: list[str]
    resolutions: list[str]
    waiting: bool
    places: list[str]
    sessions: int
    points: int | None
    participants: int | None
    invited: int | None
    language: str
    note: str
    source: str
    revision: str
    reported_at: datetime
    first_reported_at: datetime
    rules_version: str
    catalogue_version: str


@dataclass(frozen=True, slots=True)
class ActivitySums:
    """`attended` counts the participants of those reports that state who was invited."""

    sessions: int
    participants: int
    points: int
    invited: int
    attended: int


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
) -> ListPage[ListedItem]:
    """`partners` narrows items to those of partner outlets. Raises UnknownPlaceError."""
    inside = _items(connection, programme, span, values, question, partners=partners)
    kept = _kept(connection, programme, span, values, question, partners=partners)
    count = kept["items"] if kept else None
    shown = inside.with_only_columns(*_columns(ItemRow, ListedItem))
    order = _order(ItemRow, sort)
    return list_page(connection, shown, order, after, lambda row: ListedItem(**row), limit=limit, count=count)


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
    if kept := _kept(connection, programme, span, values, question, partners=partners):
        return int(kept["outlets"])
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
) -> ListPage[ListedActivity]:
    """Lists the activities of a cell, which cannot be searched by words; `invited` selects the reports that state who
    was invited. Raises UnknownPlaceError."""
    inside = _activities(programme, span, values, invited=invited)
    shown = inside.with_only_columns(*_columns(ActivityRow, ListedActivity))
    order = _order(ActivityRow, sort)
    return list_page(connection, shown, order, after, lambda row: ListedActivity(**row), limit=limit)


def activity_sums(
    connection: Connection,
    programme: Programme,
    span: Period,
    values: Mapping[str, str | None],
    *,
    invited: bool = False,
) -> ActivitySums:
    """Adds up the figures of the activities that `activities_in` lists."""
    found = _activities(programme, span, values, invited=invited).subquery()
    sums: dict[str, ColumnElement[Any]] = {
        name: found.c[name] for name in ("sessions", "participants", "points", "invited")
    }
    sums["attended"] = case((found.c.invited.is_not(None), found.c.participants))
    columns = [func.coalesce(total(column), 0).label(name) for name, column in sums.items()]
    found_sums = connection.execute(select(*columns)).mappings().one()
    return ActivitySums(**{name: int(value) for name, value in found_sums.items()})


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


def _kept(
    connection: Connection,
    programme: Programme,
    span: Period,
    values: Mapping[str, str | None],
    question: str,
    *,
    partners: bool,
) -> Figures | None:
    """Returns the figures of the kept cell that counts these items, None if no kept cell does."""
    if partners or with_words(connection, question) is not None:
        return None
    return figures_of_kept(connection, programme, span, values)


def _activities(
    programme: Programme, span: Period, values: Mapping[str, str | None], *, invited: bool
) -> Select[Any]:
    inside = standing_in(ActivityRow, programme, span, values)
    return inside.where(table_of(ActivityRow).c.invited.is_not(None)) if invited else inside


def _columns(base: Base, listed: type[ListedItem | ListedActivity]) -> list[ColumnElement[Any]]:
    table = table_of(base)
    return [table.c[each.name] for each in fields(listed)]


def _order(base: Base, sort: Sort | ActivitySort) -> Order:
    table = table_of(base)
    day, name = (table.c.day, sort != "oldest"), (table.c.id, False)
    if sort in {"newest", "oldest"}:
        return (day, name)
    return ((table.c[sort], False), day, name)
