"""Finds where a site publishes: feeds, sitemaps, or the list on the page itself."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from urllib.parse import urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup

from config.errors import FetchError, UsageError
from config.programme import Programme, Source, SourceKind
from config.settings import Settings
from lantoa.language import _
from lantoa.sources.probe import Probe, probe
from lantoa.sources.proposal import propose
from producers.http.address import host_of, stated_ports
from producers.http.fetch import PAGES, Fetched, Fetcher, Request
from producers.item.identity import is_address
from producers.parse.article.html_page import open_page
from producers.parse.documents import FetchedDocument
from producers.parse.readers import Readers

USUAL_FEEDS = ("/rss", "/feed", "/rss.xml", "/feed.xml", "/rss/home.rss", "/atom.xml")
USUAL_MAPS = ("/sitemap.xml", "/news-sitemap.xml", "/sitemap-news.xml")
LISTS = 2  # pages with lists of feeds that are fetched at most
MOST = 30  # addresses of one sort that are fetched at most
FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.I)
FEED = re.compile(r"\.(?:rss|atom)$|/(?:feed|rss|atom)(?:\.xml)?/?$|/rss/.+|rss[^/]*\.xml$", re.I)
FEED_LIST = re.compile(r"/(?:rss|trang-rss|kenh-rss|rss-feeds?|danh-sach-rss)(?:\.\w+)?/?$", re.I)
LONGEST_ADDRESS = 2048  # most characters of an address


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """The feeds that a page names, and the pages on which it lists feeds."""

    feeds: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


class Discovery:
    """Examines one site at the pace of its host. `on_look` receives the address that is fetched next."""

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
        """Returns the candidates that have entries: feeds, then sitemaps, then the page's own list. Raises FetchError
        if the address cannot be fetched."""
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

    async def _look(self, kind: SourceKind, addresses: Iterable[str]) -> list[Probe]:
        found = []
        for address in list(dict.fromkeys(addresses))[:MOST]:
            self._on_look(address)
            each = await probe(self._fetcher, self._readers, _source(kind, address), self._local)
            if each.gives:
                found.append(each)
        return found

    async def _feeds(self, first: Fetched) -> list[str]:
        """Lists the feeds of this page, then those of the pages that it calls RSS."""
        found = await self._links(first)
        named = [*found.feeds]
        for address in found.lists[:LISTS]:
            page = await self._get(address, first.url)
            if not page.error:
                named += (await self._links(page)).feeds
        return named

    async def _links(self, page: Fetched) -> FeedLinks:
        """Returns no links if the page cannot be parsed."""
        try:
            return await self._readers.aside(self._readers.document, feed_links, page.document)
        except FetchError:
            return FeedLinks()

    async def _maps(self, first: Fetched, url: str) -> list[str]:
        """Lists the sitemaps that robots.txt names, otherwise the usual addresses."""
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
    """Does what `Discovery.find` does. Raises FetchError, also if it takes longer than `seconds`."""

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
    """Adds the scheme. Raises UsageError if it is not the address of a site."""
    url = url.strip()
    url = url if "://" in url else f"https://{url}"
    if not is_address(url):
        raise UsageError(_("{address!r} is not the address of a site.", address=url))
    return url


def _source(kind: SourceKind, url: str) -> Source:
    """Makes a source without an id, which depends on its outlet."""
    return Source.model_construct(id="", kind=kind, url=url)


def _paths(first: Fetched, paths: Iterable[str]) -> Iterator[str]:
    return (urljoin(first.address, path) for path in paths)


def feed_links(document: FetchedDocument) -> FeedLinks:
    """Finds the feeds of a page. Raises PageError."""
    page = open_page(document.body, document.content_type, document.address)
    soup = BeautifulSoup(page.html, "lxml")
    feeds = [*_alternates(soup, page.address), *_anchors(soup, page.address, FEED)]
    return FeedLinks(tuple(dict.fromkeys(feeds)), tuple(_anchors(soup, page.address, FEED_LIST)))


def _alternates(soup: BeautifulSoup, address: str) -> Iterator[str]:
    for link in soup.select("link[rel~=alternate][href]"):
        if FEED_TYPE.match(str(link.get("type", ""))) and (target := _target(address, str(link["href"]))):
            yield target


def _anchors(soup: BeautifulSoup, address: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yields matching links within the same site."""
    for link in soup.select("a[href]"):
        target = _target(address, str(link["href"]))
        if target and host_of(target) == host_of(address) and pattern.search(urlsplit(target).path):
            yield target


def _target(address: str, link: str) -> str:
    """Returns an absolute address, or an empty string if it is invalid or too long."""
    try:
        target = urljoin(address, link) if len(link) <= LONGEST_ADDRESS else ""
        return target if urlsplit(target).path is not None else ""
    except ValueError:
        return ""
