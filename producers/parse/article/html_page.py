"""Turns bytes into a tree that is bounded in size and depth, whatever the bytes are."""

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import (
    HtmlComment,
    HtmlElement,
    HtmlEntity,
    HTMLParser,
    HtmlProcessingInstruction,
    document_fromstring,
    fragment_fromstring,
)

from config.errors import PageError
from producers.html_to_text import clean
from producers.parse.article.charset import decode_page

LONGEST = 4 << 20  # characters; a long article with its scripts has 500,000
MOST_TAGS = 60_000  # trafilatura's time grows faster than the number of tags
# removes pictures as data, and attributes without an end
LONG_TAG = re.compile(r"<(/?[a-z][a-z0-9]*)\s[^<>]{5000,}>?", re.I)
PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")  # lxml refuses an encoding in a text that is decoded
INLINE = re.compile(r"</?(?:font|span|b|i|u|strong|em|big|small|center|o:p)\b[^<>]*>", re.I)
DEEPEST = 254  # ancestors; lxml stops where tags are nested deeper
TOO_DEEP = etree.XPath(f"boolean({'/*' * (DEEPEST + 1)})")
HTML = re.compile(r"<(?:!doctype html|html|head|body|div|p|article|table|br|h1)\b", re.I)
NOT_HTML = re.compile(
    r"^\s*(?:image|audio|video|font)/|/(?:pdf|zip|json|(?:rss|atom)\+xml|octet-stream|ms)", re.I
)


@dataclass(frozen=True, slots=True)
class Page:
    html: str
    tree: HtmlElement
    address: str


def open_page(body: bytes, content_type: str, address: str) -> Page:
    """Raises PageError: empty, not-html, wrong-encoding, no-text, extractor-failed."""
    if not body.strip():
        raise PageError("empty", "the answer has no content")
    if NOT_HTML.search(content_type):
        raise PageError("not-html", f"its content type is {content_type[:60]}")
    html = _bounded(clean(decode_page(body, content_type)))
    if not HTML.search(html):
        raise PageError("not-html", f"it begins with {html.strip()[:40]!r}")
    try:
        tree = _parsed(html)
    except etree.ParserError as error:
        raise PageError("no-text", f"the page has no elements: {error}") from error
    except etree.LxmlError as error:  # it recovers from everything but a lack of memory
        raise PageError("extractor-failed", f"lxml: {error}") from error
    return Page(html, tree, address)


def fragment(html: str) -> HtmlElement:
    """Wraps a part of a page in a <div> of its own."""
    return fragment_fromstring(html, create_parent="div")


def _parsed(html: str) -> HtmlElement:
    """lxml stops where tags are nested too deep: mostly unclosed <font> tags, which are no loss."""
    tree = document_fromstring(html, parser=_parser())
    return document_fromstring(INLINE.sub("", html), parser=_parser()) if TOO_DEEP(tree) else tree


def _parser() -> HTMLParser:
    """One class for all elements: lxml.html's own choice, with classes for forms, calls Python for each element."""
    parser = HTMLParser()
    parser.set_element_class_lookup(
        etree.ElementDefaultClassLookup(
            element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
        )
    )
    return parser


def _bounded(html: str) -> str:
    html = LONG_TAG.sub(r"<\1>", PROLOG.sub("", html[:LONGEST]))
    if html.count("<") <= MOST_TAGS:
        return html
    end = -1
    for _ in range(MOST_TAGS):
        end = html.find("<", end + 1)
    return html[:end]
