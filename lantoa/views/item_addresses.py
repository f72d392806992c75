"""Finds items by their address, in any spelling that leads to the same identity."""

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import quote, unquote

from sqlalchemy import Connection, or_, select

from config.programme import Outlet, Programme
from models.sql import table_of
from models.store.source_state import ALIAS, LESSON, OUTLET
from models.tables.items import ItemRevision, ItemRow
from models.tables.sources import SeenEntry
from producers.item.identity import Lessons, canonical_address, is_page, item_id, page_key

MOST = 1_000  # items with the same last part of the address that are compared


def items_at(connection: Connection, programme: Programme, address: str) -> list[str]:
    """Returns ids; none if the text is not an address or no item has it."""
    url = address.strip() if "://" in address else f"https://{address.strip()}"
    if not is_page(url):
        return []
    lessons = _lessons(connection)
    keys = {
        outlet.id: key
        for outlet in programme.outlets.values()
        if (key := page_key(outlet, url, lessons.get(outlet.id, ())))
    }
    return _by_key(connection, keys) or sorted(set(_by_ending(connection, programme, url, lessons)))


def _lessons(connection: Connection) -> dict[str, Lessons]:
    table = table_of(SeenEntry)
    noted = table.c.source_id.startswith(OUTLET), table.c.item_id.startswith(LESSON)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in connection.execute(select(table.c.source_id, table.c.revision).where(*noted)):
        found[row.source_id.removeprefix(OUTLET)].add(row.revision)
    return dict(found)


def _by_key(connection: Connection, keys: dict[str, str]) -> list[str]:
    table, item = table_of(SeenEntry), table_of(ItemRow)
    ids = {item_id(outlet, key): outlet for outlet, key in keys.items()}
    aliases = select(table.c.source_id, table.c.revision).where(
        table.c.item_id.in_([f"{ALIAS}{each}" for each in ids]), table.c.source_id.startswith(OUTLET)
    )
    stands = [
        item_id(row.source_id.removeprefix(OUTLET), row.revision) for row in connection.execute(aliases)
    ]
    here = select(item.c.id).where(item.c.id.in_([*ids, *stands])).order_by(item.c.id)
    return list(connection.execute(here).scalars())


def _by_ending(
    connection: Connection, programme: Programme, url: str, lessons: dict[str, Lessons]
) -> Iterator[str]:
    """Yields items whose identity is not derived from this page, or whose page has moved."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    nobody = Outlet(id="nobody", name="-", level="central", medium="portal")
    ending = canonical_address(url, nobody).partition("?")[0].rstrip("/").rpartition("/")[2]
    spellings = {ending, unquote(ending), quote(unquote(ending))} - {""}
    alike = or_(*(revision.c.url.contains(each, autoescape=True) for each in spellings))
    query = select(item.c.id, item.c.outlet, revision.c.url).join(revision, revision.c.item_id == item.c.id)
    for row in connection.execute(query.where(alike).order_by(item.c.id).limit(MOST)) if spellings else ():
        outlet = programme.outlets.get(row.outlet)
        if outlet and _key(outlet, row.url, lessons) == _key(outlet, url, lessons):
            yield row.id


def _key(outlet: Outlet, url: str, lessons: dict[str, Lessons]) -> str | None:
    return page_key(outlet, url, lessons.get(outlet.id, ()))
