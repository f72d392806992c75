"""Removes from a tree everything that is not title, lead or body (domain.md: only these three count)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from producers.parse.article.box_labels import labelled
from producers.parse.article.box_names import is_box
from producers.parse.article.captions import captions
from producers.parse.article.imprints import imprints
from producers.parse.article.kept_elements import HOLDERS, body_element, kept_elements
from producers.parse.article.links import bare_links, teasers

Rule = Callable[[HtmlElement, set[HtmlElement]], Iterable[HtmlElement]]
SCRIPTS = ("script", "style", "noscript", "template", "select", "button", "svg", "textarea", etree.Comment)
FILMS = ("iframe", "object", "video", "audio", "amp-video", "amp-iframe")
AROUND = (
    etree.ProcessingInstruction,
    "nav",
    "aside",
    "footer",
    "menu",
    "dialog",
    "amp-sidebar",
    "amp-ad",
    "amp-consent",
)
NAMED = (
    *HOLDERS,
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "aside",
    "header",
    "a",
    "h2",
    "h3",
    "h4",
    "h5",
    "strong",
    "em",
    "dl",
)


@dataclass(frozen=True, slots=True)
class Pruned:
    """The removed lines, for a text whose boxes were not marked, and the element that holds the body."""

    taken: list[str]
    body: HtmlElement | None


def prune(root: HtmlElement, title: HtmlElement | None = None) -> Pruned:
    """Changes the tree in place."""
    for script in list(root.iter(*SCRIPTS)):
        if script.getparent() is not None:
            script.drop_tree()
    taken = _take_out(root.iter(*AROUND), {root}) + _take_out(imprints(root, {root}), {root})
    kept = kept_elements(root, title)
    rules: tuple[Rule, ...] = (captions, _films, _named, labelled, _other_articles, teasers, bare_links)
    for rule in rules:
        taken += _take_out(rule(root, kept), kept)
    return Pruned(taken, body_element(kept, title))


def _take_out(elements: Iterable[HtmlElement], kept: set[HtmlElement]) -> list[str]:
    lines: list[str] = []
    for element in list(elements):
        if element in kept or element.getparent() is None:
            continue
        lines += [line for text in element.itertext() if (line := " ".join(text.split()))]
        element.drop_tree()
    return lines


def _films(root: HtmlElement, _kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    yield from root.iter(*FILMS)


def _named(root: HtmlElement, _kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    return (element for element in root.iter(*NAMED) if is_box(element))


def _other_articles(root: HtmlElement, kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    """Some pages continue with the next article: yields each <article> or <h1> after the first."""
    first: HtmlElement | None = None
    for element in root.iter("h1", "article"):
        if element in kept:
            first = element if element.tag == "h1" else first
        elif element.tag == "article":
            yield element
        elif first is not None and not _is_subheading(element, kept, first):
            while (parent := element.getparent()) is not None and parent not in kept:
                element = parent
            yield from (element, *(each for each in element.itersiblings() if each not in kept))


def _is_subheading(head: HtmlElement, kept: set[HtmlElement], title: HtmlElement) -> bool:
    """True for a heading between the paragraphs of a body that does not hold the title itself."""
    parent = head.getparent()
    if parent not in kept or parent is title.getparent():
        return False
    return any(each.tag == "p" for each in head.itersiblings(preceding=True))
