"""Reads the entries of a feed. feedparser parses it, and this module chooses which of its values to trust."""

import re
from io import BytesIO
from urllib.parse import urljoin
from xml.sax import ContentHandler, SAXException, parseString

import feedparser
from feedparser import FeedParserDict

from config.errors import FeedError
from config.programme import Source
from models.messages.item import Enclosure
from models.messages.limits import ADDRESS, CATEGORY
from producers.html_to_text import clean, one_line, plain_text
from producers.item.address_spelling import absolute
from producers.item.entry import Entry
from producers.item.identity import is_address
from producers.parse.contents import LONGEST_DATE, MOST_ENTRIES, too_many
from producers.parse.decode import decode
from producers.parse.documents import FetchedDocument, Listing
from producers.parse.duration import seconds_of
from producers.parse.json_feed import read_json_feed

# characters; feedparser takes fifty times as long for XML that is not well-formed
LARGEST_MALFORMED = 2 << 20
OLDER = ("next", "prev-archive")
CLOSED = re.compile(r"</\s*(?:[\w-]+:)?(?:rss|feed|rdf)\s*>", re.I)
ENTRY_START = re.compile(r"<(?:[\w-]+:)?(?:item|entry)[\s>/]", re.I)
ENTRY_END = re.compile(r"</\s*(?:[\w-]+:)?(?:item|entry)\s*>", re.I)
OPENED = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf)\b", re.I)
HEADERS = {"content-type": "application/xml; charset=utf-8"}  # the text is encoded so before


def read_feed(_source: Source, document: FetchedDocument) -> Listing:
    """Reads RSS, Atom or JSON Feed, by the first character. Raises FeedError: empty, not-a-feed, wrong-encoding,
    malformed."""
    text = decode(document.body, document.content_type).strip()
    if not text:
        raise FeedError("empty", "the answer has no content")
    return read_json_feed(text, document.address) if text[0] == "{" else _read_xml(text, document.address)


def _read_xml(text: str, address: str) -> Listing:
    text, problem = _bounded(*_complete(text))
    if len(text) > LARGEST_MALFORMED and not _is_well_formed(text):
        raise problem or FeedError("malformed", f"{len(text)} characters that are no well-formed XML")
    parsed = _parse(text)
    if not parsed.get("version"):
        raise problem or FeedError("not-a-feed", f"neither RSS nor Atom: it begins with {text[:40]!r}")
    if not parsed.entries:
        raise problem or FeedError("empty", "the feed has no entries")
    home = str(parsed.feed.get("link", ""))
    site = home if is_address(home) else address
    return Listing(tuple(_entry(raw, site) for raw in parsed.entries), problem, _older(parsed.feed, address))


def _complete(text: str) -> tuple[str, FeedError | None]:
    if not OPENED.search(text) or CLOSED.search(text):
        return text, None
    problem = FeedError("truncated", "the feed ends in the middle; its complete entries were taken")
    return text[: max((found.end() for found in ENTRY_END.finditer(text)), default=0)], problem


def _bounded(text: str, problem: FeedError | None) -> tuple[str, FeedError | None]:
    """Cuts the text before it is parsed, to save memory; the tags that were open are closed after the last entry."""
    starts = [found.start() for found in ENTRY_START.finditer(text)]
    if len(starts) <= MOST_ENTRIES:
        return text, problem
    end = max((found.end() for found in ENTRY_END.finditer(text)), default=len(text))
    return text[: starts[MOST_ENTRIES]] + text[end:], too_many(len(starts))


def _parse(text: str) -> FeedParserDict:
    """Passes a stream, because feedparser would open a text that names a file or an address."""
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


def _entry(raw: FeedParserDict, site: str) -> Entry:
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


def _page(raw: FeedParserDict, site: str) -> str | None:
    """FeedBurner's own address hides the page; a guid that is no address is not one. An address that is too long is
    kept: its entry is rejected with a reason."""
    link = clean(raw.get("feedburner_origlink") or raw.get("link") or "").strip()
    if link == raw.get("id", "").strip() and not is_address(link):
        return None
    return absolute(site, link)


def _older(feed: FeedParserDict, address: str) -> tuple[str, ...]:
    """Returns the next page and the archive before it (RFC 5005)."""
    links = [
        (rel, link.get("href", ""))
        for rel in OLDER
        for link in feed.get("links", ())
        if link.get("rel") == rel
    ]
    found = (absolute(address, href) for _, href in links)
    return tuple(dict.fromkeys(url for url in found if url and url != address))


def _dates(raw: FeedParserDict) -> tuple[str, ...]:
    """Returns `published` first. feedparser answers for one name with the other, unless the keys are checked."""
    found = (
        clean(raw[name]).strip()[:LONGEST_DATE] for name in ("published", "updated", "created") if name in raw
    )
    return tuple(dict.fromkeys(date for date in found if date))


def _enclosures(raw: FeedParserDict, site: str) -> list[Enclosure]:
    """The length that an entry states applies to its first enclosure."""
    media = [m for m in raw.get("media_content", ()) if _kind(m) in {"audio", "video"}]
    found: dict[str, Enclosure] = {}
    stated = str(raw.get("itunes_duration") or "")
    for each in [*raw.get("enclosures", ()), *media]:
        url = clean(each.get("href") or each.get("url") or "").strip()
        if address := _joined(site, url):
            kind = each.get("type") or (f"{each['medium']}/*" if each.get("medium") else "")
            seconds = seconds_of(str(each.get("duration") or "") or ("" if found else stated))
            enclosure = Enclosure(
                url=address, type=CATEGORY.cut(clean(kind)), length=_length(each), seconds=seconds
            )
            found.setdefault(address, enclosure)
    return list(found.values())


def _kind(media: FeedParserDict) -> str:
    return str(media.get("medium") or media.get("type", "").partition("/")[0])


def _joined(site: str, url: str) -> str | None:
    try:
        address = urljoin(site, url) if url and ADDRESS.allows(url) else ""
    except ValueError:
        return None
    return address if address and ADDRESS.allows(address) else None


def _length(raw: FeedParserDict) -> int | None:
    stated = str(raw.get("length") or raw.get("filesize") or "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else None
