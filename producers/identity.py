"""Which piece an entry is (counting.md, Identity of an item)."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from courlan.clean import TRACKERS_RE

from config.programme import Outlet
from models.limits import ADDRESS, GUID
from producers.entry import Entry

PREFIXES = re.compile(r"^(?:www|m|amp|mobile)\.(?=[^.]+\.)")
ENDINGS = re.compile(r"(?:/amp|\.amp|/)$")
PATH_SAFE = "-._~!$&'()*+,;=:@"


def item_id(outlet_id: str, key: str) -> str:
    return sha256(f"{outlet_id}\0{key}".encode()).hexdigest()[:20]


def page_key(outlet: Outlet, url: str | None) -> str | None:
    """`article:<number>` or `url:<canonical address>`; None for what is not the address of a page of its own."""
    if not url or not ADDRESS.allows(url) or not _has_path(url):
        return None
    if outlet.article_id and (found := re.search(outlet.article_id, _without_trackers(url, outlet))):
        return f"article:{found[1]}"
    return f"url:{canonical_address(url, outlet)}"


def own_key(outlet: Outlet, entry: Entry) -> str | None:
    """`guid:…`, else `enclosure:…`. A guid that is only another spelling of the entry's page is not its own."""
    if entry.guid and GUID.allows(entry.guid) and not _guid_is_page(outlet, entry):
        return f"guid:{entry.guid}"
    address = next((each.url for each in entry.enclosures if ADDRESS.allows(each.url)), None)
    return f"enclosure:{canonical_address(address, outlet)}" if address else None


def shared_pages(outlet: Outlet, entries: Iterable[Entry]) -> set[str]:
    """Keys of pages to which several entries of one feed link, with different guids or enclosures."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        page, own = page_key(outlet, entry.url), own_key(outlet, entry)
        if page and own:
            owners[page].add(own)
    return {page for page, keys in owners.items() if len(keys) > 1}


def identity(outlet: Outlet, entry: Entry, shared: Iterable[str]) -> str | None:
    """None when nothing of the entry tells it from others. `shared` are keys of shared pages."""
    page, own = page_key(outlet, entry.url), own_key(outlet, entry)
    if page is None or page in shared:
        return own
    if own and entry.is_audio and page.startswith("url:") and not _guid_is_page(outlet, entry):
        return own  # an episode: its page may turn out to be the programme's when the next one appears
    return page


def canonical_address(url: str, outlet: Outlet) -> str:
    """Without scheme, and idempotent: https://m.nhandan.vn/a/amp/?utm_source=x#y → nhandan.vn/a."""
    parts = urlsplit(_as_http(url.strip().replace("&amp;", "&")))
    path = "/".join(_normalised(segment) for segment in parts.path.split("/"))
    path = re.sub(r"/{2,}", "/", path)
    while (shorter := ENDINGS.sub("", path)) != path:
        path = shorter
    query = urlencode(sorted(_parameters(parts.query, outlet)), errors="surrogateescape")
    return f"{_host(parts.netloc, outlet)}{path}{'?' if query else ''}{query}"


def is_address(text: str) -> bool:
    """Of a page that a browser opens."""
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _has_path(url: str) -> bool:
    """The front page is nobody's own."""
    if not is_address(url):
        return False
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def _as_http(url: str) -> str:
    return url if "://" in url else f"http://{url}"


def _guid_is_page(outlet: Outlet, entry: Entry) -> bool:
    return is_address(entry.guid) and page_key(outlet, entry.guid) == page_key(outlet, entry.url)


def _without_trackers(url: str, outlet: Outlet) -> str:
    """Otherwise as published: a number inside a tracking parameter is another piece's."""
    parts = urlsplit(url.strip().replace("&amp;", "&"))
    query = urlencode(_parameters(parts.query, outlet), errors="surrogateescape")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _host(netloc: str, outlet: Outlet) -> str:
    host = _plain_host(netloc)
    own = _own_hosts(outlet.hosts)
    return own[0] if host in own else host


@lru_cache(maxsize=256)
def _own_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_plain_host(host) for host in hosts)


def _plain_host(netloc: str) -> str:
    host = unicodedata.normalize("NFC", netloc.rpartition("@")[2].lower())
    host = re.sub(r"\.?(?::(?:80|443)?)?$", "", host)
    while (shorter := PREFIXES.sub("", host)) != host:
        host = shorter
    return host


def _normalised(segment: str) -> str:
    """Percent-encoding in one spelling. Bytes that are not UTF-8 stay the bytes that they are."""
    text = unicodedata.normalize("NFC", unquote(segment, errors="surrogateescape"))
    return quote(text, safe=PATH_SAFE, errors="surrogateescape")


def _parameters(query: str, outlet: Outlet) -> list[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    ignored = {name.lower() for name in outlet.ignore_parameters}
    nfc = ((unicodedata.normalize("NFC", name), unicodedata.normalize("NFC", value)) for name, value in pairs)
    return [(n, v) for n, v in nfc if n.lower() not in ignored and not _is_tracker(n.lower())]


def _is_tracker(name: str) -> bool:
    """By courlan's list, of which only whole words count: its `ga` also finds `gallery`, an article's own number."""
    found = TRACKERS_RE.finditer(name)
    return any(m[0].endswith("_") or re.match(r"(?:id)?(?![a-z])", name[m.end() :]) for m in found)
