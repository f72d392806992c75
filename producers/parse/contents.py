"""The bounds that apply to every kind of source."""

from config.errors import FeedError

MOST_ENTRIES = 2000  # entries of a feed or a page; a sitemap has a bound of its own
LONGEST_DATE = 120  # characters


def too_many(found: int, most: int = MOST_ENTRIES) -> FeedError:
    return FeedError("too-many-entries", f"{found} entries, of which the first {most} were taken")
