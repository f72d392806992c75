"""Where a site publishes: its feeds and sitemaps, or the list on the page itself."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from urllib.parse import urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup

from config.errors import FetchError, PageError, UsageError
from config.programme import Kind, Programme, Source
from config.settings import Settings
from lantoa.language import _
from lantoa.sources.probe import Probe, probe
from lantoa.sources.proposal import propose
from producers.address import host_of, stated_ports
from producers.article.page import open_page
from producers.fetch import PAGES, Fetched, Fetcher, Request
from producers.identity import is_address
from producers.kinds import Document

FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.I)
FEED = re.compile(r"\.(?:rss|atom)$|/(?:feed|rss|atom)(?:\.xml)?/?$|/rss/.+|rss[^/]*\.xml$", re.I)
FEED_LIST = re.compile(r"/(?:rss|trang-rss|kenh-rss|rss-feeds?|danh-sach-rss)(?:\.\w+)?/?$", re.I)
USUAL_FEEDS = ("/rss", "/feed", "/rss.xml", "/feed.xml", "/rss/home.rss", "/atom.xml")
USUAL_MAPS = ("/sitemap.xml", "/news-sitemap.xml", "/sitemap-news.xml")
MOST = 30  # addresses of one sort that are looked at


class Discovery:
    """Looks at one site, at the pace of its host. `on_look` is told the address that is asked next."""

    def __init__(
        self, fetcher: Fetcher, local: tzinfo, on_look: Callable[[str], None] = lambda _url: None
    ) -> None:
        self._fetcher, self._local, self._on_look = fetcher, local, on_look

    async def find(self, url: str) -> list[Probe]:
        """Those that give entries; feeds before sitemaps, and these before the page's own list. Raises FetchError where
        the address cannot be fetched."""
        first = await self._get(url, url)
        if first.error:
            raise first.error
        for kind in ("feed", "sitemap"):
            itself = await probe(self._fetcher, _source(kind, url), self._local, first)
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
            each = await probe(self._fetcher, _source(kind, address), self._local)
            if each.gives:
                found.append(each)
        return found

    async def _feeds(self, first: Fetched) -> list[str]:
        """Those that the page names, then those of the pages that it calls RSS."""
        soup = _soup(first)
        named = [*_alternates(soup, first.address), *_anchors(soup, first.address, FEED)]
        for address in list(_anchors(soup, first.address, FEED_LIST))[:2]:
            page = await self._get(address, first.url)
            if not page.error:
                named += [*_alternates(_soup(page), page.address), *_anchors(_soup(page), page.address, FEED)]
        return named

    async def _maps(self, first: Fetched, url: str) -> list[str]:
        """Those that robots.txt names, else the usual ones."""
        try:
            rules = await self._fetcher.robots.rules(httpx.URL(first.address), stated_ports(url))
        except FetchError:
            return []
        return list(rules.sitemaps) or list(_paths(first, USUAL_MAPS))

    async def _list(self, first: Fetched, url: str) -> list[Probe]:
        document = Document(first.body, first.headers.get("content-type", ""), first.address)
        try:
            selectors = propose(document)
        except PageError:
            return []
        if selectors is None:
            return []
        source = _source("listing", url).model_copy(update={"listing": selectors})
        found = await probe(self._fetcher, source, self._local, first)
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
            finding = Discovery(fetcher, office.timezone, on_look).find(url)
            return await asyncio.wait_for(finding, seconds)

    try:
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


def _soup(fetched: Fetched) -> BeautifulSoup:
    try:
        page = open_page(fetched.body, fetched.headers.get("content-type", ""), fetched.address)
    except PageError:
        return BeautifulSoup("", "lxml")
    return BeautifulSoup(page.html, "lxml")


def _alternates(soup: BeautifulSoup, address: str) -> Iterator[str]:
    for link in soup.select("link[rel~=alternate][href]"):
        if FEED_TYPE.match(str(link.get("type", ""))):
            yield urljoin(address, str(link["href"]))


def _anchors(soup: BeautifulSoup, address: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Of the same site."""
    for link in soup.select("a[href]"):
        target = urljoin(address, str(link["href"]))
        if host_of(target) == host_of(address) and pattern.search(urlsplit(target).path):
            yield target


def _paths(first: Fetched, paths: Iterable[str]) -> Iterator[str]:
    return (urljoin(first.address, path) for path in paths)
