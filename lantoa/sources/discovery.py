"""Where a site publishes: its feeds and sitemaps, or the list on the page itself."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from urllib.parse import urljoin

import httpx

from config.errors import FetchError, UsageError
from config.programme import Kind, Programme, Source
from config.settings import Settings
from lantoa.language import _
from lantoa.sources.feed_links import FeedLinks, feed_links
from lantoa.sources.probe import Probe, probe
from lantoa.sources.proposal import propose
from producers.address import stated_ports
from producers.fetch import PAGES, Fetched, Fetcher, Request
from producers.identity import is_address
from producers.readers import Readers

USUAL_FEEDS = ("/rss", "/feed", "/rss.xml", "/feed.xml", "/rss/home.rss", "/atom.xml")
USUAL_MAPS = ("/sitemap.xml", "/news-sitemap.xml", "/sitemap-news.xml")
LISTS = 2  # pages that list feeds, which are looked at
MOST = 30  # addresses of one sort that are looked at


class Discovery:
    """Looks at one site, at the pace of its host. `on_look` is told the address that is asked next."""

    def __init__(
        self,
        fetcher: Fetcher,
        readers: Readers,
        local: tzinfo,
        on_look: Callable[[str], None] = lambda _url: None,
    ) -> None:
        self._fetcher, self._readers = fetcher, readers
        self._local, self._on_look = local, on_look

    async def find(self, url: str) -> list[Probe]:
        """Those that give entries; feeds before sitemaps, and these before the page's own list. Raises FetchError where
        the address cannot be fetched."""
        first = await self._get(url, url)
        if first.error:
            raise first.error
        for kind in ("feed", "sitemap"):
            itself = await probe(self._fetcher, self._readers, _source(kind, url), self._local, first)
            if itself.gives:
                return [itself]
        found = await self._look("feed", await self._feeds(first))
        if not found:
            found = await self._look("feed", _paths(first, USUAL_FEEDS))
        found += await self._look("sitemap", await self._maps(first, url))
        return [*found, *await self._list(first, url)]

    async def _get(self, address: str, url: str) -> Fetched:
        self._on_look(address)
        return await self._fetcher.fetch(Request(address, accept=PAGES, ports=stated_ports(url)))

    async def _look(self, kind: Kind, addresses: Iterable[str]) -> list[Probe]:
        found = []
        for address in list(dict.fromkeys(addresses))[:MOST]:
            self._on_look(address)
            each = await probe(self._fetcher, self._readers, _source(kind, address), self._local)
            if each.gives:
                found.append(each)
        return found

    async def _feeds(self, first: Fetched) -> list[str]:
        """Those that the page names, then those of the pages that it calls RSS."""
        found = await self._links(first)
        named = [*found.feeds]
        for address in found.lists[:LISTS]:
            page = await self._get(address, first.url)
            if not page.error:
                named += (await self._links(page)).feeds
        return named

    async def _links(self, page: Fetched) -> FeedLinks:
        """Without any where the page cannot be read."""
        try:
            return await self._readers.aside(self._readers.document, feed_links, page.document)
        except FetchError:
            return FeedLinks()

    async def _maps(self, first: Fetched, url: str) -> list[str]:
        """Those that robots.txt names, else the usual ones."""
        try:
            rules = await self._fetcher.robots.rules(httpx.URL(first.address), stated_ports(url))
        except FetchError:
            return []
        return list(rules.sitemaps) or list(_paths(first, USUAL_MAPS))

    async def _list(self, first: Fetched, url: str) -> list[Probe]:
        try:
            selectors = await self._readers.aside(self._readers.document, propose, first.document)
        except FetchError:
            return []
        if selectors is None:
            return []
        source = _source("listing", url).model_copy(update={"listing": selectors})
        found = await probe(self._fetcher, self._readers, source, self._local, first)
        return [found] if found.gives else []


def discover(
    settings: Settings,
    office: Programme,
    url: str,
    on_look: Callable[[str], None],
    seconds: float | None = None,
) -> list[Probe]:
    """What `Discovery.find` finds. Raises FetchError, also when it takes longer than `seconds`."""

    async def look() -> list[Probe]:
        async with Fetcher(settings, lambda: datetime.now(UTC)) as fetcher:
            finding = Discovery(fetcher, readers, office.timezone, on_look).find(url)
            return await asyncio.wait_for(finding, seconds)

    try:
        with Readers() as readers:
            return asyncio.run(look())
    except TimeoutError as error:
        said = _(
            "the site is slow: not done within {seconds:g} s. Try the address of one feed or column.",
            seconds=seconds,
        )
        raise FetchError("timeout", said) from error


def stated_address(url: str) -> str:
    """With a scheme. Raises UsageError for what is no address of a site."""
    url = url.strip()
    url = url if "://" in url else f"https://{url}"
    if not is_address(url):
        raise UsageError(_("{address!r} is not the address of a site.", address=url))
    return url


def _source(kind: Kind, url: str) -> Source:
    """Without its id, which its outlet decides."""
    return Source.model_construct(id="", kind=kind, url=url)


def _paths(first: Fetched, paths: Iterable[str]) -> Iterator[str]:
    return (urljoin(first.address, path) for path in paths)
