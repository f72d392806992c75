"""Checks whether a page is the piece's own, or something that a site shows in its place (counting.md, Pages)."""

import re
from collections.abc import Iterator
from itertools import chain
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from config.errors import PageError
from producers.item.address_spelling import absolute
from producers.parse.article.canonical import canonical_links
from producers.parse.article.meta import KINDS, metas, one_line_of
from producers.parse.article.notices import (
    is_hidden_by_script,
    notice_in_text,
    notice_in_titles,
    speaks_of_notices,
)
from producers.parse.article.page_article import NOT_OWN, ExpectedPiece, PageArticle
from producers.parse.article.same_piece import are_unrelated, is_named

HOME = re.compile(
    r"(?:index|home|default|trang-?chu|main|homepage|portal|web|guest|pages|m|mobile|vi|vn|vie|en|vi-vn|en-us|en-gb)(?:\.\w{2,5})?",
    re.I,
)
VIEW = re.compile(
    r"(?:amp|print|in|in-bai|in-tin|mobile|m|full|view|detail|xem|index|(?:page|trang)?-?\d{1,2})(?:\.\w{2,5})?",
    re.I,
)
ENDING = re.compile(r"\.(?:s?html?|aspx?|php\d?|jsp|vnp|chn|epi|vov|tpo|ldo|antd|amp)$", re.I)
# an article's number, not a year or a date
NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?:\d{4})?(?!\d))\d{4,}")
GONE = re.compile(
    r"(?:[a-z]+-)?(?:404|410|error|errors|loi|maintenance|bao-tri|under-construction|not-?found|page-?not-?found|khong-tim-thay(?:-\w+)*|(?:\w+-)*khong-ton-tai)(?:-\w+)?(?:\.\w{2,5})?",
    re.I,
)
WALL = re.compile(
    r"(?:log-?in|sign-?in|dang-?nhap|sso|oauth2?|consent|cookie-?consent|accounts?|subscribe|dang-?ky)(?:\.\w{2,5})?",
    re.I,
)
WALL_HOST = re.compile(r"^(?:consent|login|sso|accounts?|auth|guce|id)\.", re.I)
TESTED = re.compile(r"(?:captcha|challenge|verify|robot-?check|blocked|access-?denied)(?:\.\w{2,5})?", re.I)
LISTS = re.compile(
    r"(?:tags?|tu-khoa|chu-de|search|tim-kiem|category|chuyen-muc|topic|archive|sitemap|so-do-trang|tin-moi(?:-nhat)?|moi-nhat|latest)(?:\.\w{2,5})?",
    re.I,
)
MENU = re.compile(r"(?:^|[\s_-])(?:menu|nav|navbar|navigation|main-nav)(?:$|[\s_-])", re.I)
TRACKERS = re.compile(r"^(?:utm_|fb|gclid|_|ref$|source$|from$)", re.I)
LONGEST_SECTION = 40  # characters of a section's name in a menu
MANY_DASHES = 4  # dashes of a title in an address; a section's name has fewer words


class PageSigns:
    """What a page states of itself, kept before its boxes are removed."""

    def __init__(self, tree: HtmlElement, html: str, address: str) -> None:
        heads = [one_line_of(each) for each in tree.iter("h1")]
        stated = [
            *metas(tree, ("og:title", "twitter:title")),
            *(one_line_of(each) for each in tree.iter("title")),
        ]
        self.address = address
        self.titles = [each for each in stated if each]
        self.heads = [each for each in heads if each]
        stated_own = (absolute(address, each) for each in (*canonical_links(tree), *metas(tree, ("og:url",))))
        self.own_address = next(filter(None, stated_own), "")
        self.is_article = any(map(KINDS.match, metas(tree, ("og:type",))))
        self.is_hidden = is_hidden_by_script(html, tree.find("body"))
        self._tree = tree

    def moved(self, asked: ExpectedPiece) -> str:
        """Returns the reason for which the address that answered is not the piece's; empty where it may be. The tree has
        to be whole still."""
        named = bool(asked.title) and is_named(asked.title, self.titles or self.heads)
        if reason := _led_to(asked.url, self.address, self._tree, named=named):
            return reason
        stated_home = bool(self.own_address) and _is_home(urlsplit(self.own_address))
        says_home = stated_home and not _is_home(urlsplit(asked.url))
        known = named or self.is_article or is_named(asked.title, self.heads)
        return "redirected-home" if says_home and asked.title and not known else ""

    def notice(self, asked: ExpectedPiece, text: str) -> str:
        """`text` is what was read in the page, or what remains without its boxes where nothing was read. Titles prove
        nothing where the page has the title of the piece."""
        named = bool(asked.title) and is_named(asked.title, chain(self.titles, self.heads))
        if self.is_hidden and not named:
            return "challenge"
        if speaks_of_notices(asked.title):
            return ""
        return notice_in_text(text) or ("" if named else notice_in_titles(chain(self.titles, self.heads)))


