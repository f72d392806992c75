"""Clippings: the list of a period, and one clipping as it was last entered."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import Connection, select

from config.programme import Programme
from models.counting.period import Period
from models.messages.item import CLIPPING, Enclosure
from models.queries.paging import ListPage, SortedList, list_page
from models.sql import table_of
from models.tables.items import ItemRevision, ItemRow


@dataclass(frozen=True, slots=True)
class StoredClipping:
    """The winning revision with its outlet. `printed` and `page` are part of its identity; `scans` are its
    attachments."""

    outlet: str
    printed: str
    page: str
    title: str
    text: str
    revision: str
    fetched_at: datetime
    scans: tuple[Enclosure, ...]


@dataclass(frozen=True, slots=True)
class ListedClipping:
    """A clipping as it counts now, or does not count."""

    id: str
    day: date
    outlet: str
    title: str
    form: str
    resolutions: Sequence[str]
    waiting: bool
    counts: bool


def clippings_in(
    connection: Connection, programme: Programme, span: Period, after: str
) -> ListPage[ListedClipping]:
    """Returns one page of clippings, counted or not, the newest first. Raises UnknownPlaceError if `after` is not a
    cursor of it."""
    table = table_of(ItemRow)
    inside = select(*(table.c[each.name] for each in fields(ListedClipping))).where(
        table.c.programme == programme.id,
        table.c.counts.in_([True, False]),  # makes the database use the index on `counts`
        table.c.day.between(span.first, span.last),
        table.c.source == CLIPPING,
    )
    order = ((table.c.day, True), (table.c.id, False))
    return list_page(connection, SortedList(inside, order, lambda row: ListedClipping(**row)), after)


def find_clipping(connection: Connection, item_id: str) -> StoredClipping | None:
    """Returns None if the item does not exist or is not a clipping."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    in_force = (revision.c.item_id == item.c.id) & (revision.c.revision == item.c.revision)
    statement = select(revision, item.c.outlet, item.c.identity).join(item, in_force)
    row = (
        connection.execute(statement.where(item.c.id == item_id, item.c.source == CLIPPING))
        .mappings()
        .first()
    )
    if row is None:
        return None
    printed, page, _title = row["identity"].removeprefix(f"{CLIPPING}:").split("|", 2)
    return StoredClipping(
        outlet=row["outlet"],
        printed=printed,
        page=page,
        title=row["title"],
        text=row["text"],
        revision=row["revision"],
        fetched_at=row["fetched_at"],
        scans=tuple(map(Enclosure.model_validate, row["rest"].get("enclosures", ()))),
    )
