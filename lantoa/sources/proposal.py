"""Proposes selectors for a page that lists pieces: the repeated block with a link, a title and usually a date."""

import re
from collections import defaultdict
from collections.abc import Callable
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from config.selectors import ListingSelectors
from producers.http.address import host_of
from producers.item.address_spelling import absolute
from producers.parse.article.html_page import open_page
from producers.parse.documents import FetchedDocument

LEAST = 4  # least repetitions of a list
SHORTEST = 20  # least letters of a title
# Typical of an article's path, not of a section's.
PIECE = re.compile(r"\d{4,}|\.html?$|\.aspx$|/[^/]+(?:-[^/]+){4,}")
NAME = re.compile(r"^[a-z][\w-]*$", re.I)  # a class that is the same whenever the page is rendered
DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b|\b\d{4}-\d{2}-\d{2}\b")
NEXT = re.compile(
    r"^(?:trang sau|trang kế|trang tiếp|tiếp(?: theo)?|xem thêm|sau|next|older|[»›>]+)\s*[»›>]*$", re.I
)


def propose(document: FetchedDocument) -> ListingSelectors | None:
    """Returns None if no block is repeated often enough. Raises PageError."""
    soup = BeautifulSoup(open_page(document.body, document.content_type, document.address).html, "lxml")
    groups: defaultdict[str, dict[str, Tag]] = defaultdict(dict)
    for link in soup.find_all("a", href=True):
        address = absolute(document.address, str(link["href"]))
        if address and _is_piece(link, address, document.address) and (item := _item(link)):
            groups[_selector(item)].setdefault(address, item)
    selector, items = max(groups.items(), key=lambda group: _weight(group[1]), default=("", {}))
    if len(items) < LEAST:
        return None
    blocks = list(items.values())
    link_selector = _inner(blocks, _title_link)
    return ListingSelectors(
        item=selector,
        link=link_selector or "a[href]",
        date=_inner(blocks, _date),
        lead=_inner(blocks, _lead),
        next=_next(soup),
    )


def _is_piece(link: Tag, address: str, here: str) -> bool:
    if host_of(address) != host_of(here) or len(link.get_text(" ", strip=True)) < SHORTEST:
        return False
    return _names_a_piece(address)


def _item(link: Tag) -> Tag | None:
    """Returns the largest block around the link that has no link to another piece."""
    item: Tag | None = None
    for holder in link.parents:
        if holder.name in {"body", "html", "[document]"} or len(_targets(holder)) > 1:
            break
        item = holder
    return item


def _targets(holder: Tag) -> set[str]:
    return {
        str(link["href"]).partition("#")[0] for link in holder.find_all("a", href=True) if _leads_on(link)
    }


def _leads_on(link: Tag) -> bool:
    """Says whether the link is to a piece. Links to sections, authors and comments are within the block of a piece."""
    return _names_a_piece(str(link["href"]))


def _names_a_piece(address: str) -> bool:
    try:
        return bool(PIECE.search(urlsplit(address).path.rstrip("/")))
    except ValueError:  # an invalid address such as http://[x
        return False


def _selector(element: Tag) -> str:
    """Joins the element's name and classes with those of its parent: `ul.list > li`."""
    holder = element.parent
    own = _own(element)
    if "." in own or holder is None or holder.name == "[document]":
        return own
    return f"{_own(holder)} > {own}"


def _own(element: Tag) -> str:
    classes = [name for name in element.get_attribute_list("class") if name and NAME.match(str(name))]
    return element.name + "".join(f".{name}" for name in classes[:2])


def _weight(items: dict[str, Tag]) -> tuple[int, int]:
    """Prefers lists with dates or leads, because a box of the most read pieces has neither."""
    full = sum(bool(_date(item) or _lead(item)) for item in items.values())
    return (len(items) if len(items) >= LEAST else 0) + 2 * full, len(items)


def _inner(blocks: list[Tag], find: Callable[[Tag], Tag | None]) -> str | None:
    """Returns a selector within an item that matches what `find` finds in most of them."""
    found = [element for block in blocks if (element := find(block)) is not None]
    if 2 * len(found) < len(blocks):
        return None
    written = [
        _selector(element) if all(element.parent is not block for block in blocks) else _own(element)
        for element in found
    ]
    return max(set(written), key=written.count)


def _title_link(block: Tag) -> Tag | None:
    """Returns the link with words, because the link of a picture comes before it."""
    links = [
        link for link in block.find_all("a", href=True) if len(link.get_text(" ", strip=True)) >= SHORTEST
    ]
    return links[0] if links else None


def _date(block: Tag) -> Tag | None:
    """Returns the innermost element that contains a date and little else."""
    found = [block.find("time"), *(text.parent for text in block.find_all(string=DATE))]
    return next((each for each in found if each is not None and each.name != "a" and each is not block), None)


def _lead(block: Tag) -> Tag | None:
    """Returns the longest text outside links and dates."""
    texts = [
        each
        for each in block.find_all(["p", "div", "span"])
        if not each.find(["a", "div", "p", "time"]) and len(each.get_text(strip=True)) > 2 * SHORTEST
    ]
    return max(texts, key=lambda each: len(each.get_text()), default=None)


def _next(soup: BeautifulSoup) -> str | None:
    if soup.select_one("a[rel~=next]"):
        return "a[rel~=next]"
    for link in soup.find_all("a", href=True):
        if NEXT.match(link.get_text(" ", strip=True)) and "." in _own(link):
            return _own(link)
    return None
