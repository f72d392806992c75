"""The feeds that a page names, and the pages on which it lists them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from producers.address import host_of
from producers.article.page import open_page
from producers.documents import Document

FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.I)
FEED = re.compile(r"\.(?:rss|atom)$|/(?:feed|rss|atom)(?:\.xml)?/?$|/rss/.+|rss[^/]*\.xml$", re.I)
FEED_LIST = re.compile(r"/(?:rss|trang-rss|kenh-rss|rss-feeds?|danh-sach-rss)(?:\.\w+)?/?$", re.I)
LONGEST = 2048  # characters of an address


@dataclass(frozen=True, slots=True)
class FeedLinks:
    feeds: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def feed_links(document: Document) -> FeedLinks:
    """Raises PageError."""
    page = open_page(document.body, document.content_type, document.address)
    soup = BeautifulSoup(page.html, "lxml")
    feeds = [*_alternates(soup, page.address), *_anchors(soup, page.address, FEED)]
    return FeedLinks(tuple(dict.fromkeys(feeds)), tuple(_anchors(soup, page.address, FEED_LIST)))


def _alternates(soup: BeautifulSoup, address: str) -> Iterator[str]:
    for link in soup.select("link[rel~=alternate][href]"):
        if FEED_TYPE.match(str(link.get("type", ""))) and (target := _target(address, str(link["href"]))):
            yield target


def _anchors(soup: BeautifulSoup, address: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Of the same site."""
    for link in soup.select("a[href]"):
        target = _target(address, str(link["href"]))
        if target and host_of(target) == host_of(address) and pattern.search(urlsplit(target).path):
            yield target


def _target(address: str, link: str) -> str:
    """Empty for what is no address, or one that is too long."""
    try:
        target = urljoin(address, link) if len(link) <= LONGEST else ""
        return target if urlsplit(target).path is not None else ""
    except ValueError:
        return ""
