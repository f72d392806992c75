"""Kinds of sources: each reads a document of its own form, and all of them give entries."""

from collections.abc import Callable, Mapping

from config.programme import Kind, Source
from producers.documents import Document, Listing
from producers.kinds.feed import read_feed
from producers.kinds.listing import read_listing
from producers.kinds.podcast import read_podcast
from producers.kinds.sitemap import read_sitemap

__all__ = ["Document", "Listing", "read"]

Reader = Callable[[Source, Document], Listing]


def read(source: Source, document: Document) -> Listing:
    """Raises FeedError with a stable reason when nothing of the document can be read as the source's kind."""
    return READERS[source.kind](source, document)


READERS: Mapping[Kind, Reader] = {
    "feed": read_feed,
    "podcast": read_podcast,
    "sitemap": read_sitemap,
    "listing": read_listing,
}
