"""The parts of a page that the outlet's own selectors name."""

from bs4 import BeautifulSoup, Tag
from lxml.html import HtmlElement

from config.programme import Selectors
from producers.article.page import Page, fragment
from producers.article.parts import Parts
from producers.plain import one_line


def select(page: Page, selectors: Selectors) -> tuple[Parts, HtmlElement | None]:
    """The small parts and the tree of the body; empty and None where a selector matches nothing."""
    soup = BeautifulSoup(page.html, "lxml")
    for selector in selectors.drop:
        for element in soup.select(selector):
            element.decompose()
    body = soup.select_one(selectors.body)
    lead = _words(soup, selectors.lead)
    for each in body.select(selectors.lead)[:1] if body and selectors.lead else ():
        each.decompose()  # a lead that stands in the body is read once
    parts = Parts(
        title=_words(soup, selectors.title),
        lead=lead,
        dates=_date(soup, selectors.date),
    )
    return parts, fragment(str(body)) if body else None


def _words(soup: BeautifulSoup, selector: str | None) -> str:
    found = soup.select_one(selector) if selector else None
    return one_line(str(found)) if found else ""


def _date(soup: BeautifulSoup, selector: str | None) -> tuple[str, ...]:
    found = soup.select_one(selector) if selector else None
    if found is None:
        return ()
    stated = (_attribute(found, "datetime"), _attribute(found, "content"), found.get_text(" ", strip=True))
    return tuple(dict.fromkeys(text for text in stated if text))


def _attribute(element: Tag, name: str) -> str:
    return str(element.get(name) or "").strip()
