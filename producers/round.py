"""One source from its first document to its last: each fetched, read, and the pages of what is new in it asked for."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import date

from config.errors import FeedError
from config.programme import Source
from producers.address import stated_ports
from producers.archive import Archive
from producers.desk import Desk
from producers.documents import Listing
from producers.fetch import FEEDS, Fetched, Fetcher, Request
from producers.memory import SourceMemory
from producers.pages import Pages, Told
from producers.readers import Readers
from producers.reading import Piece, Reading
from producers.result import SourceResult

INDEXES = 5  # documents that only name others, which a night reads beside those that the source states
MOST_DOCUMENTS = 10_000  # of a walk: a list whose last page leads to itself under ever new names has no end
LONGEST = 1800.0  # seconds for the pages of one document in one night
OLD_ENOUGH = 2  # documents in a row with nothing of the days that are asked for


class Round:
    """What the sources of one poll share. With `since`, every source is walked back to that day, from where an earlier walk
    was ended."""

    def __init__(
        self,
        fetcher: Fetcher,
        pages: Pages,
        readers: Readers,
        desk: Desk,
        memory: SourceMemory,
        *,
        archive: Archive | None = None,
        since: date | None = None,
        on_document: Callable[[Reading], None],
    ) -> None:
        self._fetcher, self._pages, self._readers = fetcher, pages, readers
        self._desk, self._memory = desk, memory
        self._archive, self._since, self._on_document = archive, since, on_document
        self._one_at_a_time = asyncio.Lock()
        self._outlets: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def fetch(self, source: Source) -> SourceResult:
        first = await self._document(self._desk.request(source), source)
        if not first.error or first.entries:
            await (self._walk_back(first, self._since) if self._since else self._follow(first))
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._desk.close, first)

    async def _follow(self, first: Reading) -> None:
        """As many documents with entries as the source states."""
        ahead, seen, read = list(first.more), {first.fetched.address}, int(not first.is_index)
        most = first.source.pages + INDEXES
        while ahead and read < first.source.pages and len(seen) <= most:
            address = ahead.pop(0)
            if address in seen:
                continue
            seen.add(address)
            reading = await self._further(address, first)
            read += not reading.is_index
            ahead = [*reading.more, *ahead]

    async def _walk_back(self, first: Reading, since: date) -> None:
        source, old = first.source.id, int(_is_old(first, since))
        stood = await asyncio.to_thread(self._memory.ahead, source, since)
        ahead = list(stood or first.more)
        seen = {first.fetched.address}
        while ahead and old < OLD_ENOUGH and len(seen) <= MOST_DOCUMENTS:
            address = ahead[0]
            if address not in seen:
                seen.add(address)
                reading = await self._further(address, first)
                if reading.fetched.failed_on_the_way:
                    return  # the next walk begins here
                if reading.entries:
                    old = old + 1 if _is_old(reading, since) else 0
                ahead[0:1] = reading.more
            else:
                del ahead[0]
            await asyncio.to_thread(self._memory.stand, source, since, ahead)
        await asyncio.to_thread(self._memory.stand, source, since, [])

    async def _further(self, address: str, first: Reading) -> Reading:
        request = Request(address, accept=FEEDS, ports=stated_ports(first.source.url))
        reading = await self._document(request, first.source)
        first.include(reading)
        return reading

    async def _document(self, request: Request, source: Source) -> Reading:
        fetched = await self._fetcher.fetch(request)
        if self._archive:
            await asyncio.to_thread(self._archive.keep, source.id, "document", fetched)
        listing = await self._read(source, fetched)
        async with self._outlets[source.outlet]:  # two of its sources may show one piece
            reading = await asyncio.to_thread(self._desk.open, source, fetched, listing)
            await self._take(reading)
        self._on_document(reading)
        return reading

    async def _read(self, source: Source, fetched: Fetched) -> Listing:
        """Without entries, and with the reason as its problem, where nothing can be read."""
        if fetched.error or fetched.not_modified:
            return Listing(())
        try:
            return await self._readers.aside(self._readers.listing, source, fetched.document)
        except FeedError as error:
            return Listing((), error)

    async def _take(self, reading: Reading) -> None:
        """A host that wants long delays gets no more than its share of the night."""
        clock = asyncio.get_running_loop().time
        ends = float("inf") if self._since else clock() + LONGEST
        for batch, last in reading.batches():
            late = clock() > ends
            told = [] if late else [(piece, await self._tell(piece, reading)) for piece in batch]
            reading.left += sum(bool(piece.shown) for piece in batch) if late else 0
            if told or last:
                async with self._one_at_a_time:
                    await asyncio.to_thread(self._desk.take, reading, told, last=last)

    async def _tell(self, piece: Piece, reading: Reading) -> Told:
        if piece.wants_page:
            return await self._pages.tell(piece.entry, reading.maker, reading.fetched.fetched_at)
        return Told(piece.entry, reading.fetched.fetched_at)


def _is_old(reading: Reading, since: date) -> bool:
    """It shows dated pieces, and all of them are of days before."""
    return reading.newest is not None and reading.newest < since
