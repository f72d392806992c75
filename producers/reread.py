"""What the archive keeps, read again: a better reader's words become revisions, and nothing is fetched.

Only the documents are read on which an item stands today; what was fetched later without an archive is newer than they are.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Engine

from config.errors import PageError
from config.programme import Outlet, Programme, Source
from config.settings import Settings
from models.messages import Item
from models.monotonic_time import not_before
from models.sql import table_of
from models.stored_items import stored_items
from models.tables import ItemRow
from producers.archive import Kept, archive_folder, read_archive
from producers.article.article import NOT_OWN, Asked
from producers.changes import unpublished
from producers.documents import Document
from producers.entry import Entry
from producers.identity import item_id, page_key
from producers.lessons import Known, recall
from producers.memory import Learnt, SourceMemory, open_memory
from producers.normalise import normalise
from producers.pages import with_page
from producers.publish import Publisher, open_publisher
from producers.readers import Readers
from producers.reasons import concerns_all, unexpected
from producers.result import PollResult, SourceResult

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
    """`first`: the day (UTC) from which on the archive is read. Raises BrokerError, LantoaError."""
    chosen = {source.id: source for source in sources}
    with (
        open_memory(settings) as memory,
        open_publisher(settings, bootstrap) as publisher,
        Readers(1) as readers,
    ):
        again = _Again(programme, engine, memory, publisher, readers)
        for kept in read_archive(archive_folder(settings), first):
            if source := chosen.get(kept.source):
                again.read(kept, source)
            on_document()
        return PollResult(tuple(again.results(chosen)), publisher.ends)


class _Again:
    def __init__(
        self,
        programme: Programme,
        engine: Engine,
        memory: SourceMemory,
        publisher: Publisher,
        readers: Readers,
    ) -> None:
        self._programme, self._engine, self._readers = programme, engine, readers
        self._memory, self._publisher = memory, publisher
        self._read: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()

    def read(self, kept: Kept, source: Source) -> None:
        if kept.part == "part":  # of a piece that stands on its first page
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
        publish = unpublished(found, self._memory.items([item.id for item in found]))
        self._publisher.publish(source.id, publish, ())
        self._changed[source.id] += len(publish)
        revisions = {item.id: item.revision for item in publish}
        told = [item.id for item in publish if item.text_from == "page"]
        self._memory.save(source.id, Learnt(items=revisions, told=told))

    def results(self, chosen: Mapping[str, Source]) -> Iterator[SourceResult]:
        for name, documents in self._read.items():
            yield SourceResult(
                chosen[name], "ok", entries=documents, changed=self._changed[name], missing=self._failed[name]
            )

    def _page(self, kept: Kept, source: Source, outlet: Outlet) -> Iterator[Item]:
        for stands in self._standing(self._ids_of(kept, source, outlet)):
            if not _stands_on(stands, kept):
                continue
            kind = kept.headers.get("content-type", "")
            entry = _entry(stands, source)
            asked = Asked(kept.requested, entry.title, entry.lead)
            try:
                article = self._readers.page(kept.body, kind, kept.address, outlet.page, asked)
            except PageError as error:
                if error.reason not in NOT_OWN or stands.text_flag:
                    raise
                missing = {"lead": "", "text_missing": True, "text_reason": error.reason}
                yield self._item(entry.model_copy(update=missing), stands, kept, source, outlet)
                continue
            if not article.further:  # else its text is that of several documents
                yield self._item(with_page(entry, article), stands, kept, source, outlet)

    def _ids_of(self, kept: Kept, source: Source, outlet: Outlet) -> list[str]:
        """What the item of a page may be known by: as identity has it now, or has had it."""
        lessons = recall(self._memory, source, outlet, ()).lessons
        keys = {page_key(outlet, kept.requested, lessons), page_key(outlet, kept.requested)} - {None}
        ids = [item_id(outlet.id, key) for key in keys if key]
        aliases = self._memory.aliases(outlet.id, ids)
        return [*ids, *(item_id(outlet.id, key) for key in aliases.values())]

    def _document(self, kept: Kept, source: Source, outlet: Outlet) -> Iterator[Item]:
        listing = self._readers.listing(
            source, Document(kept.body, kept.headers.get("content-type", ""), kept.address)
        )
        known = recall(self._memory, source, outlet, listing.entries)
        found = normalise(listing.entries, source, outlet, self._programme.timezone, kept.fetched_at, known)
        standing = {item.id: item for item in self._standing([item.id for item in found.items])}
        for shown in found.shown:
            stands = standing.get(shown.item.id)
            if stands and stands.text_from == "feed" and stands.document_at == kept.fetched_at:
                entry = shown.entry.model_copy(
                    update={"text_missing": stands.text_flag is not None, "text_reason": stands.text_reason}
                )
                yield self._item(entry, stands, kept, source, outlet)

    def _item(self, entry: Entry, stands: Item, kept: Kept, source: Source, outlet: Outlet) -> Item:
        """Judged as of the day on which it was fetched; it wins as what was read now."""
        known = Known(order=recall(self._memory, source, outlet, ()).order)
        maker = normalise((), source, outlet, self._programme.timezone, kept.fetched_at, known).maker
        item = maker.item(entry, stands.identity, kept.fetched_at)
        return item.model_copy(update={"fetched_at": not_before(datetime.now(UTC), stands.fetched_at)})

    def _standing(self, ids: Sequence[str]) -> list[Item]:
        with self._engine.connect() as connection:
            found = stored_items(connection, table_of(ItemRow).c.id.in_(ids))
            return [item for batch in found for _row, item in batch]


def _stands_on(stands: Item, kept: Kept) -> bool:
    if stands.text_flag:
        return kept.fetched_at >= stands.fetched_at
    return stands.text_from == "page" and stands.document_at == kept.fetched_at


def _entry(stands: Item, source: Source) -> Entry:
    """What the source said of it, as far as the item still tells."""
    return Entry(
        url=stands.url,
        guid=stands.guid,
        title="" if source.kind in NAMELESS else stands.title,
        lead=stands.lead,
        dates=(stands.date_text,) if stands.date_text else (),
        enclosures=stands.enclosures,
        categories=stands.categories,
    )
