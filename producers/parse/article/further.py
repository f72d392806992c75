"""Finds the further parts of a piece that is served in parts: the same address with the number of a page."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement

from producers.item.address_spelling import absolute
from producers.parse.article.meta import one_line_of
from producers.parse.article.same_piece import letters_of

MOST_PARTS = 10  # parts of a piece, including the first
PARAMETERS = frozenset(
    {"page", "trang", "p", "pg", "paged", "pageno", "page_no", "pageindex", "pagenum", "phan", "part"}
)
MARK = r"(?:page|trang|pg|p|part|phan)"
ENDING = re.compile(r"(?:\.[a-z]{2,5})?/?$", re.I)
MARKED = re.compile(rf"^(?:[/_.,~;-]{MARK}[-_/=]?|[/,])(\d{{1,2}})$", re.I)  # /trang-2, -p2, _page_2, /2
BARE = re.compile(r"^[-_.](\d{1,2})$")  # -2, _2: may also distinguish another piece of the same name
NUMBER = re.compile(r"^(?:trang|page|phan|phần)?\s*(\d{1,2})$", re.I)
ENDS = re.compile(
    r"[\s\-–—|,:(\[]*(?:trang|page|phần)\s*\d{1,2}(?:\s*(?:/|of|trên)\s*\d{1,2})?[)\]\s]*$", re.I
)
SHORT_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
MOST_LINKS = 3_000


def further_parts(tree: HtmlElement, address: str) -> tuple[str, ...]:
    """Returns the parts in the order of their numbers, beginning with the second; empty where `address` is a later
    part itself."""
    found: dict[int, str] = {}
    for link in _links(tree):
        target = (absolute(address, link.get("href") or "") or "").partition("#")[0]
        numeral = NUMBER.match(one_line_of(link)) if link.tag == "a" else None
        number = part_number(address, target, bool(numeral))
        if number and (numeral is None or int(numeral[1]) == number):
            found.setdefault(number, target)
    return tuple(found[number] for number in sorted(found))


def part_number(address: str, target: str, numbered: bool = False) -> int | None:
    """Returns the number of the part, from 2 on; None for an address that is no part of the piece at `address`.
    `numbered` is true where the link's own text is that number."""
    try:
        first, other = urlsplit(address), urlsplit(target)
        is_there = (first.hostname, first.port) == (other.hostname, other.port)
    except ValueError:  # also raised for an invalid port
        return None
    if other.scheme not in {"http", "https"} or not is_there:
        return None
    mine, own = _pages(first.query)
    theirs, number = _pages(other.query)
    if mine != theirs or own not in {None, 1}:
        return None
    if number is None:
        number = _number_in_path(first.path, other.path, numbered)
    elif first.path != other.path:
        return None
    return number if number and number > 1 else None


def is_same_title(first: str, part: str) -> bool:
    """A part repeats the title, with or without its number."""
    return not part or letters_of(ENDS.sub("", part)) == letters_of(ENDS.sub("", first))


def _links(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the links that may name a part: its number has at most two digits."""
    for count, link in enumerate(tree.iter("a", "link")):
        if count >= MOST_LINKS:
            return
        if SHORT_NUMBER.search(link.get("href") or "") and (
            link.tag == "a" or "next" in (link.get("rel") or "").lower().split()
        ):
            yield link


def _pages(query: str) -> tuple[str, int | None]:
    """Returns the parameters without the page's number, and that number."""
    rest, number = [], None
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.lower() in PARAMETERS and value.isdecimal() and len(value) < 3:
            number = int(value)
        else:
            rest.append((name, value))
    return urlencode(sorted(rest)), number


def _number_in_path(first: str, other: str, numbered: bool) -> int | None:
    """Finds the number before the file's extension, or at the end of the path."""
    if first.rstrip("/") == other.rstrip("/") or not first.strip("/"):
        return None
    ending = ENDING.search(first)
    stem = first[: ending.start()] if ending else first
    for begun, end in ((stem, first[len(stem) :].rstrip("/")), (first.rstrip("/"), "")):
        middle = other.rstrip("/")
        if not middle.startswith(begun) or not middle.endswith(end):
            continue
        middle = middle[len(begun) : len(middle) - len(end)]
        if found := MARKED.match(middle) or (BARE.match(middle) if numbered else None):
            return int(found[1])
    return None
