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
    """The removed lines where they were asked for, and the element that holds the body."""

    taken: list[str]
    body: HtmlElement | None


def prune(root: HtmlElement, title: HtmlElement | None = None, *, with_lines: bool = False) -> Pruned:
    """Changes the tree in place. `with_lines` is for a text whose boxes are not marked."""
    lines: list[str] | None = [] if with_lines else None
    etree.strip_elements(root, *SCRIPTS, with_tail=False)
    if lines is not None:
        lines.extend(_lines(root.iter(*AROUND)))
    etree.strip_elements(root, *AROUND, with_tail=False)
    _held = list(root.iter())  # lxml makes an element again each time when it is not held
    _take_out(imprints(root, {root}), {root}, lines)
    boxes = [element for element in root.iter(*NAMED) if is_box(element)]
    kept = kept_elements(root, title, boxes)
    rules: tuple[Rule, ...] = (
        captions,
        _films,
        lambda *_: boxes,
        labelled,
        _other_articles,
        teasers,
        bare_links,
    )
    for rule in rules:
        _take_out(rule(root, kept), kept, lines)
    return Pruned(lines or [], body_element(kept, title))


def _take_out(elements: Iterable[HtmlElement], kept: set[HtmlElement], lines: list[str] | None) -> None:
    out = [each for each in elements if each not in kept]
    if lines is not None:
        lines.extend(_lines(out))
    for element in out:
        if element.getparent() is not None:
            element.drop_tree()


def _lines(elements: Iterable[HtmlElement]) -> Iterator[str]:
    texts = (text for element in elements for text in element.itertext())
    return (line for text in texts if (line := " ".join(text.split())))


def _films(root: HtmlElement, _kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    yield from root.iter(*FILMS)


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
