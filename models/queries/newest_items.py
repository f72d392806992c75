"""The newest counted items, with the data that an Atom feed shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from config.programme import Programme
from models.queries.adhoc_tallies import counting
from models.queries.stored_corrections import last_corrections
from models.sql import table_of
from models.tables.items import ItemResolution, ItemRevision, ItemRow

MOST = 100


@dataclass(frozen=True, slots=True)
class NewestItem:
    """A counted item. `changed` is when its current content was fetched or when a human last corrected it."""

    id: str
    outlet: str
    url: str | None
    title: str
    lead: str
    resolutions: Sequence[str]
    published: datetime
    changed: datetime


def newest(connection: Connection, programme: Programme, resolution: str | None) -> list[NewestItem]:
    """Lists the newest items by the day that counts, of one resolution or of all."""
    item, revision, link = table_of(ItemRow), table_of(ItemRevision), table_of(ItemResolution)
    here = counting(ItemRow, programme.id)
    if resolution is not None:
        here &= item.c.id.in_(select(link.c.item_id).where(link.c.resolution == resolution))
    page = select(item).where(here).order_by(item.c.day.desc(), item.c.id).limit(MOST).subquery()
    stands = and_(revision.c.item_id == page.c.id, revision.c.revision == page.c.revision)
    statement = select(page, revision.c.lead).join(revision, stands).order_by(page.c.day.desc(), page.c.id)
    rows = connection.execute(statement).mappings().all()
    corrected = last_corrections(connection, [row["id"] for row in rows])
    return [
        NewestItem(
            id=row["id"],
            outlet=row["outlet"],
            url=row["url"],
            title=row["title"],
            lead=row["lead"],
            resolutions=row["resolutions"],
            published=row["published"] or row["first_seen"],
            changed=max(row["fetched_at"], corrected.get(row["id"], row["fetched_at"])),
        )
        for row in rows
    ]


def newest_seen(connection: Connection, programme: Programme) -> datetime | None:
    """Returns when the newest of the last day's counted items was first seen; None if there is none."""
    item, counted = table_of(ItemRow), counting(ItemRow, programme.id)
    last_day = select(func.max(item.c.day)).where(counted).scalar_subquery()
    latest = select(func.max(item.c.first_seen)).where(counted, item.c.day == last_day)
    return connection.execute(latest).scalar()
