"""The items and activities of a cell of the tallies, filtered, searched, sorted and divided into pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Float,
    FromClause,
    RowMapping,
    Select,
    String,
    Table,
    case,
    cast,
    func,
    select,
)

from config.programme import Programme
from models.counting.figures import Figures
from models.counting.period import Period
from models.queries.adhoc_tallies import Base, standing_in, within
from models.queries.paging import (
    NEWEST,
    ON_A_PAGE,
    Expression,
    ListPage,
    Order,
    SortedList,
    Sorting,
    list_page,
    whole_list,
)
from models.queries.searching import with_words
from models.queries.tally import figures_of_kept
from models.sql import table_of, total
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow

ITEM_COLUMNS = ("day", "outlet", "title", "resolution", "form")
ACTIVITY_COLUMNS = (
    "day", "kind", "unit", "title", "resolution", "sessions", "participants", "invited", "attendance_rate",
)  # fmt: skip
MOST_NAMES = 2_000  # in one statement
NOT_STATED = -1  # before every stated number


@dataclass(frozen=True, slots=True)
class Selection:
    """The items or activities that a list shows: those of a cell, narrowed further. Only items have partners and can
    be searched; only activities state who was `invited`."""

    programme: Programme
    span: Period
    values: Mapping[str, str | None] = field(default_factory=dict)
    question: str = ""
    partners: bool = False
    invited: bool = False


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

    @property
    def attendance_rate(self) -> float | None:
        return round((self.participants or 0) / self.invited, 6) if self.invited else None


@dataclass(frozen=True, slots=True)
class ActivitySums:
    """`attended` counts the participants of those reports that state who was invited."""

    reports: int
    sessions: int
    participants: int
    points: int
    invited: int
    attended: int

    @property
    def attendance_rate(self) -> float | None:
        return round(self.attended / self.invited, 6) if self.invited else None


def items_in(
    connection: Connection,
    selection: Selection,
    sorting: Sorting = NEWEST,
    after: str = "",
    *,
    limit: int = ON_A_PAGE,
    count: int | None = None,
) -> ListPage[ListedItem]:
    """`count` is the number of all these items, if the caller knows it. Raises UnknownPlaceError."""
    rows = _sorted_items(connection, selection, sorting)
    if count is None and (kept := kept_figures(connection, selection)):
        count = kept["items"]
    return list_page(connection, rows, after, limit=limit, count=count)


def every_item(connection: Connection, selection: Selection, sorting: Sorting) -> Iterator[ListedItem]:
    rows = _sorted_items(connection, selection, sorting)
    return whole_list(connection, rows)


def activities_in(
    connection: Connection,
    selection: Selection,
    sorting: Sorting = NEWEST,
    after: str = "",
    *,
    limit: int = ON_A_PAGE,
    count: int | None = None,
) -> ListPage[ListedActivity]:
    """`count` is the number of all these activities, if the caller knows it. Raises UnknownPlaceError."""
    rows = _sorted_activities(connection, selection, sorting)
    return list_page(connection, rows, after, limit=limit, count=count)


def every_activity(
    connection: Connection, selection: Selection, sorting: Sorting
) -> Iterator[ListedActivity]:
    rows = _sorted_activities(connection, selection, sorting)
    return whole_list(connection, rows)


def activity_sums(connection: Connection, selection: Selection) -> ActivitySums:
    """Adds up the figures of the activities that `activities_in` lists."""
    found = selected_activities(selection).subquery()
    reports = func.count().label("reports")
    columns = [column.label(name) for name, column in sums_of(found).items()]
    found_sums = connection.execute(select(reports, *columns)).mappings().one()
    return ActivitySums(**{name: int(value) for name, value in found_sums.items()})


def sums_of(found: FromClause) -> dict[str, Expression]:
    """The sums of the activities in `found`, 0 where nothing is stated."""
    summed: dict[str, Expression] = {
        name: found.c[name] for name in ("sessions", "participants", "points", "invited")
    }
    summed["attended"] = case((found.c.invited.is_not(None), found.c.participants))
    return {name: func.coalesce(total(column), 0) for name, column in summed.items()}


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


def selected_items(connection: Connection, selection: Selection) -> Select[Any]:
    inside = standing_in(ItemRow, selection.programme, selection.span, selection.values)
    if selection.partners:
        inside = inside.where(table_of(ItemRow).c.partner)
    if (here := with_words(connection, selection.question)) is not None:
        inside = inside.where(here)
    return inside


def kept_figures(connection: Connection, selection: Selection) -> Figures | None:
    """Returns the figures of the kept cell that counts these items, None if no kept cell does."""
    if selection.partners or with_words(connection, selection.question) is not None:
        return None
    return figures_of_kept(connection, selection.programme, selection.span, selection.values)


def selected_activities(selection: Selection) -> Select[Any]:
    inside = standing_in(ActivityRow, selection.programme, selection.span, selection.values)
    return inside.where(table_of(ActivityRow).c.invited.is_not(None)) if selection.invited else inside


def _sorted_items(connection: Connection, selection: Selection, sorting: Sorting) -> SortedList[ListedItem]:
    inside, order = selected_items(connection, selection), _order(ItemRow, sorting)
    shown = inside.with_only_columns(*_columns(ItemRow, ListedItem), order[0][0])
    return SortedList(shown, order, _listed_item)


def units_named(connection: Connection, selection: Selection, sorting: Sorting) -> Sorting:
    """Units have no other name than the one they state; a great many of them are sorted letter by letter."""
    if sorting.column != "unit":
        return sorting
    units = units_in(connection, selection.programme, selection.span)
    return replace(sorting, names={unit: unit for unit in units[:MOST_NAMES]})


def _sorted_activities(
    connection: Connection, selection: Selection, sorting: Sorting
) -> SortedList[ListedActivity]:
    order = _order(ActivityRow, units_named(connection, selection, sorting))
    inside = selected_activities(selection)
    shown = inside.with_only_columns(*_columns(ActivityRow, ListedActivity), order[0][0])
    return SortedList(shown, order, _listed_activity)


def _columns(base: Base, listed: type[ListedItem | ListedActivity]) -> list[Expression]:
    return [table_of(base).c[each.name] for each in fields(listed)]


def _order(base: Base, sorting: Sorting) -> Order:
    """Equal rows come by day, the newest first."""
    table = table_of(base)
    first = sorting.by(_sorted_by(table, sorting.column)).label("sorted_by"), sorting.down
    day, name = (table.c.day, True), (table.c.id, False)
    return (first, name) if sorting.column == "day" else (first, day, name)


def _sorted_by(table: Table, column: str) -> Expression:
    if column == "resolution":
        return cast(table.c.resolutions, String)
    if column == "attendance_rate":
        came = cast(func.coalesce(table.c.participants, 0), Float)
        return case((table.c.invited > 0, came / table.c.invited), else_=float(NOT_STATED))
    if column in {"participants", "invited"}:
        return func.coalesce(table.c[column], NOT_STATED)
    return table.c[column]


def _listed_item(row: RowMapping) -> ListedItem:
    return ListedItem(**{each.name: row[each.name] for each in fields(ListedItem)})


def _listed_activity(row: RowMapping) -> ListedActivity:
    return ListedActivity(**{each.name: row[each.name] for each in fields(ListedActivity)})
