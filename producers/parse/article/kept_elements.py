"""Finds the elements that hold the article itself, so that no rule about boxes removes it by mistake."""

from collections import defaultdict
from collections.abc import Iterable

from lxml.html import HtmlElement

HOLDERS = ("p", "div", "td", "section", "article", "main", "span", "font", "center", "body")
BOXED = 3  # divides the weight of text in an element that is named like a box: names are wrong at times


def kept_elements(
    root: HtmlElement, title: HtmlElement | None, boxes: Iterable[HtmlElement]
) -> set[HtmlElement]:
    """Returns the title, the element with the most text of its own after it, and all their ancestors. `boxes` are the
    elements that are named like one."""
    kept = {root}
    for element in (title, _main(root, title, boxes)):
        while element is not None and element not in kept:
            kept.add(element)
            element = element.getparent()
    return kept


def body_element(kept: set[HtmlElement], title: HtmlElement | None) -> HtmlElement | None:
    """Returns the largest element around the main text that does not hold the title as well."""
    around = set() if title is None else {title, *title.iterancestors()}
    apart = [each for each in kept if each not in around and each.getparent() in around]
    return apart[0] if apart else None


def _main(root: HtmlElement, title: HtmlElement | None, boxes: Iterable[HtmlElement]) -> HtmlElement | None:
    """Text after the next <h1> belongs to another article, unless there is no other text."""
    scores: dict[HtmlElement, float] = defaultdict(float)
    behind_title, boxed = title is None, _boxed(boxes)
    for element in root.iter("h1", *HOLDERS):
        if element.tag == "h1":
            if element is title:
                behind_title = True
            elif behind_title and scores and title is not None:
                break
            continue
        holder = element.getparent() if element.tag in {"p", "span", "font"} else element
        if behind_title and holder is not None:
            scores[holder] += _own_text(element) / (BOXED if holder in boxed else 1)
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] > 0 else None


def _boxed(boxes: Iterable[HtmlElement]) -> set[HtmlElement]:
    return {inner for element in boxes if element.tag in HOLDERS for inner in element.iter()}


def _own_text(element: HtmlElement) -> int:
    """Counts the letters directly in the element or, in a paragraph, in emphasis within it; those of links do not
    count."""
    own = _length(element.text) + sum(_length(child.tail) for child in element)
    if element.tag != "p":
        return own
    return own + sum(_length(child.text) for child in element.iter("b", "strong", "i", "em"))


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0
