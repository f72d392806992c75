"""A document of a source: the fetched bytes, and the listing that is read from them, for every kind of source."""

from dataclasses import dataclass

from config.errors import FeedError
from producers.item.entry import Entry

SELECTOR_DRIFT = "selector-drift"  # the reason where a page has content but a selector matches nothing in it


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """A document before it is read. `address` is the final one, after redirects."""

    body: bytes
    content_type: str
    address: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a document lists. `problem` is set where only a part could be read. `more` holds further addresses of the
    same source, most recent first: the sitemaps of an index, or the next page."""

    entries: tuple[Entry, ...]
    problem: FeedError | None = None
    more: tuple[str, ...] = ()
