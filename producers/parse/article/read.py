"""Reads an article from the bytes of a page: by the outlet's selectors, then JSON-LD, then trafilatura."""

from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from config.errors import PageError
from config.selectors import Selectors
from producers.html_to_text import plain_text, text_of
from producers.parse.article.canonical import canonical_of
from producers.parse.article.extracted import extract
from producers.parse.article.further import further_parts
from producers.parse.article.html_page import Page, fragment, open_page
from producers.parse.article.json_ld import JsonLdArticle, read_json_ld
from producers.parse.article.links import has_many_teasers
from producers.parse.article.meta import lead_of, one_line_of, parts_of_meta, says_article, title_element
from producers.parse.article.own import PageSigns, check_read, refusal
from producers.parse.article.page_article import ExpectedPiece, PageArticle, Problem, ServedBy
from producers.parse.article.parts import Parts
from producers.parse.article.prune import prune
from producers.parse.article.selected import select
from producers.parse.article.stripped import without_lines, without_opening

SHORT = 400  # characters; a list may have this much text that looks like an article's


def read_article(
    body: bytes,
    content_type: str,
    address: str,
    selectors: Selectors | None,
    asked: ExpectedPiece | None = None,
) -> PageArticle:
    """Raises PageError: empty, not-html, wrong-encoding, no-text, extractor-failed; where `asked` states the expected
    piece, also redirected-home, not-found, consent, challenge and unrelated."""
    page = open_page(body, content_type, address)
    further = further_parts(page.tree, asked.part_of if asked and asked.part_of else address)
    if asked is None:
        return replace(_read(page, selectors), further=further)
    shown = PageSigns(page.tree, page.html, address)
    if reason := shown.moved(asked):
        raise refusal(reason, address)
    try:
        article = _read(page, selectors)
    except PageError as error:
        if error.reason == "no-text" and (reason := shown.notice(asked, text_of(page.tree))):
            raise refusal(reason, address) from error
        raise
    check_read(shown, asked, article)
    return replace(article, further=further)


def _read(page: Page, selectors: Selectors | None) -> PageArticle:
    canonical = canonical_of(page.tree, page.address)
    selected, tree = select(page, selectors) if selectors else (Parts(), None)
    title = title_element(page.tree)
    headline = selected.title or (one_line_of(title) if title is not None else "")
    stated = read_json_ld(page.tree, headline)
    parts = selected.filled(stated.parts)
    drifted = selectors is not None and (tree is None or bool(selectors.title and not selected.title))
    if tree is not None and (text := _pruned(tree)):
        found = _Found(text, parts.filled(parts_of_meta(page.tree, title)), "selectors")
    else:
        found = _without_selectors(page, title, stated, parts)
    return replace(_article(found, stated, drifted), canonical=canonical)


@dataclass(frozen=True, slots=True)
class _Found:
    text: str
    parts: Parts
    served_by: ServedBy


def _without_selectors(page: Page, title: HtmlElement | None, stated: JsonLdArticle, parts: Parts) -> _Found:
    is_article = stated.found or says_article(page.tree) or bool(parts.title)
    is_list = not is_article and has_many_teasers(page.tree)
    whole = stated.is_whole
    pruned = prune(page.tree, title, with_lines=whole and not stated.is_markup)
    parts = parts.filled(Parts(lead=lead_of(page.tree))).filled(parts_of_meta(page.tree, title))
    if whole and (text := _stated_body(stated, pruned.taken, page.tree)):
        return _Found(text, parts, "json-ld")
    text = without_opening(
        extract(page.tree if pruned.body is None else pruned.body), parts.title, parts.lead
    )
    if len(text) < SHORT and (is_list or not (is_article or parts.title)):
        what = "is a list of articles" if is_list else "holds no article"
        raise PageError("no-text", f"{page.address} {what}")
    if not text and not (is_article and parts.title and parts.lead):
        raise PageError("no-text", f"{page.address} holds no article")
    return _Found(text, parts, "trafilatura")


def _stated_body(stated: JsonLdArticle, taken: list[str], kept: HtmlElement) -> str:
    if stated.is_markup:
        return _pruned(fragment(stated.body))
    return without_lines(plain_text(stated.body), taken, text_of(kept))


def _pruned(tree: HtmlElement) -> str:
    prune(tree)
    return text_of(tree)


def _article(found: _Found, stated: JsonLdArticle, drifted: bool) -> PageArticle:
    parts = found.parts
    text = without_opening(found.text, parts.title, parts.lead)
    problem: Problem = ""
    if drifted:
        problem = "selector-drift"
    elif stated.behind_wall:
        problem = "paywall"
    elif not text:
        problem = "lead-only"
    return PageArticle(parts.title, parts.lead, text, parts.dates, parts.column, found.served_by, problem)