def check_read(shown: PageSigns, asked: ExpectedPiece, article: PageArticle) -> None:
    """Raises PageError: not-found, consent, challenge, unrelated."""
    if reason := shown.notice(asked, article.text or article.lead):
        raise refusal(reason, shown.address)
    own = (article.title, *shown.titles, *shown.heads)
    if asked.title and is_named(asked.title, own):
        return
    if are_unrelated((asked.title, asked.lead), (*own, article.lead, article.text)):
        raise refusal("unrelated", shown.address)


def refusal(reason: str, address: str) -> PageError:
    return PageError(reason, f"{address} {NOT_OWN[reason]}")


def _led_to(asked: str, final: str, tree: HtmlElement, *, named: bool) -> str:
    try:
        before, after = urlsplit(asked), urlsplit(final)
    except ValueError:
        return ""
    if _place(before) == _place(after):
        return ""
    host = _host(before) == _host(after)
    if not host and not named and WALL_HOST.match(after.hostname or ""):
        return "consent"
    if _is_home(after):
        return "" if _is_home(before) or (named and not host) else "redirected-home"
    if named:
        return ""
    segments = _segments(after)
    new = [each for each in segments if each not in _segments(before)]
    if any(map(WALL.fullmatch, new)):
        return "consent"
    if any(map(TESTED.fullmatch, new)):
        return "challenge"
    if segments and GONE.fullmatch(segments[-1]) and segments[-1] in new:
        return "not-found"
    if host and _is_section(before, after, tree):
        return "redirected-home"
    return ""


def _is_section(before: SplitResult, after: SplitResult, tree: HtmlElement) -> bool:
    """True for the requested address without its end, a list, or an address that the menu names a section; never for
    an address with an article's number."""
    mine, other = _bare_segments(before), _bare_segments(after)
    if not mine or _looks_like_article(other[-1] if other else ""):
        return False
    if other == mine[: len(other)] and (len(other) < len(mine) or _parameters(before)):
        return not any(map(NUMBER.search, _parameters(after)))
    return (bool(other) and LISTS.fullmatch(other[0]) is not None) or tuple(other) in _sections(
        tree, after.geturl()
    )


def _looks_like_article(segment: str) -> bool:
    return NUMBER.search(segment) is not None or segment.count("-") >= MANY_DASHES


def _is_home(address: SplitResult) -> bool:
    return all(map(HOME.fullmatch, _segments(address))) and not _parameters(address)


def _place(address: SplitResult) -> tuple[str, list[str], list[str]]:
    return _host(address), _bare_segments(address), _parameters(address)


def _host(address: SplitResult) -> str:
    return re.sub(r"^(?:www|m|amp|mobile)\.(?=[^.]+\.)", "", (address.hostname or "").lower())


def _segments(address: SplitResult) -> list[str]:
    return [unquote(each).lower() for each in address.path.split("/") if each]


def _bare_segments(address: SplitResult) -> list[str]:
    """Returns the segments without file extensions and without segments that only name another view of the page."""
    segments = _segments(address)
    while len(segments) > 1 and VIEW.fullmatch(segments[-1]):
        segments.pop()
    return [ENDING.sub("", each) for each in segments]


def _parameters(address: SplitResult) -> list[str]:
    """Returns the values that may distinguish articles: those with a digit, or as long as a title."""
    pairs = parse_qsl(address.query)
    return [v for n, v in pairs if not TRACKERS.match(n) and (any(map(str.isdigit, v)) or v.count("-") > 1)]


def _sections(tree: HtmlElement, address: str) -> Iterator[tuple[str, ...]]:
    """Yields the targets of the links of the page's menus that have a short name."""
    for menu in tree.iter("nav", "header", "ul", "div"):
        if menu.tag not in {"nav", "header"} and not MENU.search(f"{menu.get('class')} {menu.get('id')}"):
            continue
        for link in menu.iter("a"):
            name = one_line_of(link)
            if link.get("href") and 0 < len(name) <= LONGEST_SECTION:
                try:
                    found = _bare_segments(urlsplit(urljoin(address, link.get("href") or "")))
                except ValueError:
                    continue
                if found:
                    yield tuple(found)
