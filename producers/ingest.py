"""The flow of the producers: each document of a source is read and compared with what was seen; the pages of what is
new are fetched; what is new is published, and only then remembered."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date

from config.errors import FeedError
from config.programme import Source
from producers.archive import Archive
from producers.batches import Ledger, publish_batch
from producers.crawl import Crawl
from producers.diff import dead_names, diff
from producers.document_plan import Counts, DocumentPlan, RevisionCandidate
from producers.http.fetch import Fetched, Fetcher
from producers.item.normalise import normalise
from producers.item.same_text import CandidatePage
from producers.page_fetcher import PageFetcher, PageResult
from producers.parse.documents import Listing
from producers.parse.readers import Readers
from producers.result import SourceResult, finish
from producers.state.source_hints import load_hints

LONGEST = 1800.0  # seconds for the pages of one document in one night


@dataclass(frozen=True, slots=True)
class Ingest:
    """What the sources of one poll share. `since` is the day back to which each source is walked, None for a night."""

    ledger: Ledger
    fetcher: Fetcher
    pages: PageFetcher
    readers: Readers
    archive: Archive | None = None
    since: date | None = None
    on_document: Callable[[DocumentPlan, Counts], None] = lambda _plan, _counts: None
    publishing: asyncio.Lock = field(default_factory=asyncio.Lock)
    outlets: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))


async def ingest_source(source: Source, run: Ingest) -> SourceResult:
    crawl = Crawl(source, run.ledger.store, run.since)
    async with aclosing(crawl.requests()) as requests:
        async for request in requests:
            fetched = await run.fetcher.fetch(request)
            listing = await read(fetched, source, run)
            async with run.outlets[source.outlet]:  # two sources of an outlet may show the same piece
                plan = await asyncio.to_thread(plan_document, source, fetched, listing, run)
                counts = plan.counts
                async for batch, left, last in with_pages(plan, run):
                    async with run.publishing:
                        counts += await asyncio.to_thread(publish_batch, run.ledger, plan, batch, last=last)
                    counts += Counts(left=left)
            crawl.saw(plan, counts)
            run.on_document(plan, counts)
    async with run.publishing:
        return await asyncio.to_thread(
            finish, run.ledger, crawl.first, crawl.total, crawl.error, counts_day=run.since is None
        )


async def read(fetched: Fetched, source: Source, run: Ingest) -> Listing:
    """Returns no entries where nothing can be read, with the reason as the problem."""
    if run.archive:
        await asyncio.to_thread(run.archive.keep, source.id, "document", fetched)
    if fetched.error or fetched.not_modified:
        return Listing(())
    try:
        return await run.readers.aside(run.readers.listing, source, fetched.document)
    except FeedError as error:
        return Listing((), error)


def plan_document(source: Source, fetched: Fetched, listing: Listing, run: Ingest) -> DocumentPlan:
    """Makes items of the entries, and compares them with what was seen."""
    programme, store = run.ledger.programme, run.ledger.store
    outlet, at = programme.outlets[source.outlet], fetched.fetched_at
    hints = load_hints(store, source, outlet, listing.entries)
    found = normalise(listing.entries, source, outlet, programme.timezone, at, hints)
    revisions = {item.id: item.revision for item in found.items}
    seen = store.seen(source.id, revisions, dead_names(found), at)
    return diff(found, seen, fetched, listing, programme, run.since)


async def with_pages(
    plan: DocumentPlan, run: Ingest
) -> AsyncIterator[tuple[Sequence[CandidatePage], int, bool]]:
    """Yields the batches of a document with their pages, how many pieces are left for another night, and whether the
    batch is the last. After a while no more pages are requested, so that a host with long delays gets no more than its
    share of the night."""
    clock, left = asyncio.get_running_loop().time, 0
    ends = float("inf") if run.since else clock() + LONGEST
    for batch, last in plan.batches():
        late = clock() > ends
        pages = [] if late else [(candidate, await page_of(candidate, plan, run)) for candidate in batch]
        left += sum(bool(candidate.shown) for candidate in batch) if late else 0
        if pages or last:
            yield pages, left if last else 0, last


async def page_of(candidate: RevisionCandidate, plan: DocumentPlan, run: Ingest) -> PageResult:
    if candidate.wants_page:
        return await run.pages.fetch_page(candidate.entry, plan.maker, plan.fetched.fetched_at)
    return PageResult(candidate.entry, plan.fetched.fetched_at)
