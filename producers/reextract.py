"""Reads the archive again: a better reader's text becomes new revisions, and nothing is fetched.

Only the documents are read from which a current item was made; an item that was fetched later without an archive is
newer than they are.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from config.errors import PageError
from config.programme import Outlet, Programme, Source
from config.settings import Settings
from models.database import Engine
from models.messages.item import Item
from models.messages.monotonic_time import not_before
from models.queries.stored_items import current_items
from models.store.source_state import SourceStateRepository, StateUpdate
from producers.archive import Kept, archive_folder, read_archive
from producers.batches import Ledger, publish_then_remember
from producers.diff import unpublished
from producers.http.failure_codes import concerns_all, unexpected
from producers.item.entry import Entry
from producers.item.identity import item_id, page_key
from producers.item.normalise import Maker, normalise
from producers.page_fetcher import with_page
from producers.parse.article.page_article import NOT_OWN, ExpectedPiece
from producers.parse.documents import FetchedDocument
from producers.parse.readers import Readers
from producers.publish import open_publisher
from producers.result import PollResult, SourceResult
from producers.state.source_hints import load_hints

NAMELESS = frozenset({"sitemap", "listing"})  # kinds whose entries may get their title from the page
logger = logging.getLogger(__name__)


def read_again(
    settings: Settings,
    programme: Programme,
    bootstrap: str,
    sources: Collection[Source],
    engine: Engine,
    first: date | None = None,
    on_document: Callable[[], None] = lambda: None,
) -> PollResult:
    """Reads the archive from the day `first` (UTC) on. Raises BrokerError, LantoaError."""
    chosen = {source.id: source for source in sources}
    with (
        open_publisher(settings, bootstrap) as publisher,
        Readers(1) as readers,
    ):
        again = _Again(Ledger(programme, SourceStateRepository(engine), publisher), engine, readers)
        for kept in read_archive(archive_folder(settings), first):
            if source := chosen.get(kept.source):
                again.read(kept, source)
            on_document()
        return PollResult(tuple(again.results(chosen)), publisher.ends)


class _Again:
    def __init__(self, ledger: Ledger, engine: Engine, readers: Readers) -> None:
        self._ledger, self._engine, self._readers = ledger, engine, readers
        self._programme, self._store = ledger.programme, ledger.store
        self._read: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()

    def read(self, kept: Kept, source: Source) -> None:
        if kept.part == "part":  # the piece's item was made from its first page
            return
        outlet = self._programme.outlets[source.outlet]
        self._read[source.id] += 1
        try:
            found = list((self._page if kept.part == "page" else self._document)(kept, source, outlet))
        except Exception as raised:
            if concerns_all(raised):
                raise
            error = unexpected(raised)
            self._failed[source.id] += 1
            logger.info(
                "archive.unreadable",
                extra={"source": source.id, "reason": error.reason, "url": kept.requested},
            )
            return
        publish = unpublished(found, self._store.items([item.id for item in found]))
        revisions = {item.id: item.revision for item in publish}
        from_pages = [item.id for item in publish if item.text_from == "page"]
        update = StateUpdate(items=revisions, no_longer_pending=from_pages)
        publish_then_remember(self._ledger, source, publish, update)
        self._changed[source.id] += len(publish)

    def results(self, chosen: Mapping[str, Source]) -> Iterator[SourceResult]:
        for name, documents in self._read.items():
            yield SourceResult(
                chosen[name], "ok", entries=documents, changed=self._changed[name], missing=self._failed[name]
            )

    def _page(self, kept: Kept, source: Source, outlet: Outlet) -> Iterator[Item]:
        known = load_hints(self._store, source, outlet, ())
        maker = normalise((), source, outlet, self._programme.timezone, kept.fetched_at, known).maker
        for current in self._current_items(self._ids_of(kept, outlet, known.lessons)):
            if not _was_made_from(current, kept):
                continue
            kind = kept.headers.get("content-type", "")
            entry = _entry(current, source)
            asked = ExpectedPiece(kept.requested, entry.title, entry.lead)
            try:
                article = self._readers.page(kept.body, kind, kept.address, outlet.page, asked)
            except PageError as error:
                if error.reason not in NOT_OWN or current.text_flag:
                    raise
                missing = {"lead": "", "text_missing": True, "text_reason": error.reason}
                yield _made(maker, entry.model_copy(update=missing), current, kept)
                continue
            if not article.further:  # else the item's text comes from several documents
                yield _made(maker, with_page(entry, article), current, kept)

    def _ids_of(self, kept: Kept, outlet: Outlet, lessons: frozenset[str]) -> list[str]:
        """Returns the ids that the item of a page may have, by the present rules of identity and by earlier ones."""
        keys = {page_key(outlet, kept.requested, lessons), page_key(outlet, kept.requested)} - {None}
        ids = [item_id(outlet.id, key) for key in keys if key]
        aliases = self._store.aliases(outlet.id, ids)
        return [*ids, *(item_id(outlet.id, key) for key in aliases.values())]

    def _document(self, kept: Kept, source: Source, outlet: Outlet) -> Iterator[Item]:
        listing = self._readers.listing(
            source, FetchedDocument(kept.body, kept.headers.get("content-type", ""), kept.address)
        )
        known = load_hints(self._store, source, outlet, listing.entries)
        found = normalise(listing.entries, source, outlet, self._programme.timezone, kept.fetched_at, known)
        current_items = {item.id: item for item in self._current_items([item.id for item in found.items])}
        for shown in found.shown:
            current = current_items.get(shown.item.id)
            if current and current.text_from == "feed" and current.document_at == kept.fetched_at:
                entry = shown.entry.model_copy(
                    update={"text_missing": current.text_flag is not None, "text_reason": current.text_reason}
                )
                yield _made(found.maker, entry, current, kept)

    def _current_items(self, ids: Sequence[str]) -> list[Item]:
        with self._engine.connect() as connection:
            return current_items(connection, ids)


def _made(maker: Maker, entry: Entry, current: Item, kept: Kept) -> Item:
    """Makes the item as of the day on which it was fetched; it wins because it was read now."""
    item = maker.item(entry, current.identity, kept.fetched_at)
    return item.model_copy(update={"fetched_at": not_before(datetime.now(UTC), current.fetched_at)})


def _was_made_from(current: Item, kept: Kept) -> bool:
    if current.text_flag:
        return kept.fetched_at >= current.fetched_at
    return current.text_from == "page" and current.document_at == kept.fetched_at


def _entry(current: Item, source: Source) -> Entry:
    """Returns what the source stated about the item, as far as the item holds it."""
    return Entry(
        url=current.url,
        guid=current.guid,
        title="" if source.kind in NAMELESS else current.title,
        lead=current.lead,
        dates=(current.date_text,) if current.date_text else (),
        enclosures=current.enclosures,
        categories=current.categories,
    )
