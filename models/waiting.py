"""What waits for a human: ambiguous mentions, dates that fell back, and pieces that look like one piece twice."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from config.programme import Programme
from models.base_rows import within
from models.period import Period
from models.sql import Row, table_of
from models.tables import ActivityRow, ItemRow


def waiting(connection: Connection, programme: Programme, period: Period) -> Iterator[Row]:
    """Rows of kind, item, day, outlet (of an activity: its unit), title, words and candidates; newest first."""
    yield from _ambiguous(connection, programme, period)
    yield from _flagged(connection, programme, period)
    yield from _twice(connection, programme, period)


def _ambiguous(connection: Connection, programme: Programme, period: Period) -> Iterator[Row]:
    for base, owner in ((ItemRow, "outlet"), (ActivityRow, "unit")):
        table = table_of(base)
        here = and_(within(base, programme, period), table.c.waiting)
        for row in connection.execute(
            select(table).where(here).order_by(table.c.day.desc(), table.c.id)
        ).mappings():
            kind = "ambiguous" if base is ItemRow else "ambiguous-activity"
            for mention in row["mentions"]:
                if mention["status"] == "ambiguous":
                    yield _row(kind, row, row[owner], mention["surface"], mention["candidates"])


def _flagged(connection: Connection, programme: Programme, period: Period) -> Iterator[Row]:
    item = table_of(ItemRow)
    here = and_(within(ItemRow, programme, period), item.c.flagged)
    for row in connection.execute(select(item).where(here).order_by(item.c.day.desc(), item.c.id)).mappings():
        yield _row("date", row, row["outlet"], row["date_flag"], [])


def _twice(connection: Connection, programme: Programme, period: Period) -> Iterator[Row]:
    """Pieces of one outlet in one story: the same text, published twice, or once under two addresses.

    Not those that a human has said to count: they are in scope, each for itself.
    """
    item = table_of(ItemRow)
    here: ColumnElement[bool] = and_(within(ItemRow, programme, period), item.c.story.is_not(None))
    group = (item.c.outlet, item.c.story)
    several = select(*group).where(here).group_by(*group).having(func.count() > 1).subquery()
    same = and_(several.c.outlet == item.c.outlet, several.c.story == item.c.story)
    found = connection.execute(
        select(item).join(several, same).where(here).order_by(*group, item.c.first_seen, item.c.id)
    ).mappings()
    first: Any = None
    for row in found:
        if first is None or (row["outlet"], row["story"]) != (first["outlet"], first["story"]):
            first = row
        elif "in_scope" not in row["corrected"]:
            yield _row("duplicate", row, row["outlet"], first["title"], [first["id"]])


def _row(kind: str, row: Any, owner: str, words: str, candidates: list[str]) -> Row:
    return {
        "kind": kind,
        "item": row["id"],
        "day": row["day"].isoformat(),
        "outlet": owner,
        "title": row["title"],
        "words": words,
        "candidates": list(candidates),
    }
