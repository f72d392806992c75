"""Reads sitemaps and news sitemaps (sitemaps.org), and indexes of them; broken ones as far as possible."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from config.errors import FeedError, FetchError
from config.programme import Source
from producers.html_to_text import clean, one_line
from producers.http.decompress import Body
from producers.item.address_spelling import absolute
from producers.item.dates import EARLIEST
from producers.item.entry import Entry
from producers.parse.contents import LONGEST_DATE, too_many
from producers.parse.decode import decode
from producers.parse.documents import FetchedDocument, Listing

MOST_URLS = 50_000  # the protocol's bound, as is the size
LARGEST = 15 << 20  # bytes, decompressed
GZIP = b"\x1f\x8b"
ROOT = re.compile(r"<(?:[\w-]+:)?(urlset|sitemapindex)\b", re.I)
CLOSED = re.compile(r"</\s*(?:[\w-]+:)?(?:urlset|sitemapindex)\s*>", re.I)
START = re.compile(r"<(?:[\w-]+:)?(?:url|sitemap)[\s>]", re.I)
END = re.compile(r"</\s*(?:[\w-]+:)?(?:url|sitemap)\s*>", re.I)
# A comment is dropped, CDATA is kept, and an ampersand is escaped unless it begins a character reference.
MENDED = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)",
    re.I | re.S,
)

Urls = list[dict[str, str]]


def read_sitemap(_source: Source, document: FetchedDocument) -> Listing:
    """Raises FeedError: empty, not-a-sitemap, wrong-encoding, bad-compression, truncated."""
    body, problem = _inflated(document.body)
    text = MENDED.sub(_mend, clean(decode(body, document.content_type))).strip()
    if not text:
        raise FeedError("empty", "the answer has no content")
    root = ROOT.search(text)
    if not root:
        raise FeedError("not-a-sitemap", f"neither urlset nor sitemapindex: it begins with {text[:40]!r}")
    text, cut = _complete(text)
    urls, stated = list(_urls(text)), len(START.findall(text))
    problem = problem or cut or _loss(len(urls), stated)
    if not urls:
        raise problem or FeedError("empty", "the sitemap has no addresses")
    if root[1].lower() == "sitemapindex":
        return Listing((), problem, _maps(urls, document.address))
    return Listing(tuple(_entries(urls, document.address)), problem)


def _inflated(body: bytes) -> tuple[bytes, FeedError | None]:
    if body.startswith(GZIP):
        inflating = Body("gzip", LARGEST + 1, cut=True)
        try:
            inflating.feed(body)
            body = inflating.finish()
        except FetchError as error:
            raise FeedError(error.reason, str(error)) from error
    if len(body) <= LARGEST:
        return body, None
    return body[:LARGEST], FeedError(
        "too-large", f"more than {LARGEST >> 20} MiB; what stands before was taken"
    )


def _mend(found: re.Match[str]) -> str:
    return {"<!--": "", "&": "&amp;"}.get(found[0][:4], found[0])


def _complete(text: str) -> tuple[str, FeedError | None]:
    """Cuts a torn end off: lxml would turn half an address into a wrong one."""
    if CLOSED.search(text):
        return text, None
    problem = FeedError("truncated", "the sitemap ends in the middle; its complete entries were taken")
    return text[: max((found.end() for found in END.finditer(text)), default=0)], problem


def _urls(text: str) -> Iterator[dict[str, str]]:
    """Yields each <url> or <sitemap> by the local names of its children, whatever the namespaces are."""
    stream = BytesIO(text.encode("utf-8", errors="replace"))
    events: Any = etree.iterparse(
        stream, encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    found = 0
    try:
        for _, element in events:
            if _name(element) in {"url", "sitemap"}:
                found += 1
                yield _parts(element)
                _forget(element)
            if found == MOST_URLS:
                return
    except etree.XMLSyntaxError:
        return  # a broken map is read as far as possible


def _parts(element: Any) -> dict[str, str]:
    """Reads direct children only: the title or the date of a picture or a video is nested deeper, and is not the
    piece's."""
    parts: dict[str, str] = {}
    for child in element:
        for each in child if _name(child) == "news" else (child,):
            parts.setdefault(_name(each), (each.text or "").strip())
    return parts


def _name(element: Any) -> str:
    """Returns the name without a namespace, or without an undeclared prefix."""
    return re.split("[}:]", element.tag)[-1].lower() if isinstance(element.tag, str) else ""


def _forget(element: Any) -> None:
    """Frees an entry and the entries before it. Another element before it may belong to an unclosed entry, and
    stays."""
    element.clear()
    while (before := element.getprevious()) is not None and _name(before) in {"url", "sitemap"}:
        element.getparent().remove(before)


def _loss(found: int, stated: int) -> FeedError | None:
    if stated > MOST_URLS:
        return too_many(stated, MOST_URLS)
    return FeedError("malformed", f"{found} of {stated} entries could be read") if found < stated else None


def _entries(urls: Urls, address: str) -> Iterator[Entry]:
    """Only news sitemaps state a title. The front page, which many maps list, is no piece."""
    for url in urls:
        page = absolute(address, url.get("loc", ""))
        if page is None or not (urlsplit(page).path.strip("/") or urlsplit(page).query):
            continue
        published = url.get("publication_date", "")[:LONGEST_DATE]
        keywords = (word.strip() for word in url.get("keywords", "").split(","))
        yield Entry(
            url=page,
            title=one_line(url.get("title", "")),
            dates=(published,) if published else (),
            modified=url.get("lastmod", "")[:LONGEST_DATE],
            categories=tuple(dict.fromkeys(word for word in keywords if word)),
        )


def _maps(urls: Urls, address: str) -> tuple[str, ...]:
    """Returns the newest first; maps without a date follow in their order."""
    newest = sorted(urls, key=lambda url: _moment(url.get("lastmod", "")), reverse=True)
    found = (absolute(address, url.get("loc", "")) for url in newest)
    return tuple(dict.fromkeys(each for each in found if each and each != address))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC)
    except ValueError:
        return EARLIEST
