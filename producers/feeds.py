"""From the bytes of a feed to its entries; feedparser reads, this module decides what to believe."""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urljoin
from xml.sax import ContentHandler, SAXException, parseString

import feedparser

from config.errors import FeedError
from models.messages import Enclosure
from producers.decode import decode
from producers.entry import Entry
from producers.identity import LONGEST, is_address
from producers.plain import clean, one_line, plain_text

MOST_ENTRIES = 2000
LARGEST_MALFORMED = 2 << 20  # characters: what is not well-formed takes feedparser fifty times as long
LONGEST_DATE = 120  # characters
CLOSED = re.compile(r"</\s*(?:[\w-]+:)?(?:rss|feed|rdf)\s*>", re.I)
ENTRY_START = re.compile(r"<(?:[\w-]+:)?(?:item|entry)[\s>/]", re.I)
ENTRY_END = re.compile(r"</\s*(?:[\w-]+:)?(?:item|entry)\s*>", re.I)
OPENED = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf)\b", re.I)
HEADERS = {"content-type": "application/xml; charset=utf-8"}  # the bytes are made so before


@dataclass(frozen=True, slots=True)
class Feed:
    """`problem` is a reason and its words where only a part could be read."""

    entries: tuple[Entry, ...]
    problem: FeedError | None = None


def read_feed(body: bytes, content_type: str, address: str) -> Feed:
    """`address` is where the feed was found in the end. Raises FeedError: empty, not-a-feed, wrong-encoding."""
    text = decode(body, content_type).strip()
    if not text:
        raise FeedError("empty", "the answer has no content")
    problem = None
    if OPENED.search(text) and not CLOSED.search(text):
        problem = FeedError("truncated", "the feed ends in the middle; its complete entries were taken")
        text = text[: max((found.end() for found in ENTRY_END.finditer(text)), default=0)]
    starts = [found.start() for found in ENTRY_START.finditer(text)]
    if len(starts) > MOST_ENTRIES:  # cut before it is read, for the sake of memory
        message = f"{len(starts)} entries, of which the first {MOST_ENTRIES} were taken"
        problem, text = FeedError("too-many-entries", message), text[: starts[MOST_ENTRIES]]
    if len(text) > LARGEST_MALFORMED and not _is_well_formed(text):
        raise problem or FeedError("malformed", f"{len(text)} characters that are no well-formed XML")
    parsed = _parse(text)
    if not parsed.get("version"):
        raise problem or FeedError("not-a-feed", f"neither RSS nor Atom: it begins with {text[:40]!r}")
    if not parsed.entries:
        raise problem or FeedError("empty", "the feed has no entries")
    home = str(parsed.feed.get("link", ""))
    site = home if is_address(home) else address
    return Feed(tuple(_entry(raw, site) for raw in parsed.entries), problem)


def _parse(text: str) -> Any:
    """A stream, as feedparser would open a file or an address whose name it is given."""
    stream = BytesIO(text.encode("utf-8", errors="replace"))
    return feedparser.parse(
        stream, response_headers=HEADERS, sanitize_html=False, resolve_relative_uris=False
    )


def _is_well_formed(text: str) -> bool:
    text = re.sub(r"^<\?xml[^>]*\?>", "", text)  # it may name the encoding that the bytes had before
    try:
        parseString(text.encode("utf-8", errors="replace"), ContentHandler())  # noqa: S317  # expat limits expansion
    except SAXException:
        return False
    return True


def _entry(raw: Any, site: str) -> Entry:
    description = raw.get("summary", "") if "summary" in raw else ""
    content = "\n".join(part.get("value", "") for part in raw.get("content", ()))
    return Entry(
        url=_page(raw, site),
        guid=clean(raw.get("id", "")).strip(),
        title=one_line(raw.get("title", "")),
        lead="" if description == content else plain_text(description),
        text=plain_text(content),
        dates=_dates(raw),
        enclosures=tuple(_enclosures(raw, site)),
        categories=tuple(dict.fromkeys(clean(tag.get("term") or "").strip() for tag in raw.get("tags", ()))),
    )


def _page(raw: Any, site: str) -> str | None:
    """Absolute. FeedBurner's own address hides the page; a guid that is no address is not one."""
    link = clean(raw.get("feedburner_origlink") or raw.get("link") or "").strip()
    if not link or (link == raw.get("id", "").strip() and not is_address(link)):
        return None
    try:
        url = urljoin(site, link)
    except ValueError:
        return None
    return url if is_address(url) else None  # one that is too long is kept: its entry is rejected by name


def _dates(raw: Any) -> tuple[str, ...]:
    """`published` first. feedparser answers for one name with the other unless it is asked what is there."""
    found = (
        clean(raw[name]).strip()[:LONGEST_DATE] for name in ("published", "updated", "created") if name in raw
    )
    return tuple(dict.fromkeys(date for date in found if date))


def _enclosures(raw: Any, site: str) -> list[Enclosure]:
    media = [m for m in raw.get("media_content", ()) if _kind(m) in {"audio", "video"}]
    found: dict[str, Enclosure] = {}
    for each in [*raw.get("enclosures", ()), *media]:
        url = clean(each.get("href") or each.get("url") or "").strip()
        if address := _joined(site, url):
            kind = each.get("type") or (f"{each['medium']}/*" if each.get("medium") else "")
            found.setdefault(address, Enclosure(url=address, type=clean(kind), length=_length(each)))
    return list(found.values())


def _kind(media: Any) -> str:
    return str(media.get("medium") or media.get("type", "").partition("/")[0])


def _joined(site: str, url: str) -> str | None:
    try:
        return urljoin(site, url) if 0 < len(url) <= LONGEST else None
    except ValueError:
        return None


def _length(raw: Any) -> int | None:
    stated = str(raw.get("length") or raw.get("filesize") or "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else None
