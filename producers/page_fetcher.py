"""Fetches the page behind an entry: paced by its host, read in a process of its own, archived when there is an
archive."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.errors import FetchError, PageError
from config.programme import Outlet
from models.messages.limits import ITEM_BYTES
from producers.archive import Archive, Part
from producers.http.address import host_of, stated_ports
from producers.http.failure_codes import concerns_all, unexpected
from producers.http.fetch import PAGES, Fetched, Fetcher, Request
from producers.item.entry import Entry
from producers.item.normalise import Maker
from producers.parse.article.further import MOST_PARTS, is_same_title, part_number
from producers.parse.article.page_article import ExpectedPiece, PageArticle
from producers.parse.article.same_piece import is_named
from producers.parse.readers import Readers

logger = logging.getLogger(__name__)
MOST_HOST_FAILURES = 3  # failures of a host in a row, after which its other pages are left for another night
ENDINGS = ("…", "...")  # endings of a title that a list has cut


@dataclass(frozen=True, slots=True)
class PageResult:
    """An entry with the text of its page; unchanged and with `error` where the page could not be read. With both a
    text and an error, a later part of the page failed: the text is that of the parts before it. `named` is true where
    the page has the entry's own title."""

    entry: Entry
    fetched_at: datetime
    drifted: bool = False
    rest_seconds: float = 0.0  # how long the host asked us to wait
    error: FetchError | None = None
    named: bool = False
    canonical: str = ""  # the address that the page states as its own


class PageFetcher:
    def __init__(self, fetcher: Fetcher, readers: Readers, archive: Archive | None = None) -> None:
        self._fetcher, self._readers, self._archive = fetcher, readers, archive
        self._failed: Counter[str] = Counter()

    async def fetch_page(self, entry: Entry, maker: Maker, fetched_at: datetime) -> PageResult:
        """Never raises for what a host or a page does. `fetched_at` is the source's, which is used where the page
        fails."""
        try:
            return await self._fetch_entry(entry, maker, fetched_at)
        except Exception as error:
            if concerns_all(error):
                raise
            logger.exception("page.unexpected", extra={"source": maker.source.id, "url": entry.url})
            return without_page(entry, fetched_at, unexpected(error))

    async def _fetch_entry(self, entry: Entry, maker: Maker, fetched_at: datetime) -> PageResult:
        url = entry.url or ""
        host = host_of(url)
        if self._failed[host] >= MOST_HOST_FAILURES:
            error = FetchError(
                "host-failed", f"{MOST_HOST_FAILURES} pages of {host} failed one after the other"
            )
            return without_page(entry, fetched_at, error)
        fetched = await self._fetch(url, maker, "page")
        if fetched.error:
            return without_page(entry, fetched_at, fetched.error, fetched.rest_seconds)
        asked = ExpectedPiece(url, entry.title, entry.lead)
        try:
            article = await self._read(fetched, maker.outlet, asked)
        except PageError as failure:
            return without_page(entry, fetched_at, failure)
        article, broken = await self._whole(article, fetched, maker, asked)
        return PageResult(
            with_page(entry, article),
            fetched.fetched_at,
            article.problem == "selector-drift",
            rest_seconds=broken.rest_seconds if broken else 0.0,
            error=broken.error if broken else None,
            canonical=article.canonical,
            named=not entry.title or is_named(entry.title, [article.title]),
        )

    async def _fetch(self, url: str, maker: Maker, kept_as: Part) -> Fetched:
        fetched = await self._fetcher.fetch(Request(url, accept=PAGES, ports=stated_ports(maker.source.url)))
        host = host_of(url)
        self._failed[host] = self._failed[host] + 1 if fetched.failed_on_the_way else 0
        if self._archive and not fetched.error:
            await asyncio.to_thread(self._archive.keep, maker.source.id, kept_as, fetched)
        return fetched

    async def _read(self, fetched: Fetched, outlet: Outlet, asked: ExpectedPiece) -> PageArticle:
        kind = fetched.headers.get("content-type", "")
        article = await self._readers.aside(
            self._readers.page, fetched.body, kind, fetched.address, outlet.page, asked
        )
        if len(article.text.encode()) > ITEM_BYTES // 2:
            raise PageError("too-large", f"an article of {len(article.text)} characters is none")
        return article

    async def _whole(
        self, first: PageArticle, fetched: Fetched, maker: Maker, asked: ExpectedPiece
    ) -> tuple[PageArticle, Fetched | None]:
        """Adds the text of the piece's further parts; also returns the part that failed on the way. A page that turns
        out to be no part of the piece ends the walk: it is another article, or the first part again."""
        address, parts, read = fetched.address, [first.text], {1}
        ahead = {part_number(address, each, numbered=True): each for each in first.further}
        while len(read) < MOST_PARTS and (
            number := min((n for n in ahead if n and n not in read), default=None)
        ):
            read.add(number)
            part_at = await self._fetch(ahead[number], maker, "part")
            if part_at.failed_on_the_way:
                return _joined(first, parts), part_at
            part = await self._part(part_at, maker.outlet, replace(asked, url=ahead[number], part_of=address))
            text = _unread(part, first, parts) if part else ""
            if part is None or not text:
                break
            parts.append(text)
            ahead |= {part_number(address, each, numbered=True): each for each in part.further}
        return _joined(first, parts), None

    async def _part(self, fetched: Fetched, outlet: Outlet, asked: ExpectedPiece) -> PageArticle | None:
        if fetched.error:
            return None
        try:
            return await self._read(fetched, outlet, asked)
        except PageError as error:
            logger.info("page.no-part", extra={"reason": error.reason, "url": asked.url})
            return None


def with_page(entry: Entry, article: PageArticle) -> Entry:
    """Replaces the source's words by the page's, but keeps the source's title, which is cleaner, unless it is cut
    short."""
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
            "text_reason": "",
        }
    )


def without_page(entry: Entry, at: datetime, error: FetchError, rest_seconds: float = 0.0) -> PageResult:
    missing = entry.model_copy(update={"text_missing": True, "text_reason": error.reason})
    return PageResult(missing, at, rest_seconds=rest_seconds, error=error)


def _unread(part: PageArticle, first: PageArticle, parts: Sequence[str]) -> str:
    """Returns what the part adds, each line once; nothing where its title belongs to another piece."""
    if not is_same_title(first.title, part.title):
        return ""
    known = {line for text in (first.title, first.lead, *parts) for line in text.splitlines()}
    return "\n".join(line for line in part.text.splitlines() if line not in known)


def _joined(first: PageArticle, parts: Sequence[str]) -> PageArticle:
    """Joins the parts as far as a message may carry them."""
    text = "\n".join(each for each in parts if each)
    while len(text.encode()) > ITEM_BYTES // 2:
        *parts, _cut = parts
        text = "\n".join(each for each in parts if each)
    return replace(first, text=text)
