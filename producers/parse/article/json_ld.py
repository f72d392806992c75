"""Reads the schema.org JSON-LD of a page, however broken its JSON is."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from lxml.html import HtmlElement

from producers.html_to_text import one_line, plain_text
from producers.parse.article.parts import Parts

LARGEST = 1 << 20  # characters of one script
MOST_NODES = 1000
ARTICLES = re.compile(r"(?:Article|BlogPosting|Report|VideoObject|AudioObject)$")
INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")
WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
BETWEEN = re.compile(r"[\s;,]*")
FIELD = re.compile(
    r'"(@type|headline|description|articleBody|datePublished|articleSection)"\s*:\s*"((?:[^"\\]|\\.)*)"'
)
MARKUP = re.compile(r"<(?:p|br|div|figure|a|strong|em|span|table|ul|h\d)\b[^<>]*>", re.I)
TEASER = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")


@dataclass(frozen=True, slots=True)
class JsonLdArticle:
    """`body` may hold markup. `behind_wall` is true where a reader must pay."""

    parts: Parts = field(default_factory=Parts)
    body: str = ""
    behind_wall: bool = False
    found: bool = False

    @property
    def is_markup(self) -> bool:
        return MARKUP.search(self.body) is not None

    @property
    def is_whole(self) -> bool:
        """A body that breaks off, or has no more than the description, is a teaser."""
        plain = plain_text(self.body)
        return bool(plain) and not TEASER.search(plain) and len(plain) > len(self.parts.lead) + 1


def read_json_ld(tree: HtmlElement, title: str) -> JsonLdArticle:
    """Returns the article whose headline is the page's `title`, else the first one with a body, else the first
    one."""
    nodes = [node for script in _scripts(tree) for node in _nodes(_values(script)) if _is_article(node)]
    if not nodes:
        return JsonLdArticle()
    same = [node for node in nodes if title and _same(_text(node, "headline"), title)]
    with_body = [node for node in same or nodes if _text(node, "articleBody")]
    return _stated((with_body or same or nodes)[0])


def _scripts(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            yield script.text[:LARGEST]


def _values(script: str) -> list[object]:
    """One script may hold several values, one after the other."""
    script = TRAILING_COMMA.sub("", WRAPPING.sub("", WRAPPING.sub("", script))).strip()
    decoder, values, start = json.JSONDecoder(strict=False), [], 0
    try:
        while start < len(script):
            value, start = decoder.raw_decode(script, start)
            values.append(value)
            start = BETWEEN.match(script, start).end()  # type: ignore[union-attr]  # the pattern also matches the empty string
    except (ValueError, RecursionError):
        if not values:
            values = [_salvaged(script)]
    return values


def _salvaged(script: str) -> dict[str, str]:
    """Reads the first value of each field, where quotes or brackets are missing elsewhere."""
    found: dict[str, str] = {}
    for name, value in FIELD.findall(script):
        if name == "@type" and not ARTICLES.search(value):
            continue
        found.setdefault(name, re.sub(r"\\[nrt]", "\n", value).replace('\\"', '"').replace("\\/", "/"))
    return found


def _nodes(values: list[object]) -> Iterator[dict[str, object]]:
    """Skips the nodes in lists of other articles (itemListElement, hasPart)."""
    waiting = list(reversed(values))
    for _ in range(MOST_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            yield value
            waiting += [value[name] for name in INSIDE if isinstance(value.get(name), dict | list)]


def _is_article(node: dict[str, object]) -> bool:
    kinds = node.get("@type")
    return any(isinstance(kind, str) and ARTICLES.search(kind) for kind in _listed(kinds))


def _stated(node: dict[str, object]) -> JsonLdArticle:
    headline = _text(node, "headline") or _text(node, "name")
    parts = Parts(
        title=one_line(headline),
        lead="" if TEASER.search(_text(node, "description")) else one_line(_text(node, "description")),
        dates=tuple(date for name in ("datePublished", "uploadDate") if (date := _text(node, name).strip())),
        column=one_line(_text(node, "articleSection")),
    )
    free = node.get("isAccessibleForFree")
    return JsonLdArticle(parts, _text(node, "articleBody"), str(free).lower() == "false", found=True)


def _text(node: dict[str, object], name: str) -> str:
    """Removes one more level of entities, because sites often escape them twice."""
    value = next(iter(_listed(node.get(name))), "")
    return unescape(value) if isinstance(value, str) else ""


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _same(one: str, other: str) -> bool:
    first, second = ("".join(filter(str.isalnum, text.casefold())) for text in (one_line(one), other))
    return first == second
