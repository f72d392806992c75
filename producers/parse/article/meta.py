"""Reads title, lead, dates and column from a page's own elements and its <meta>."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from producers.html_to_text import one_line, text_of
from producers.parse.article.json_ld import TEASER
from producers.parse.article.parts import Parts

TITLES = ("og:title", "twitter:title")
LEADS = ("og:description", "description", "twitter:description")
DATES = ("article:published_time", "datepublished", "pubdate", "dc.date.issued", "date")
COLUMNS = ("article:section",)
KINDS = re.compile(r"^(?:article|video|music)", re.I)
LEAD_CLASS = re.compile(r"(?:^|[\s_-])(?:sapo|chapeau|lead|summary|standfirst)(?:$|[\s_-])", re.I)
LEAD_TAGS = ("h2", "h3", "p", "div", "strong")
LONGEST_LEAD = 1200  # characters
SEPARATOR = re.compile(r"(\s+[|\-–—»:]\s+)")
SHORTEST_TITLE = 12  # characters
SHOWN = 60  # letters


def title_element(tree: HtmlElement) -> HtmlElement | None:
    """Returns the <h1> that repeats the title of the page's <meta>; else the only <h1>."""
    heads = [head for head in tree.iter("h1") if one_line_of(head)]
    stated = [_letters(text) for text in (*metas(tree, TITLES), *_texts(tree, "title"))]
    for head in heads:
        if (said := _letters(one_line_of(head))) and any(said in text for text in stated):
            return head
    return heads[0] if heads else None


def parts_of_meta(tree: HtmlElement, title: HtmlElement | None) -> Parts:
    head = one_line_of(title) if title is not None else ""
    shown = "" if head and says_article(tree) else _letters(_visible(tree))
    leads = (text for text in metas(tree, LEADS) if not TEASER.search(text))
    return Parts(
        title=head or _without_site([*metas(tree, TITLES), *_texts(tree, "title")], shown),
        lead=one_line(next((text for text in leads if says_article(tree) or _is_shown(text, shown)), "")),
        dates=tuple(dict.fromkeys((*metas(tree, DATES), *_times(tree)))),
        column=next(iter(metas(tree, COLUMNS)), ""),
    )


def _without_site(titles: list[str], shown: str) -> str:
    """Removes the site's name from "Title - Name of the site": returns the longest beginning that the page shows,
    else all of it."""
    for title in map(one_line, titles):
        parts = SEPARATOR.split(title)
        for end in range(len(parts), 0, -2):
            beginning = "".join(parts[:end])
            if len(beginning) >= SHORTEST_TITLE and _letters(beginning) in shown:
                return beginning
    return next(map(one_line, titles), "")


def _is_shown(lead: str, shown: str) -> bool:
    """True where the page shows the lead: many sites describe themselves in every page's <meta>."""
    beginning = _letters(lead)[:SHOWN]
    return bool(beginning) and beginning in shown


def lead_of(tree: HtmlElement) -> str:
    """Returns the paragraph whose class names it a lead; the tree must be without boxes, which have leads of their
    own."""
    for element in tree.iter(*LEAD_TAGS):
        if (
            LEAD_CLASS.search(f"{element.get('class')} {element.get('id')}")
            or element.get("data-role") == "sapo"
        ):
            text = one_line_of(element)
            if 0 < len(text) <= LONGEST_LEAD and element.find(".//p/../p[2]") is None:
                return text
    return ""


def says_article(tree: HtmlElement) -> bool:
    """True by og:type, or by a date of publication."""
    return any(KINDS.match(kind) for kind in metas(tree, ("og:type",))) or bool(metas(tree, DATES[:1]))


def one_line_of(element: HtmlElement) -> str:
    return " ".join(text_of(element).split())


def metas(tree: HtmlElement, names: tuple[str, ...]) -> list[str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name in names and (content := (meta.get("content") or "").strip()):
            found.setdefault(name, content)
    return [found[name] for name in names if name in found]


def _times(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("time", "span", "div", "meta"):
        if element.tag == "time" or element.get("itemprop") == "datePublished":
            stated = element.get("datetime") or element.get("content") or one_line_of(element)
            if stated.strip():
                yield stated.strip()
                return


def _visible(tree: HtmlElement) -> str:
    body = tree.find("body")
    return text_of(body) if body is not None else ""


def _texts(tree: HtmlElement, tag: str) -> list[str]:
    return [text for element in tree.iter(tag) if (text := (element.text or "").strip())]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
