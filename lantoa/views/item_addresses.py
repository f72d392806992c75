"""Finds items by their address, in any spelling that leads to the same identity."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

from config.programme import Outlet, Programme
from models.database import Connection
from models.queries.items_by_address import aliased_keys, existing, lessons_by_outlet, with_parts
from producers.item.identity import Lessons, canonical_address, is_page, item_id, page_key


def items_at(connection: Connection, programme: Programme, address: str) -> list[str]:
    """Returns ids; none if the text is not an address or no item has it."""
    url = address.strip() if "://" in address else f"https://{address.strip()}"
    if not is_page(url):
        return []
    lessons = lessons_by_outlet(connection)
    keys = {
        outlet.id: key
        for outlet in programme.outlets.values()
        if (key := page_key(outlet, url, lessons.get(outlet.id, ())))
    }
    return _by_key(connection, keys) or sorted(set(_by_ending(connection, programme, url, lessons)))


def _by_key(connection: Connection, keys: Mapping[str, str]) -> list[str]:
    ids = [item_id(outlet, key) for outlet, key in keys.items()]
    return existing(connection, [*ids, *(item_id(*each) for each in aliased_keys(connection, ids))])


def _by_ending(
    connection: Connection, programme: Programme, url: str, lessons: Mapping[str, Lessons]
) -> Iterator[str]:
    """Yields items whose identity is not derived from this page, or whose page has moved."""
    nobody = Outlet(id="nobody", name="-", level="central", medium="portal")
    ending = canonical_address(url, nobody).partition("?")[0].rstrip("/").rpartition("/")[2]
    for found in with_parts(connection, {ending, unquote(ending), quote(unquote(ending))} - {""}):
        outlet = programme.outlets.get(found.outlet)
        if outlet and _key(outlet, found.url, lessons) == _key(outlet, url, lessons):
            yield found.id


def _key(outlet: Outlet, url: str, lessons: Mapping[str, Lessons]) -> str | None:
    return page_key(outlet, url, lessons.get(outlet.id, ()))
