"""The documents of one source, in the order in which they are read. What comes next depends on what the last one
showed."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import date

from config.errors import FetchError
from config.programme import Source
from models.store.source_state import Content, SourceStateRepository
from producers.document_plan import Counts, DocumentPlan
from producers.http.address import stated_ports
from producers.http.fetch import FEEDS, Request

INDEXES = 5  # index documents that a night reads besides the documents that the source states
# of a backfill: a list whose last page links to itself under ever new names has no end
MOST_DOCUMENTS = 10_000
OLD_ENOUGH = 2  # documents in a row without a piece of the requested days


class Crawl:
    """Call `saw` after each request of `requests`, when what its document showed has been published and stored; `total`
    and `error` are those of all documents so far, of which only the first and the last are kept. With `since`, the
    source is walked back to that day, from where an earlier backfill ended."""

    def __init__(self, source: Source, store: SourceStateRepository, since: date | None) -> None:
        self._source, self._store, self._since = source, store, since
        self.total = Counts()
        self.error: FetchError | None = None
        self._first: DocumentPlan | None = None
        self._last: tuple[DocumentPlan, Counts] | None = None

    def saw(self, plan: DocumentPlan, counts: Counts) -> None:
        self._first, self._last = self._first or plan, (plan, counts)
        self.total, self.error = self.total + counts, self.error or plan.error

    @property
    def first(self) -> DocumentPlan:
        if self._first is None:
            raise RuntimeError("no document was seen yet")
        return self._first

    async def requests(self) -> AsyncGenerator[Request, None]:
        yield await asyncio.to_thread(first_request, self._source, self._store, self._since)
        first, counts = self._seen()
        if first.error and not counts.entries:
            return
        walk = self._back(first, counts, self._since) if self._since else self._onwards(first)
        async for address in walk:
            yield Request(address, accept=FEEDS, ports=stated_ports(self._source.url))

    async def _onwards(self, first: DocumentPlan) -> AsyncGenerator[str, None]:
        """As many documents with entries as the source states."""
        ahead, seen, read = list(first.more), {first.fetched.address}, int(not first.is_index)
        most = self._source.pages + INDEXES
        while ahead and read < self._source.pages and len(seen) <= most:
            address = ahead.pop(0)
            if address in seen:
                continue
            seen.add(address)
            yield address
            plan, _counts = self._seen()
            read += not plan.is_index
            ahead = [*plan.more, *ahead]

    async def _back(self, first: DocumentPlan, counts: Counts, since: date) -> AsyncGenerator[str, None]:
        old = int(_is_old(counts, since))
        cursor = await asyncio.to_thread(self._store.cursor, self._source.id, since)
        ahead, seen = list(cursor or first.more), {first.fetched.address}
        while ahead and old < OLD_ENOUGH and len(seen) <= MOST_DOCUMENTS:
            address = ahead[0]
            if address not in seen:
                seen.add(address)
                yield address
                plan, counts = self._seen()
                if plan.fetched.failed_on_the_way:
                    return  # the next backfill begins here
                if counts.entries:
                    old = old + 1 if _is_old(counts, since) else 0
                ahead[0:1] = plan.more
            else:
                del ahead[0]
            await asyncio.to_thread(self._store.save_cursor, self._source.id, since, ahead)
        await asyncio.to_thread(self._store.save_cursor, self._source.id, since, [])

    def _seen(self) -> tuple[DocumentPlan, Counts]:
        if self._last is None:
            raise RuntimeError("`saw` was not called for the last request")
        return self._last


def first_request(source: Source, store: SourceStateRepository, since: date | None) -> Request:
    """The request of the source's own address, which asks for what has changed; a backfill reads all of it."""
    last = Content() if since else store.content(source.id, source.url)
    return Request(
        source.url,
        last.etag,
        last.last_modified,
        last.body_hash,
        accept=FEEDS,
        ports=stated_ports(source.url),
    )


def _is_old(counts: Counts, since: date) -> bool:
    """True where the document shows dated pieces, all of them of earlier days."""
    return counts.newest is not None and counts.newest < since
