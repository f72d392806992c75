"""Finds the captions below pictures and films."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from producers.parse.article.links import letters, words_in

PICTURES = ("img", "picture", "amp-img", "video", "amp-video", "iframe")
CREDIT = re.compile(
    r"(?:^|[\s(\[/–-])(?:ảnh|hình|nguồn|đồ họa|clip|video)(?: minh họa| tư liệu)?\s*[:：]|^\s*\(?ảnh\b", re.I
)
CREDIT_LINE = re.compile(r"\(?ảnh(?: minh họa| tư liệu)?\s*[:：]", re.I)
LONGEST_CREDIT = 60  # letters
CENTRED = re.compile(r"text-align\s*:\s*center", re.I)
LONGEST = 350  # letters of a caption
EMPHASIS = ("em", "i", "small")
KEEPS_TEXT = (".//table", ".//blockquote", ".//p/../p[3]")


def captions(root: HtmlElement, _kept: set[HtmlElement]) -> Iterator[HtmlElement]:
    yield from root.iter("figcaption", "caption", "amp-image-lightbox")
    for figure in root.iter("figure"):
        if not any(figure.find(path) is not None for path in KEEPS_TEXT):
            yield figure
    for table in root.iter("table"):
        if _has_picture(table) and letters(table) <= LONGEST and table.find(".//p/../p[3]") is None:
            yield table
    for picture in root.iter("img"):
        yield from _behind(picture)
    around = {holder for picture in root.iter(*PICTURES) for holder in picture.iterancestors()}
    for element in root.iter("p", "div", "center", "td"):
        if CREDIT_LINE.match(words_in(element).strip()) and letters(element) <= LONGEST_CREDIT:
            yield element
        if element in around and not element.xpath(".//p|.//div|.//table"):
            yield from _below(element)


def _behind(picture: HtmlElement) -> Iterator[HtmlElement]:
    """Yields emphasised text after a picture that is placed between lines of text."""
    element = picture
    while not (element.tail or "").strip() and (element := element.getnext()) is not None:
        if element.tag in EMPHASIS and letters(element) <= LONGEST:
            yield element
        elif element.tag != "br":
            return


def _below(picture: HtmlElement) -> Iterator[HtmlElement]:
    """Yields emphasised text in the picture's own paragraph, or the next paragraph when the picture's has no other
    text."""
    emphasised = [each for each in picture.iter(*EMPHASIS) if letters(each)]
    alone = letters(picture) == sum(letters(each) for each in emphasised)
    if letters(picture) and (alone or CREDIT.search(words_in(picture))) and letters(picture) <= LONGEST:
        yield picture
    elif not letters(picture):
        below = picture.getnext()
        if below is not None and _looks_like_caption(below):
            yield below


def _looks_like_caption(element: HtmlElement) -> bool:
    count = letters(element)
    if not 0 < count <= LONGEST or _has_picture(element):
        return False
    if sum(letters(each) for each in element.iter(*EMPHASIS)) >= count:
        return True
    centred = CENTRED.search(element.get("style") or "") or element.get("align") == "center"
    return bool(centred) or CREDIT.search(words_in(element)) is not None


def _has_picture(element: HtmlElement) -> bool:
    return next(element.iter(*PICTURES), None) is not None
