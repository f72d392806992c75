"""What every kind of source bounds, and how it makes addresses."""

from urllib.parse import urljoin

from config.errors import FeedError
from producers.identity import is_address
from producers.plain import clean

MOST_ENTRIES = 2000  # of a feed or a page; a sitemap has its own measure
LONGEST_DATE = 120  # characters


def absolute(base: str, link: str) -> str | None:
    """The address of a page, of whatever length; None for what is none."""
    try:
        url = urljoin(base, clean(link).strip()) if link else ""
    except ValueError:
        return None
    return url if is_address(url) else None


def too_many(found: int, most: int = MOST_ENTRIES) -> FeedError:
    return FeedError("too-many-entries", f"{found} entries, of which the first {most} were taken")
