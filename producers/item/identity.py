"""Finds the identity of an entry: which piece it is (counting.md, Identity of an item).

`lessons` are what the documents of an outlet have shown (producers/item/distinguishing.py), each a line of text:
`url:<address>` or `article:<number>` is the key of a page that several pieces share; `tells:<mark>` and
`tells:<mark>@<address>` name a mark that distinguishes pieces, everywhere by its number or at one address;
`void:<guid>` is a guid of several pieces; `titled:<key>` is a page whose pieces only their titles and dates
distinguish. `tells-file:…` and `void-file:…` are the same for the addresses of enclosures.
"""

import re
import unicodedata
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from urllib.parse import urlencode, urlsplit, urlunsplit

from config.programme import Outlet
from models.messages.limits import ADDRESS, GUID
from producers.item.address_spelling import (
    Spelt,
    is_address,
    names_a_place,
    parameters_that_stay,
    spelt,
    values_of_marks,
)
from producers.item.entry import Entry

__all__ = ["canonical_address", "identity", "is_address", "item_id", "own_key", "page_key", "title_of"]
Lessons = Collection[str]
LONGEST_TITLE = 500  # characters of a title that are part of a key


def item_id(outlet_id: str, key: str) -> str:
    return sha256(f"{outlet_id}\0{key}".encode()).hexdigest()[:20]


def page_key(outlet: Outlet, url: str | None, lessons: Lessons = ()) -> str | None:
    """Returns `article:<number>` or `url:<canonical address>`; None for an address that is not a page of its own."""
    if not url or not is_page(url):
        return None
    if number := article_number(url, outlet):
        return f"article:{number}"
    found = spelt(url, outlet)
    return f"url:{found.written(distinguishing_marks(found, lessons))}"


def entry_page_key(outlet: Outlet, entry: Entry, lessons: Lessons = ()) -> str | None:
    """Returns the page key of an entry. Its guid may be its page, with the mark that its link lacks."""
    key = page_key(outlet, entry.url)
    if key is None or key.startswith("article:"):
        return key
    found = entry_spelt(outlet, entry)
    return f"url:{found.written(distinguishing_marks(found, lessons))}"


def own_key(outlet: Outlet, entry: Entry, lessons: Lessons = ()) -> str | None:
    """Returns `guid:…`, else `enclosure:…`. A guid that is only another spelling of the entry's page is not used."""
    if has_guid(outlet, entry) and f"void:{entry.guid}" not in lessons:
        return f"guid:{entry.guid}"
    file = file_key(outlet, entry, lessons)
    return None if file is None or f"void-file:{file}" in lessons else f"enclosure:{file}"


def file_of(entry: Entry) -> str | None:
    return next((each.url for each in entry.enclosures if ADDRESS.allows(each.url)), None)


def file_key(outlet: Outlet, entry: Entry, lessons: Lessons = ()) -> str | None:
    """Returns the canonical address of the entry's enclosure, with the marks that distinguish files there."""
    if not (address := file_of(entry)):
        return None
    found, base = spelt(address, outlet), canonical_address(address, outlet)
    return found.written({name for name in found.marks if f"tells-file:{name}@{base}" in lessons})


def identity(outlet: Outlet, entry: Entry, lessons: Lessons) -> str | None:
    """Returns the key; None when nothing distinguishes the entry from others."""
    page, own = entry_page_key(outlet, entry, lessons), own_key(outlet, entry, lessons)
    if page is None:
        return own or (_titled(entry) if _is_void(outlet, entry, lessons) else None)
    if own and is_on_front_page(page):
        return own
    if f"titled:{page}" in lessons and (titled := _titled(entry)):
        return own or titled
    if page in lessons:
        return own or page
    if own and entry.is_audio and page.startswith("url:") and not guid_is_page(outlet, entry):
        return own  # an episode: its page may turn out to be the programme's when the next one appears
    return page


def canonical_address(url: str, outlet: Outlet) -> str:
    """Removes scheme and marks; idempotent: https://m.nhandan.vn/a/amp/?utm_source=x#y → nhandan.vn/a."""
    return spelt(url, outlet).written()


def distinguishing_marks(found: Spelt, lessons: Lessons) -> set[str]:
    """Returns the marks of an address that are part of its identity."""
    if not lessons or not found.marks:
        return set()
    base = found.written()
    return {
        name
        for name, value in found.says.items()
        if f"tells:{name}@{base}" in lessons
        # cid=rss is a mere mark beside cid=15
        or (f"tells:{name}" in lessons and any(sign.isdigit() for sign in value))
    }


def entry_spelt(outlet: Outlet, entry: Entry) -> Spelt:
    """The entry must have a page."""
    page = spelt(entry.url or "", outlet)
    if not entry.guid or not guid_is_page(outlet, entry):
        return page
    stated = spelt(entry.guid, outlet)
    return replace(page, marks={**stated.marks, **page.marks})


def has_guid(outlet: Outlet, entry: Entry) -> bool:
    """True where the entry has a guid of its own."""
    return bool(entry.guid) and GUID.allows(entry.guid) and not guid_is_page(outlet, entry)


def guid_is_page(outlet: Outlet, entry: Entry) -> bool:
    return is_address(entry.guid) and page_key(outlet, entry.guid) == page_key(outlet, entry.url)


def title_of(entry: Entry) -> str:
    """Returns the words of the title alone, for comparing."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", entry.title).casefold()))


def day_of(entry: Entry) -> str:
    """Returns the moment that the entry states first, in UTC where it states a zone; for comparing."""
    text = " ".join(entry.dates[0].split()) if entry.dates else ""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        with suppress(ValueError, OverflowError):
            moment = read(text)
            if moment.tzinfo:
                return moment.astimezone(UTC).isoformat(timespec="seconds")
    return text


def is_page(url: str) -> bool:
    """The front page belongs to no piece, but a place on it may."""
    if not is_address(url) or not ADDRESS.allows(url):
        return False
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query) or names_a_place(parts.fragment)


def is_on_front_page(key: str) -> bool:
    return key.startswith("url:") and "#" in key and not {"/", "?"} & set(key.partition("#")[0])


def article_number(url: str, outlet: Outlet) -> str | None:
    """Applies the outlet's expression to the address as received. A number inside the value of a mark belongs to
    another piece, unless the expression names the mark."""
    if not outlet.article_id:
        return None
    received = url.strip().replace("&amp;", "&")
    if found := re.search(outlet.article_id, _without_marks(received, outlet)):
        return found[1]
    spans = list(values_of_marks(received))
    for found in re.finditer(outlet.article_id, received):
        if not any(start <= found.start() < end for start, end in spans):
            return found[1]
    return None


def _without_marks(url: str, outlet: Outlet) -> str:
    """Returns the address as published, without its marks."""
    parts = urlsplit(url)
    query = urlencode(parameters_that_stay(parts.query, outlet), errors="surrogateescape")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _is_void(outlet: Outlet, entry: Entry, lessons: Lessons) -> bool:
    return f"void:{entry.guid}" in lessons or f"void-file:{file_key(outlet, entry, lessons)}" in lessons


def _titled(entry: Entry) -> str | None:
    title, day = title_of(entry), day_of(entry)
    return f"title:{day}|{title[:LONGEST_TITLE]}" if title and day else None
