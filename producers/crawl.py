"""Fetches one source from its first document to its last, with the pages of what is new in each document."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import date

from config.errors import FeedError
from config.programme import Source
from models.store.source_state import SourceStateRepository
from producers.archive import Archive
from producers.document_plan import DocumentPlan, RevisionCandidate
from producers.http.address import stated_ports
from producers.http.fetch import FEEDS, Fetched, Fetcher, Request
from producers.page_fetcher import PageFetcher, PageResult
from producers.parse.documents import Listing
from producers.parse.readers import Readers
from producers.result import SourceResult
from producers.source_ingest import SourceIngest

INDEXES = 5  # index documents that a night reads besides the documents that the source states
# of a backfill: a list whose last page links to itself under ever new names has no end
MOST_DOCUMENTS = 10_000
LONGEST = 1800.0  # seconds for the pages of one document in one night
OLD_ENOUGH = 2  # documents in a row without a piece of the requested days


class Crawl:
    """What the sources of one poll share. With `since`, each source is walked back to that day, from where an earlier
    backfill ended."""

    def __init__(
        self,
        fetcher: Fetcher,
        pages: PageFetcher,
        readers: Readers,
        ingest: SourceIngest,
        store: SourceStateRepository,
        *,
        archive: Archive | None = None,
        since: date | None = None,
        on_document: Callable[[DocumentPlan], None],
    ) -> None:
        self._fetcher, self._pages, self._readers = fetcher, pages, readers
        self._ingest, self._store = ingest, store
        self._archive, self._since, self._on_document = archive, since, on_document
        self._one_at_a_time = asyncio.Lock()
        self._outlets: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def fetch(self, source: Source) -> SourceResult:
        first = await self._document(self._ingest.request(source), source)
        if not first.error or first.entries:
            await (self._walk_back(first, self._since) if self._since else self._follow(first))
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._ingest.finish, first)

    async def _follow(self, first: DocumentPlan) -> None:
        """Reads as many documents with entries as the source states."""
        ahead, seen, read = list(first.more), {first.fetched.address}, int(not first.is_index)
        most = first.source.pages + INDEXES
        while ahead and read < first.source.pages and len(seen) <= most:
            address = ahead.pop(0)
            if address in seen:
                continue
            seen.add(address)
            plan = await self._further(address, first)
            read += not plan.is_index
            ahead = [*plan.more, *ahead]

    async def _walk_back(self, first: DocumentPlan, since: date) -> None:
        source, old = first.source.id, int(_is_old(first, since))
        cursor = await asyncio.to_thread(self._store.cursor, source, since)
        ahead = list(cursor or first.more)
        seen = {first.fetched.address}
        while ahead and old < OLD_ENOUGH and len(seen) <= MOST_DOCUMENTS:
            address = ahead[0]
            if address not in seen:
                seen.add(address)
                plan = await self._further(address, first)
                if plan.fetched.failed_on_the_way:
                    return  # the next backfill begins here
                if plan.entries:
                    old = old + 1 if _is_old(plan, since) else 0
                ahead[0:1] = plan.more
            else:
                del ahead[0]
            await asyncio.to_thread(self._store.save_cursor, source, since, ahead)
        await asyncio.to_thread(self._store.save_cursor, source, since, [])

    async def _further(self, address: str, first: DocumentPlan) -> DocumentPlan:
        request = Request(address, accept=FEEDS, ports=stated_ports(first.source.url))
        plan = await self._document(request, first.source)
        first.include(plan)
        return plan

    async def _document(self, request: Request, source: Source) -> DocumentPlan:
        fetched = await self._fetcher.fetch(request)
        if self._archive:
            await asyncio.to_thread(self._archive.keep, source.id, "document", fetched)
        listing = await self._read(source, fetched)
        async with self._outlets[source.outlet]:  # two sources of an outlet may show the same piece
            plan = await asyncio.to_thread(self._ingest.plan, source, fetched, listing)
            await self._fetch_pages(plan)
        self._on_document(plan)
        return plan

    async def _read(self, source: Source, fetched: Fetched) -> Listing:
        """Returns no entries where nothing can be read, with the reason as the problem."""
        if fetched.error or fetched.not_modified:
            return Listing(())
        try:
            return await self._readers.aside(self._readers.listing, source, fetched.document)
        except FeedError as error:
            return Listing((), error)

    async def _fetch_pages(self, plan: DocumentPlan) -> None:
        """Stops requesting pages after a while, so that a host with long delays gets no more than its share of the
        night."""
        clock = asyncio.get_running_loop().time
        ends = float("inf") if self._since else clock() + LONGEST
        for batch, last in plan.batches():
            late = clock() > ends
            results = (
                [] if late else [(candidate, await self._fetch_page(candidate, plan)) for candidate in batch]
            )
            plan.left += sum(bool(candidate.shown) for candidate in batch) if late else 0
            if results or last:
                async with self._one_at_a_time:
                    await asyncio.to_thread(self._ingest.publish_batch, plan, results, last=last)

    async def _fetch_page(self, candidate: RevisionCandidate, plan: DocumentPlan) -> PageResult:
        if candidate.wants_page:
            return await self._pages.fetch_page(candidate.entry, plan.maker, plan.fetched.fetched_at)
        return PageResult(candidate.entry, plan.fetched.fetched_at)


def _is_old(plan: DocumentPlan, since: date) -> bool:
    """True where the document shows dated pieces, all of them of earlier days."""
    return plan.newest is not None and plan.newest < since
