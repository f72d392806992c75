"""What makes a piece itself, whatever its address, feed or revision (counting.md, Identity)."""

import re
import unicodedata
from functools import cache
from hashlib import sha256
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from courlan.clean import TRACKERS_RE

from config.programme import Outlet

LONGEST_ADDRESS = 2048  # characters
ID_DIGITS = 24  # 96 bits: no two pieces of any office meet by chance
MOBILE_PREFIX = re.compile(r"^(?:(?:www|m|amp|mobile)\.)+(?=[^.]+\.)")
DEFAULT_PORT = re.compile(r":(?:80|443)$")
AMP_ENDING = re.compile(r"(?:/amp|\.amp)/*$", re.IGNORECASE)
KEPT_IN_PATH = "/:@!$&'()*+,;=~-._"


def item_id(outlet: Outlet, identity: str) -> str:
    return sha256(f"{outlet.id}\0{identity}".encode()).hexdigest()[:ID_DIGITS]


def identity(
    outlet: Outlet, url: str, guid: str = "", enclosure: str = "", *, shared: bool = False
) -> str | None:
    """`article:<number>`, `url:<address>`, `guid:<guid>` or `enclosure:<address>`; None when nothing tells it.

    A page that several pieces share (`shared`) is nobody's identity, an article's number always is.
    """
    if is_address(url):
        if outlet.article_id and (number := _pattern(outlet.article_id).search(url)):
            return f"article:{number[1]}"
        if not shared:
            return f"url:{canonical(url, outlet)}"
    if guid.strip():
        return f"guid:{guid.strip()}"
    if enclosure.strip():
        return f"enclosure:{canonical(enclosure, outlet) if is_address(enclosure) else enclosure.strip()}"
    return None


def is_address(text: str) -> bool:
    """A web address that something can be fetched from."""
    try:
        parts = urlsplit(text.strip())
        return (
            parts.scheme.lower() in {"http", "https"}
            and bool(parts.hostname)
            and len(text) <= LONGEST_ADDRESS
        )
    except ValueError:
        return False


def canonical(url: str, outlet: Outlet) -> str:
    """Host, path and parameters without what changes from feed to feed; no scheme. Canonical twice is canonical."""
    parts = urlsplit(url.strip())
    return f"{_host(parts, outlet)}{_path(parts.path)}{_query(parts.query, outlet)}"


def _host(parts: SplitResult, outlet: Outlet) -> str:
    host = MOBILE_PREFIX.sub("", DEFAULT_PORT.sub("", parts.netloc.rpartition("@")[2].lower()))
    own = {MOBILE_PREFIX.sub("", name.lower()) for name in outlet.hosts}
    return MOBILE_PREFIX.sub("", outlet.hosts[0].lower()) if host in own else host


def _path(path: str) -> str:
    plain = unicodedata.normalize("NFC", unquote(path, errors="surrogateescape"))
    plain = re.sub(r"/{2,}", "/", plain).rstrip("/")
    plain = AMP_ENDING.sub("", plain).rstrip("/")
    return quote(plain.encode("utf-8", "surrogateescape"), safe=KEPT_IN_PATH)


def _query(query: str, outlet: Outlet) -> str:
    ignored = {name.lower() for name in outlet.ignore_parameters}
    kept = sorted(
        (unicodedata.normalize("NFC", name), unicodedata.normalize("NFC", value))
        for name, value in parse_qsl(query, keep_blank_values=True)
        if name.lower() not in ignored and not TRACKERS_RE.search(name.lower())
    )
    return f"?{urlencode(kept)}" if kept else ""


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
