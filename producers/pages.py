"""The page behind an entry: fetched at the pace of its host, read in a process of its own, kept when there is an archive."""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from config.errors import FetchError, PageError
from config.programme import Outlet
from models.limits import ITEM_BYTES
from producers.address import host_of, stated_ports
from producers.archive import Archive
from producers.article.article import Article
from producers.entry import Entry
from producers.fetch import PAGES, Fetched, Fetcher, Request
from producers.normalise import Maker
from producers.readers import Readers
from producers.reasons import concerns_all, unexpected

logger = logging.getLogger(__name__)
PATIENCE = 3  # pages of one host that fail on the way, one after the other; the others wait for another night
ENDINGS = ("…", "...")  # of a title that a list has cut


@dataclass(frozen=True, slots=True)
class Told:
    """An entry with what its page says; as it was, with `error`, where that could not be read."""

    entry: Entry
    fetched_at: datetime
    drifted: bool = False
    rest_seconds: float = 0.0  # for which the host wants to be left alone
    error: FetchError | None = None
    canonical: str = ""  # the address that the page says is its own


class Pages:
    def __init__(self, fetcher: Fetcher, readers: Readers, archive: Archive | None = None) -> None:
        self._fetcher, self._readers, self._archive = fetcher, readers, archive
        self._failed: Counter[str] = Counter()

    async def tell(self, entry: Entry, maker: Maker, fetched_at: datetime) -> Told:
        """Never raises for what a host or a page does. `fetched_at` is the source's, which stands where the page fails."""
        try:
            return await self._tell(entry, maker, fetched_at)
        except Exception as error:
            if concerns_all(error):
                raise
            logger.exception("page.unexpected source=%s url=%s", maker.source.id, entry.url)
            return Told(_without_page(entry), fetched_at, error=unexpected(error))

    async def _tell(self, entry: Entry, maker: Maker, fetched_at: datetime) -> Told:
        url = entry.url or ""
        host = host_of(url)
        if self._failed[host] >= PATIENCE:
            error: FetchError = FetchError(
                "host-failed", f"{PATIENCE} pages of {host} failed one after the other"
            )
            return Told(_without_page(entry), fetched_at, error=error)
        fetched = await self._fetcher.fetch(Request(url, accept=PAGES, ports=stated_ports(maker.source.url)))
        self._failed[host] = self._failed[host] + 1 if fetched.failed_on_the_way else 0
        if fetched.error:
            rest = fetched.rest_seconds
            return Told(_without_page(entry), fetched_at, rest_seconds=rest, error=fetched.error)
        if self._archive:
            await asyncio.to_thread(self._archive.keep, maker.source.id, "page", fetched)
        try:
            article = await self._read(fetched, maker.outlet)
        except PageError as failure:
            return Told(_without_page(entry), fetched_at, error=failure)
        drifted = article.problem == "selector-drift"
        return Told(with_page(entry, article), fetched.fetched_at, drifted, canonical=article.canonical)

    async def _read(self, fetched: Fetched, outlet: Outlet) -> Article:
        kind = fetched.headers.get("content-type", "")
        article = await self._readers.aside(
            self._readers.page, fetched.body, kind, fetched.address, outlet.page
        )
        if len(article.text.encode()) > ITEM_BYTES // 2:
            raise PageError("too-large", f"an article of {len(article.text)} characters is none")
        return article


def with_page(entry: Entry, article: Article) -> Entry:
    """The page's words in the place of the source's; the source's title, which is cleaner, unless it is cut short."""
    cut = not entry.title or entry.title.endswith(ENDINGS)
    column = (article.column,) if article.column else ()
    return entry.model_copy(
        update={
            "title": (article.title or entry.title) if cut else entry.title,
            "lead": article.lead or entry.lead,
            "text": article.text or entry.text,
            "dates": tuple(dict.fromkeys((*entry.dates, *article.dates))),
            "categories": tuple(dict.fromkeys((*entry.categories, *column))),
            "served_by": article.served_by,
            "text_missing": False,
        }
    )


def _without_page(entry: Entry) -> Entry:
    return entry.model_copy(update={"text_missing": True})
