"""What a document of a source lists, whichever kind it is of."""

from dataclasses import dataclass
from urllib.parse import urljoin

from config.errors import FeedError
from producers.entry import Entry
from producers.identity import is_address
from producers.plain import clean

MOST_ENTRIES = 2000  # of a feed or a page; a sitemap has its own measure
LONGEST_DATE = 120  # characters


@dataclass(frozen=True, slots=True)
class Listing:
    """`problem` is a reason and its words where only a part could be read. `more` are further addresses of the same
    source, most recent first: the maps of an index, the next page."""

    entries: tuple[Entry, ...]
    problem: FeedError | None = None
    more: tuple[str, ...] = ()


def absolute(base: str, link: str) -> str | None:
    """The address of a page, of whatever length; None for what is none."""
    try:
        url = urljoin(base, clean(link).strip()) if link else ""
    except ValueError:
        return None
    return url if is_address(url) else None


def too_many(found: int, most: int = MOST_ENTRIES) -> FeedError:
    return FeedError("too-many-entries", f"{found} entries, of which the first {most} were taken")
