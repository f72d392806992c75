"""Items in their places, and the stories that they are in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, select, update

from models.counting.stories.components import DAYS, Place
from models.sql import table_of
from models.store.stories.bulk import rows_with
from models.tables.stories import StoryMember


@dataclass(frozen=True, slots=True)
class Member:
    item: str
    place: Place
    story: str | None


def among(connection: Connection, items: Iterable[str]) -> dict[str, Member]:
    """Those of the items that are members."""
    table = table_of(StoryMember)
    return _members(connection, select(table), table.c.item_id, items)


def of_stories(connection: Connection, stories: Iterable[str]) -> dict[str, Member]:
    table = table_of(StoryMember)
    return _members(connection, select(table), table.c.story, stories)


def near(connection: Connection, places: Collection[Place], wordings: Iterable[int]) -> dict[str, Member]:
    """Those that show one of the wordings on a day that any of the places may reach."""
    if not places:
        return {}
    table = table_of(StoryMember)
    first, last = min(day for _, day in places), max(day for _, day in places)
    then = select(table).where(table.c.day.between(first - DAYS, last + DAYS))
    return _members(connection, then, table.c.wording, wordings)


def remove(connection: Connection, items: Iterable[str]) -> None:
    table = table_of(StoryMember)
    if rows := [{"gone": item} for item in items]:
        connection.execute(delete(table).where(table.c.item_id == bindparam("gone")), rows)


def add(connection: Connection, places: Mapping[str, Place]) -> None:
    """They are alone until `rename` says otherwise."""
    if rows := [{"item_id": i, "wording": w, "day": d, "story": None} for i, (w, d) in places.items()]:
        connection.execute(table_of(StoryMember).insert(), rows)


def rename(connection: Connection, stories: Mapping[str, str | None]) -> None:
    table = table_of(StoryMember)
    statement = update(table).where(table.c.item_id == bindparam("member")).values(story=bindparam("name"))
    if rows := [{"member": item, "name": story} for item, story in stories.items()]:
        connection.execute(statement, rows)


def _members(
    connection: Connection, statement: Select[Any], column: ColumnElement[Any], values: Iterable[object]
) -> dict[str, Member]:
    found = rows_with(connection, statement, column, values)
    return {row.item_id: Member(row.item_id, (row.wording, row.day), row.story) for row in found}
