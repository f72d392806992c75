"""The rows of the tallies, computed from the items and activities themselves by SQL that knows nothing of cells."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Label,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy import distinct as distinct_values

from config.programme import Programme
from models.counting.figures import Figures, figures, says_nothing
from models.counting.period import Period
from models.sql import table_of, total
from models.tables.activities import ActivityPlace, ActivityResolution, ActivityRow
from models.tables.items import ItemPlace, ItemResolution, ItemRow

OF_ITEMS = frozenset({"outlet", "level", "form", "column"})  # keys that an activity has no value for
OF_ACTIVITIES = frozenset({"unit", "kind"})
Base = type[ItemRow] | type[ActivityRow]
LINKS: Mapping[Base, tuple[type[Any], type[Any], str]] = {
    ItemRow: (ItemResolution, ItemPlace, "item_id"),
    ActivityRow: (ActivityResolution, ActivityPlace, "activity_id"),
}


def computed_rows(
    connection: Connection, programme: Programme, period: Period, by: Sequence[str]
) -> Iterator[Figures]:
    """The rows of any combination of keys, in no order."""
    for key, found in grouped(connection, programme, by, lambda base: within(base, programme, period)):
        yield dict(zip(by, key, strict=True)) | found


def activity_rows(
    connection: Connection, programme: Programme, period: Period, by: Sequence[str]
) -> list[Figures]:
    """Those of the activities alone, whose kinds and units no item has; in the order of their keys."""
    found = grouped(
        connection, programme, by, lambda base: within(base, programme, period), bases=(ActivityRow,)
    )
    rows = [dict(zip(by, key, strict=True)) | figures for key, figures in found if not says_nothing(figures)]
    return sorted(rows, key=lambda row: tuple((row[name] is not None, row[name] or "") for name in by))


def grouped(
    connection: Connection,
    programme: Programme,
    by: Sequence[str],
    what: Callable[[Base], ColumnElement[bool]],
    bases: Sequence[Base] = (ItemRow, ActivityRow),
) -> Iterator[tuple[tuple[Any, ...], Figures]]:
    """Values of the keys, and the figures of the items and activities that `what` chooses."""
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for base in bases:
        keys, source, conditions = _grouping(base, programme, by)
        statement = select(*keys, *_sums(base)).select_from(source).where(what(base), *conditions)
        for row in connection.execute(statement.group_by(*keys)).mappings():
            if row["rows_"]:
                sums.setdefault(tuple(row[f"key_{name}"] for name in by), {}).update(row)
    for key, found in sums.items():
        yield key, figures(found)


def counting(base: Base, programme: str) -> ColumnElement[bool]:
    """What counts at all."""
    table = table_of(base)
    return (
        and_(table.c.programme == programme, table.c.counts)
        if base is ItemRow
        else table.c.programme == programme
    )


def within(base: Base, programme: Programme, period: Period) -> ColumnElement[bool]:
    """What counts in the period."""
    day = table_of(base).c.day
    return and_(counting(base, programme.id), day.between(period.first, period.last))


def _grouping(
    base: Base, programme: Programme, by: Sequence[str]
) -> tuple[list[ColumnElement[Any]], FromClause, list[ColumnElement[bool]]]:
    """The key columns, the table or join that has them, and further conditions. Every joined row is a distinct item in its group."""
    resolution, place, link_column = LINKS[base]
    table, link, places = table_of(base), table_of(resolution), table_of(place)
    source: FromClause = table
    keys: list[ColumnElement[Any]] = []
    conditions: list[ColumnElement[bool]] = []
    spatial = [name for name in by if name in {"place", "district"}]
    if spatial:
        district = (
            case(programme.districts, value=places.c.place) if programme.districts else cast(null(), String)
        )
        columns = [{"place": places.c.place, "district": district}[name].label(name) for name in spatial]
        distinct = select(places.c[link_column], *columns).distinct().subquery()
        source = source.outerjoin(distinct, distinct.c[link_column] == table.c.id)
    for name in by:
        if name == "resolution":
            source = source.outerjoin(link, link.c[link_column] == table.c.id)
            conditions.append(or_(link.c.resolution.is_not(None), ~table.c.waiting))
            column: ColumnElement[Any] = link.c.resolution
        elif name in spatial:
            column = distinct.c[name]
        else:
            column = _column(base, name)
        keys.append(column.label(f"key_{name}"))
    return keys, source, conditions


def _column(base: Base, name: str) -> ColumnElement[Any]:
    table = table_of(base)
    if name in (OF_ACTIVITIES if base is ItemRow else OF_ITEMS):
        return cast(null(), String)
    if name == "month":
        return func.substr(cast(table.c.day, String), 1, 7)
    if name == "year":
        return func.substr(cast(table.c.day, String), 1, 4)
    if name == "quarter":
        month = func.substr(cast(table.c.day, String), 6, 2)
        named = case((month <= "03", "-Q1"), (month <= "06", "-Q2"), (month <= "09", "-Q3"), else_="-Q4")
        return func.substr(cast(table.c.day, String), 1, 4).concat(named)
    return func.nullif(table.c["press_column" if name == "column" else name], "")


def _sums(base: Base) -> list[ColumnElement[Any]]:
    table = table_of(base)
    if base is ItemRow:
        story = func.coalesce(table.c.story, table.c.id)
        sums: dict[str, ColumnElement[Any]] = {
            "items": func.count(),
            "outlets": func.count(distinct_values(table.c.outlet)),
            "stories": func.count(distinct_values(story)),
            "waiting": total(case((table.c.waiting, 1), else_=0)),
            "flagged": total(case((table.c.flagged, 1), else_=0)),
        }
    else:
        stated = table.c.invited.is_not(None)
        sums = {
            "activities": total(table.c.sessions),
            "participants": total(func.coalesce(table.c.participants, 0)),
            "points": total(func.coalesce(table.c.points, 0)),
            "points_stated": func.count(table.c.points),
            "invited": total(func.coalesce(table.c.invited, 0)),
            "invited_stated": func.count(table.c.invited),
            "attended": total(case((stated, func.coalesce(table.c.participants, 0)), else_=0)),
        }
    sums["rows_"] = func.count(literal(1))
    return [column.label(name) for name, column in sums.items()]


def standing_in(
    base: Base, programme: Programme, period: Period, values: Mapping[str, str | None]
) -> Select[Any]:
    """The items or activities that one cell counts, each once."""
    table = table_of(base)
    keys, source, conditions = _grouping(base, programme, tuple(values))
    for key, value in zip(keys, values.values(), strict=True):
        column: ColumnElement[Any] = key.element if isinstance(key, Label) else key
        conditions.append(column.is_(None) if value is None else column == value)
    ids = select(table.c.id).select_from(source).where(within(base, programme, period), *conditions)
    return select(table).where(table.c.id.in_(ids))
