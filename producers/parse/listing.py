"""Reads a page that lists pieces, by the CSS selectors that the office states."""

from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup, Tag

from config.errors import FeedError, PageError
from config.programme import Source
from config.selectors import ListingSelectors, parted
from producers.html_to_text import text_of
from producers.item.address_spelling import absolute
from producers.item.entry import Entry
from producers.parse.article.element import attribute_of, dates_of, words_of
from producers.parse.article.html_page import open_page
from producers.parse.contents import LONGEST_DATE, MOST_ENTRIES, too_many
from producers.parse.documents import SELECTOR_DRIFT, FetchedDocument, Listing


def read_listing(source: Source, document: FetchedDocument) -> Listing:
    """Raises FeedError: empty, not-html, wrong-encoding, no-text. A selector that matches nothing is the problem
    `selector-drift`."""
    if source.listing is None:
        raise FeedError("no-selectors", f"source {source.id} states no `listing: {{item: …, link: …}}`")
    try:
        page = open_page(document.body, document.content_type, document.address)
    except PageError as error:
        raise FeedError(error.reason, str(error)) from error
    if not text_of(page.tree):
        raise FeedError("no-text", "the page shows nothing: scripts may fill it")
    return _listing(BeautifulSoup(page.html, "lxml"), source.listing, document.address)


def _listing(soup: BeautifulSoup, selectors: ListingSelectors, address: str) -> Listing:
    base = _address(soup, "base[href]", address) or address
    items = soup.select(selectors.item)
    entries = _each_once(_entries(items[:MOST_ENTRIES], selectors, base))
    further = _address(soup, selectors.next, base) if selectors.next else None
    problem = too_many(len(items)) if len(items) > MOST_ENTRIES else _drift(len(items), entries, selectors)
    return Listing(entries, problem, (further,) if further and further != address else ())


def _entries(items: Iterable[Tag], selectors: ListingSelectors, base: str) -> Iterator[Entry]:
    for item in items:
        if url := _address(item, selectors.link, base):
            yield Entry(
                url=url,
                title=_text(item, selectors.title or parted(selectors.link)[0]),
                lead=_text(item, selectors.lead) if selectors.lead else "",
                dates=tuple(_dates(item, selectors.date)) if selectors.date else (),
            )


def _each_once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Merges repetitions: a picture links to the same page as the words beside it."""
    found: dict[str | None, Entry] = {}
    for entry in entries:
        known = found.get(entry.url)
        if known is None or (entry.title and not known.title):
            found[entry.url] = entry
    return tuple(found.values())


def _drift(items: int, entries: tuple[Entry, ...], selectors: ListingSelectors) -> FeedError | None:
    if not items:
        return FeedError(
            SELECTOR_DRIFT, f"the page has content, and `item: {selectors.item}` matches nothing"
        )
    given = {"link": bool(entries), "title": any(entry.title for entry in entries)}
    given["date"] = any(entry.dates for entry in entries) or not selectors.date
    lost = next((name for name, is_given in given.items() if not is_given), None)
    return FeedError(SELECTOR_DRIFT, f"`{lost}` matches nothing in {items} items") if lost else None


def _element(inside: Tag, stated: str) -> tuple[Tag | None, str]:
    """Returns the element that a selector finds, and the attribute that it names; without a selector, `inside`
    itself."""
    selector, attribute = parted(stated)
    return inside.select_one(selector) if selector else inside, attribute


def _address(inside: Tag, stated: str, base: str) -> str | None:
    element, attribute = _element(inside, stated)
    return absolute(base, attribute_of(element, attribute or "href")) if element is not None else None


def _text(inside: Tag, stated: str) -> str:
    element, attribute = _element(inside, stated)
    if element is None or not attribute:
        return words_of(element)
    return " ".join(attribute_of(element, attribute).split())


def _dates(inside: Tag, stated: str) -> Iterator[str]:
    element, attribute = _element(inside, stated)
    if element is not None and attribute:
        found: tuple[str, ...] = (attribute_of(element, attribute),)
    else:
        found = dates_of(element)
    yield from (" ".join(date.split())[:LONGEST_DATE] for date in found if date)
