"""Turns markup into the text that a reader sees, without the boxes around it (domain.md, Vietnamese text)."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, defs, fragment_fromstring

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
OPENING = re.compile(r"<(/?)([a-z][a-z0-9]*(?::[a-z]+)?|!--)?", re.I)
TAGS = defs.tags | {"picture", "frame", "noframes"}
UNFINISHED_TAG = re.compile(r"</?(?:[a-z][^<>]*)?$", re.I)  # a description may be cut off inside a tag
MARKUP = re.compile(r"[<&]")
UNSEEN = {"script", "style", "noscript", "template", "iframe", "figcaption", "select", "button"}
LINE_ENDS = re.compile(r"[\r\n]+")
BREAKS = defs.block_tags | {"br", "li", "td", "th", "tr", "figure", "section", "article", "aside"}


def plain_text(html: str) -> str:
    """Returns one line for each paragraph. Captions and lists of links to other pieces are left out."""
    if not MARKUP.search(html):
        return paragraphs(html)
    tidy = OPENING.sub(_tag_or_text, UNFINISHED_TAG.sub("", clean(html)))
    try:
        root = fragment_fromstring(tidy, create_parent="div")
    except (etree.ParserError, ValueError):
        return paragraphs(re.sub(r"<[^>]*>", " ", tidy))
    return text_of(root)


def text_of(root: HtmlElement) -> str:
    """Returns the text of a tree as a reader sees it, without the tail of its root."""
    if not len(root) and root.tag not in UNSEEN:  # most links and headings
        return paragraphs(_spaced(root.text))
    return paragraphs("".join(_pieces(root)))


def shows_more_than(letters: int, root: HtmlElement) -> bool:
    """True where a reader sees more than so many letters and digits in a tree; does not look further than needed."""
    seen = 0
    for piece in _pieces(root):
        seen += sum(map(str.isalnum, piece))
        if seen > letters:
            return True
    return False


def one_line(html: str) -> str:
    return " ".join(plain_text(html).split())


def paragraphs(text: str) -> str:
    lines = (" ".join(line.split()) for line in clean(text).splitlines())
    return "\n".join(line for line in lines if line)


def clean(text: str) -> str:
    """Removes characters that no database or message can carry."""
    return UNPRINTABLE.sub("", text)


def _tag_or_text(found: re.Match[str]) -> str:
    """Keeps `<` as text where no tag name follows: 5 < 6, <Hoa>. Word's own tags have a prefix: <o:p>."""
    name = (found[2] or "").lower()
    return found[0] if name in TAGS or ":" in name or name == "!--" else f"&lt;{found[0][1:]}"


def _pieces(root: HtmlElement) -> Iterator[str]:
    """Walks without recursion: markup may be nested deeper than Python's stack."""
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            yield "" if hidden else _spaced(element.tail)
            continue
        unseen = element.tag in UNSEEN or _is_related(element)
        hidden += unseen if event == "start" else -unseen
        if hidden and event == "start":
            continue
        if element.tag in BREAKS:
            yield "\n"
        if not hidden and (event == "start" or element is not root):
            yield _spaced(element.text if event == "start" else element.tail)


def _is_related(element: HtmlElement) -> bool:
    """True for a list item that is nothing but a link."""
    if element.tag != "li" or (link := element.find(".//a")) is None:
        return False
    return "".join(element.itertext()).split() == "".join(link.itertext()).split()


def _spaced(text: str | None) -> str:
    """Replaces line ends of the source by spaces: they do not separate paragraphs of the text."""
    return LINE_ENDS.sub(" ", text) if text else ""
