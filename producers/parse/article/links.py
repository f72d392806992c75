"""Finds blocks of a page that are links to other pages more than text."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

BLOCKS = (
    "p",
    "div",
    "li",
    "td",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dd",
    "dt",
    "section",
    "ul",
    "ol",
    "blockquote",
)
HEADINGS = ("h2", "h3", "h4", "h5", "h6")
ARROWS = " \t\r\n\xa0>»›►▶•·*+-–—:|"
MOSTLY = 0.9  # share of a block's letters that are in links
MANY_TEASERS = 5
SHORTEST = 12  # letters; a shorter link is a word of the text


def words_in(element: HtmlElement) -> str:
    """Returns all text of an element as it is written, without its tail; lxml's `itertext` takes five times as
    long."""
    return str(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def letters(element: HtmlElement) -> int:
    text = "".join(words_in(element).split())
    return len(text) if text.isalnum() else sum(map(str.isalnum, text))


def linked(element: HtmlElement) -> int:
    """Counts the letters in links that lead to other pages."""
    links = element.iter("a") if element.tag != "a" else iter((element,))
    return sum(letters(link) for link in links if _leads_away(link))


def is_mostly_links(element: HtmlElement, share: float = MOSTLY) -> bool:
    in_links = linked(element)
    return in_links >= SHORTEST and in_links >= share * letters(element)


def has_many_teasers(tree: HtmlElement) -> bool:
    return sum(map(is_mostly_links, tree.iter(*HEADINGS))) >= MANY_TEASERS


def bare_links(root: HtmlElement, _kept: set[HtmlElement]) -> list[HtmlElement]:
    """Yields blocks that consist of links only: `>> Another article`, and lists of them."""
    return [element for element in root.iter(*BLOCKS) if is_mostly_links(element)]


def teasers(root: HtmlElement, kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    """A heading that is a link belongs to another article, and so does the block around it."""
    heads = [head for head in root.iter(*HEADINGS) if is_mostly_links(head)]
    inside = Counter(holder for head in heads for holder in head.iterancestors())
    for head in heads:
        element = head
        while (parent := element.getparent()) is not None and parent not in kept:
            element = parent
            if inside[element] > 1:
                break
        yield element


def _leads_away(link: HtmlElement) -> bool:
    return not (link.get("href") or "#").strip().lower().startswith(("#", "javascript:", "mailto:", "tel:"))
