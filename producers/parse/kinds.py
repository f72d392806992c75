"""The kinds of sources: each reads a document in a format of its own, and all of them produce entries."""

from collections.abc import Callable, Mapping

from config.programme import Source, SourceKind
from producers.parse.documents import FetchedDocument, Listing
from producers.parse.feed import read_feed
from producers.parse.listing import read_listing
from producers.parse.podcast import read_podcast
from producers.parse.sitemap import read_sitemap

__all__ = ["FetchedDocument", "Listing", "read"]

Reader = Callable[[Source, FetchedDocument], Listing]


def read(source: Source, document: FetchedDocument) -> Listing:
    """Raises FeedError with a stable code when nothing of the document can be read as the source's kind."""
    return READERS[source.kind](source, document)


READERS: Mapping[SourceKind, Reader] = {
    "feed": read_feed,
    "podcast": read_podcast,
    "sitemap": read_sitemap,
    "listing": read_listing,
}
