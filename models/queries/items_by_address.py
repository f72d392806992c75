"""Items by their addresses, and what is known of the spellings of addresses."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from models.queries.stored_hints import hints_of_all
from models.sql import table_of
from models.tables.items import ItemRevision, ItemRow
from models.tables.sources import OUTLET

MOST = 1_000  # items with the same last part of the address that are compared


class AddressedItem(NamedTuple):
    id: str
    outlet: str
    url: str


def lessons_by_outlet(connection: Connection) -> dict[str, set[str]]:
    """Outlet → what was learned about the parameters of its addresses, as it is stored."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for (outlet, _key), lesson in hints_of_all(connection, OUTLET, "lesson").items():
        found[outlet].add(lesson)
    return dict(found)


def aliased_keys(connection: Connection, ids: Collection[str]) -> list[tuple[str, str]]:
    """Outlet and key of the items as which these ids are known."""
    aliases = hints_of_all(connection, OUTLET, "alias", ids)
    return [(outlet, key) for (outlet, _id), key in aliases.items()]


def existing(connection: Connection, ids: Collection[str]) -> list[str]:
    item = table_of(ItemRow)
    return list(connection.execute(select(item.c.id).where(item.c.id.in_(ids)).order_by(item.c.id)).scalars())


def with_parts(connection: Connection, parts: Collection[str]) -> list[AddressedItem]:
    """Items with an address that contains one of these parts."""
    if not parts:
        return []
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    alike = or_(*(revision.c.url.contains(each, autoescape=True) for each in parts))
    query = select(item.c.id, item.c.outlet, revision.c.url).join(revision, revision.c.item_id == item.c.id)
    rows = connection.execute(query.where(alike).order_by(item.c.id).limit(MOST))
    return [AddressedItem(*row) for row in rows]
