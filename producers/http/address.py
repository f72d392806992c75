"""Checks the text of an address before it is fetched. The SSRF guard checks where its host name leads."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

import httpx

from config.errors import FetchError
from models.messages.limits import ADDRESS, ADDRESS_BYTES

USUAL_PORTS = frozenset({80, 443})
FORBIDDEN = re.compile(r"[\\\x00-\x1f\x7f]")  # URL parsers disagree about the host after such a character


def checked(text: str, ports: Collection[int] = (), onto: httpx.URL | None = None) -> httpx.URL:
    """Returns the absolute address without its fragment; a relative address is resolved against the page `onto`.
    `ports` are allowed besides 80 and 443. Raises FetchError `bad-address` or `bad-port`."""
    text = text.strip(" \t\r\n")
    if found := FORBIDDEN.search(text):
        raise FetchError("bad-address", f"{text[:100]!r} holds {found[0]!r}, which no address may")
    try:
        url = (onto.join(text) if onto else httpx.URL(text)).copy_with(fragment=None)
        named = "@" in urlsplit(text).netloc or bool(url.userinfo)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError("bad-address", f"{text[:100]!r} is no address: {error}") from error
    if problem := _problem(url, named=named):
        raise FetchError("bad-address", f"{str(url)[:100]!r} {problem}")
    port = url.port if url.port is not None else 80  # or 443: httpx leaves the default port out
    if port not in USUAL_PORTS and port not in ports:
        raise FetchError(
            "bad-port", f"{url.host}:{port} is neither port 80 nor 443 nor one that the source states"
        )
    return url


def stated_ports(url: str) -> tuple[int, ...]:
    """Returns the port that an office wrote into a source's address, so that the pages it links to may use it as
    well."""
    try:
        port = urlsplit(url).port
    except ValueError:
        return ()
    return (port,) if port else ()


def origin_of(url: httpx.URL) -> str:
    """Returns the origin that a robots.txt applies to: `https://bao.example` or `http://bao.example:8080`."""
    return f"{url.scheme}://{url.netloc.decode()}"


def host_of(url: str) -> str:
    """Returns the host name by which requests are paced. www.bao.example and bao.example count as one host."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return url  # there is no host; fetching reports what is wrong with it


def _problem(url: httpx.URL, *, named: bool) -> str:
    if url.scheme not in {"http", "https"}:
        return "is neither http nor https"
    if named:
        return "names a user, which may hide the real host"
    if not url.host.strip(".") or "%" in url.host:
        return "names no host"
    return "" if ADDRESS.allows(str(url)) else f"is longer than {ADDRESS_BYTES} bytes"
