"""Finds the parts of a page by the outlet's own selectors."""

from bs4 import BeautifulSoup, Tag
from lxml.html import HtmlElement

from config.selectors import Selectors
from producers.parse.article.element import dates_of, words_of
from producers.parse.article.html_page import Page, fragment
from producers.parse.article.parts import Parts


def select(page: Page, selectors: Selectors) -> tuple[Parts, HtmlElement | None]:
    """Returns the small parts and the tree of the body; empty and None where a selector matches nothing."""
    soup = BeautifulSoup(page.html, "lxml")
    for selector in selectors.drop:
        for element in soup.select(selector):
            element.decompose()
    body = soup.select_one(selectors.body)
    lead = words_of(_first(soup, selectors.lead))
    for each in body.select(selectors.lead)[:1] if body and selectors.lead else ():
        each.decompose()  # a lead within the body is read once
    parts = Parts(
        title=words_of(_first(soup, selectors.title)),
        lead=lead,
        dates=dates_of(_first(soup, selectors.date)),
    )
    return parts, fragment(str(body)) if body else None


def _first(soup: BeautifulSoup, selector: str | None) -> Tag | None:
    return soup.select_one(selector) if selector else None
