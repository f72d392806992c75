"""The outlets that published the items of a list, and the units that report its activities: a row each, with its sums."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import Connection, Float, FromClause, RowMapping, case, cast, func, select

from models.queries.cell_lists import (
    NOT_STATED,
    ActivitySums,
    Selection,
    kept_figures,
    selected_activities,
    selected_items,
    sums_of,
    units_named,
)
from models.queries.paging import ListPage, Order, SortedList, Sorting, list_page, whole_list
from models.sql import total

OUTLET_COLUMNS = ("outlet", "items", "first_day", "last_day", "partner", "level", "medium")
UNIT_COLUMNS = ("unit", "reports", "sessions", "participants", "invited", "attendance_rate")
ON_A_PAGE = 200
MOST_ITEMS = Sorting("items", down=True)
MOST_SESSIONS = Sorting("sessions", down=True)


@dataclass(frozen=True, slots=True)
class ListedOutlet:
    """An outlet by its items in the list. `partner` and `level` are those of the items."""

    outlet: str
    items: int
    first_day: date
    last_day: date
    partner: bool
    level: str


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit by its reports in the list; `sums` are theirs."""

    unit: str
    sums: ActivitySums


@dataclass(frozen=True, slots=True)
class OutletSums:
    outlets: int
    items: int


def listed_outlets(
    connection: Connection, selection: Selection, sorting: Sorting, after: str = ""
) -> ListPage[ListedOutlet]:
    """Raises UnknownPlaceError."""
    rows = _sorted_outlets(connection, selection, sorting)
    return list_page(connection, rows, after, limit=ON_A_PAGE)


def every_outlet(connection: Connection, selection: Selection, sorting: Sorting) -> Iterator[ListedOutlet]:
    rows = _sorted_outlets(connection, selection, sorting)
    return whole_list(connection, rows)


def outlet_sums(connection: Connection, selection: Selection) -> OutletSums:
    """How many outlets `listed_outlets` shows, and the sum of their items."""
    if kept := kept_figures(connection, selection):
        return OutletSums(kept["outlets"], kept["items"])
    found = _outlets(connection, selection)
    columns = func.count(), func.coalesce(total(found.c["items"]), 0)
    return OutletSums(*map(int, connection.execute(select(*columns)).one()))


def listed_units(
    connection: Connection, selection: Selection, sorting: Sorting, after: str = ""
) -> ListPage[ListedUnit]:
    """Leaves out units of which nothing counts, as the tallies do. Raises UnknownPlaceError."""
    rows = _sorted_units(connection, selection, sorting)
    return list_page(connection, rows, after, limit=ON_A_PAGE)


def every_unit(connection: Connection, selection: Selection, sorting: Sorting) -> Iterator[ListedUnit]:
    rows = _sorted_units(connection, selection, sorting)
    return whole_list(connection, rows)


def _sorted_outlets(
    connection: Connection, selection: Selection, sorting: Sorting
) -> SortedList[ListedOutlet]:
    found, column = _outlets(connection, selection), sorting.column
    order = _order(
        found, sorting, "outlet" if column == "medium" else column, "outlet"
    )  # the programme knows media
    return SortedList(select(found, *(each for each, _down in order)), order, _listed_outlet)


def _sorted_units(connection: Connection, selection: Selection, sorting: Sorting) -> SortedList[ListedUnit]:
    found = _units(selection)
    order = _order(found, units_named(connection, selection, sorting), sorting.column, "unit")
    return SortedList(select(found, *(each for each, _down in order)), order, _listed_unit)


def _order(found: FromClause, sorting: Sorting, column: str, last: str) -> Order:
    first, name = sorting.by(found.c[column]).label("sorted_by"), found.c[last].label("last")
    return (first, sorting.down), (name, False)


def _outlets(connection: Connection, selection: Selection) -> FromClause:
    item = selected_items(connection, selection).subquery()
    columns = (
        item.c.outlet,
        func.count().label("items"),
        func.min(item.c.day).label("first_day"),
        func.max(item.c.day).label("last_day"),
        func.max(case((item.c.partner, 1), else_=0)).label("partner"),
        func.max(item.c.level).label("level"),
    )
    return select(*columns).group_by(item.c.outlet).subquery()


def _units(selection: Selection) -> FromClause:
    activity = selected_activities(selection).subquery()
    sums = sums_of(activity)
    columns = [column.label(name) for name, column in sums.items()]
    reports = func.count().label("reports")
    found = select(activity.c.unit, reports, *columns).group_by(activity.c.unit).subquery()
    rate = case(
        (found.c.invited > 0, cast(found.c.attended, Float) / found.c.invited), else_=float(NOT_STATED)
    )
    counting = found.c.sessions + found.c.participants + found.c.points + found.c.invited > 0
    return select(found, rate.label("attendance_rate")).where(counting).subquery()


def _listed_outlet(row: RowMapping) -> ListedOutlet:
    names = [each.name for each in fields(ListedOutlet)]
    return ListedOutlet(**{name: row[name] for name in names} | {"partner": bool(row["partner"])})


def _listed_unit(row: RowMapping) -> ListedUnit:
    return ListedUnit(
        row["unit"], ActivitySums(**{each.name: int(row[each.name]) for each in fields(ActivitySums)})
    )
