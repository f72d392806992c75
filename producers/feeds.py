"""Bytes of a feed in, its entries out: plain text, addresses, dates as the outlet wrote them."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import feedparser
from bs4 import BeautifulSoup

from config.errors import FeedError
from models.messages import Enclosure

MOST_ENTRIES = 2_000
MARKUP = re.compile(r"<[a-zA-Z/!]")
NOT_TEXT = ("script", "style", "noscript", "iframe")
CONTROLS = dict.fromkeys(
    c for c in range(0x20) if chr(c) not in "\t\n\r"
)  # no database keeps a null character
DATES = ("published", "updated", "created")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its feed gives it; `date` is the outlet's own words."""

    title: str
    lead: str
    text: str
    url: str
    guid: str
    date: str
    enclosures: tuple[Enclosure, ...]
    categories: tuple[str, ...]


def read_feed(body: bytes, url: str, headers: Mapping[str, str]) -> list[Entry]:
    """In the order of the feed. Raises FeedError when the bytes are no feed, or one that broke off before its first
    entry. feedparser's `bozo` is no judge: half of all real feeds are not well-formed."""
    found = feedparser.parse(
        body,
        response_headers={**headers, "content-location": url},
        sanitize_html=False,  # markup is taken out below, for a third of the time
        resolve_relative_uris=False,
    )
    if not found.version and not found.entries:
        raise FeedError("not-a-feed", f"neither RSS nor Atom: {_looks_like(body)}")
    if not found.entries and _broke_off(body):
        raise FeedError("truncated", "the feed ends in the middle, before its first entry")
    return [_entry(raw, url) for raw in found.entries[:MOST_ENTRIES]]


def plain(markup: str) -> str:
    """Text without markup, its white space folded to single spaces."""
    text = markup
    if MARKUP.search(text):
        soup = BeautifulSoup(text, "lxml")
        for element in soup(NOT_TEXT):
            element.decompose()
        text = soup.get_text(" ")
    elif "&" in text:
        text = html.unescape(text)
    return " ".join(text.translate(CONTROLS).split())


def _entry(raw: Any, base: str) -> Entry:
    texts = [content.get("value", "") for content in raw.get("content", [])]
    lead = raw.get("summary", "")
    return Entry(
        title=plain(raw.get("title", "")),
        lead=plain(lead) if lead not in texts else "",
        text=plain(max(texts, key=len)) if texts else "",
        url=_address(raw.get("link", ""), base),
        guid=raw.get("id", ""),
        date=next((raw[name] for name in DATES if raw.get(name)), ""),
        enclosures=tuple(_enclosures(raw, base)),
        categories=tuple(tag.get("term") or "" for tag in raw.get("tags", [])),
    )


def _enclosures(raw: Any, base: str) -> list[Enclosure]:
    found = []
    for one in raw.get("enclosures", []):
        if address := _address(one.get("href") or one.get("url") or "", base):
            length = str(one.get("length") or "")
            found.append(
                Enclosure(
                    url=address, type=one.get("type") or "", length=int(length) if length.isdigit() else None
                )
            )
    return found


def _address(link: str, base: str) -> str:
    tidy = "".join(link.split())
    try:
        return urljoin(base, tidy) if tidy else ""
    except ValueError:
        return ""


def _looks_like(body: bytes) -> str:
    start = body[:2000].lstrip().lower()
    return "a web page" if b"<html" in start or b"<!doctype html" in start else repr(body[:40])


def _broke_off(body: bytes) -> bool:
    tail = body[-2000:].lower()
    return not any(end in tail for end in (b"</rss>", b"</feed>", b"</rdf:rdf>", b"</channel>"))
