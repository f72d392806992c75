"""Reads a podcast, a feed of episodes. Each episode is its enclosure, and may have no page of its own."""

from config.errors import FeedError
from config.programme import Source
from producers.parse.documents import FetchedDocument, Listing
from producers.parse.feed import read_feed


def read_podcast(source: Source, document: FetchedDocument) -> Listing:
    """Raises FeedError as a feed does."""
    feed = read_feed(source, document)
    if any(entry.enclosures for entry in feed.entries):
        return feed
    message = f"none of its {len(feed.entries)} entries has an enclosure: state `kind: feed`"
    return Listing(feed.entries, feed.problem or FeedError("not-a-podcast", message), feed.more)
