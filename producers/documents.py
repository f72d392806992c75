"""A document of a source: what was fetched, and what it lists, whichever kind it is of."""

from dataclasses import dataclass

from config.errors import FeedError
from producers.entry import Entry

SELECTOR_DRIFT = "selector-drift"  # the reason of a page that has content in which a selector matches nothing


@dataclass(frozen=True, slots=True)
class Document:
    """Before anybody has read it. `address` is where it was found in the end, after redirects."""

    body: bytes
    content_type: str
    address: str


@dataclass(frozen=True, slots=True)
class Listing:
    """`problem` is a reason and its words where only a part could be read. `more` are further addresses of the same
    source, most recent first: the maps of an index, the next page."""

    entries: tuple[Entry, ...]
    problem: FeedError | None = None
    more: tuple[str, ...] = ()
