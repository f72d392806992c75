"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org), which its first character distinguishes from XML."""

import json
from collections.abc import Iterator
from typing import Any

from config.errors import FeedError
from models.messages.item import Enclosure
from models.messages.limits import ADDRESS, CATEGORY
from producers.html_to_text import clean, paragraphs, plain_text
from producers.item.address_spelling import absolute
from producers.item.entry import Entry
from producers.item.identity import is_address
from producers.parse.contents import LONGEST_DATE, MOST_ENTRIES, too_many
from producers.parse.documents import Listing

VERSION = "jsonfeed.org/version/1"


def read_json_feed(text: str, address: str) -> Listing:
    """Raises FeedError: not-a-feed, malformed, empty."""
    feed = _object(text)
    if VERSION not in _text(feed, "version"):
        raise FeedError("not-a-feed", f"JSON that is no JSON Feed: it begins with {text[:40]!r}")
    stated = _list(feed, "items")
    items = [item for item in stated if isinstance(item, dict)]
    if not items:
        raise FeedError("empty", "the feed has no entries")
    problem = None
    if len(items) < len(stated):
        message = f"{len(stated) - len(items)} of {len(stated)} entries are no objects; the others were taken"
        problem = FeedError("malformed", message)
    if len(items) > MOST_ENTRIES:
        problem = too_many(len(items))
    older = absolute(address, _text(feed, "next_url"))
    entries = tuple(_entry(item, address) for item in items[:MOST_ENTRIES])
    return Listing(entries, problem, (older,) if older and older != address else ())


def _object(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedError("malformed", f"no well-formed JSON: {error}") from error
    return found if isinstance(found, dict) else {}


def _entry(item: dict[str, object], address: str) -> Entry:
    guid = _text(item, "id")
    page = absolute(address, _text(item, "url")) or (guid if is_address(guid) else None)
    html = _text(item, "content_html")
    dates = (_text(item, name)[:LONGEST_DATE] for name in ("date_published", "date_modified"))
    return Entry(
        url=page,
        guid=guid,
        title=" ".join(_text(item, "title").split()),
        lead=paragraphs(_text(item, "summary")),
        text=plain_text(html) if html else paragraphs(_text(item, "content_text")),
        dates=tuple(dict.fromkeys(date for date in dates if date)),
        enclosures=tuple(_enclosures(item, address)),
        categories=tuple(dict.fromkeys(tag.strip() for tag in _list(item, "tags") if _is_word(tag))),
    )


def _enclosures(item: dict[str, object], address: str) -> Iterator[Enclosure]:
    for each in _list(item, "attachments"):
        if isinstance(each, dict) and (url := absolute(address, _text(each, "url"))) and ADDRESS.allows(url):
            yield Enclosure(
                url=url,
                type=CATEGORY.cut(_text(each, "mime_type")),
                length=_number(each, "size_in_bytes"),
                seconds=_number(each, "duration_in_seconds"),
            )


def _text(item: dict[str, object], name: str) -> str:
    """An id may be a number in version 1.0."""
    value = item.get(name)
    return clean(str(value)).strip() if isinstance(value, str | int | float) else ""


def _list(item: dict[str, object], name: str) -> list[Any]:
    value = item.get(name)
    return value if isinstance(value, list) else []


def _number(item: dict[str, Any], name: str) -> int | None:
    value = item.get(name)
    return int(value) if isinstance(value, int | float) and 0 < value < 1e15 else None


def _is_word(tag: Any) -> bool:
    return isinstance(tag, str) and bool(tag.strip())
