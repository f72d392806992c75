"""How items count: the fields that a reclassification may change."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from models.sql import table_of
from models.tables.items import ItemRow

BATCH = 500


@dataclass(frozen=True, slots=True)
class CountedAs:
    """Whether an item counts, and the rows of the tallies that count it."""

    counts: bool
    resolutions: tuple[str, ...]
    channel: str
    form: str
    level: str
    partner: bool
    places: tuple[str, ...]
    waiting: bool
    press_column: str | None
    language: str


@dataclass(frozen=True, slots=True)
class CountedItem:
    title: str
    counted: CountedAs


def counted_items(connection: Connection, ids: Sequence[str]) -> dict[str, CountedItem]:
    """Item → its title and how it counts, of those that are here."""
    item = table_of(ItemRow)
    names = tuple(CountedAs.__dataclass_fields__)
    columns = [item.c[name] for name in ("id", "title", *names)]
    statement = select(*columns).where(item.c.id.in_(bindparam("ids", expanding=True)))
    found: dict[str, CountedItem] = {}
    for start in range(0, len(ids), BATCH):
        for row in connection.execute(statement, {"ids": list(ids[start : start + BATCH])}).mappings():
            lists = {name: tuple(row[name]) for name in ("resolutions", "places")}
            counted = CountedAs(**{name: row[name] for name in names} | lists)
            found[row["id"]] = CountedItem(row["title"], counted)
    return found
