"""From a zone's folded text to the references that stand in it, each with its evidence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from models.limits import MOST_MENTIONS
from models.mention import Zone
from stream_apps.rules.article import Article
from stream_apps.rules.context import AFTER, BEFORE, Reference, Surroundings
from stream_apps.rules.grammar import Grammar
from stream_apps.rules.keywords import key_words
from stream_apps.rules.spelling import spelled
from stream_apps.rules.text import has_marks

PLURAL_BEFORE = r"(?:các|những|hai|ba|bốn|năm|bộ tứ|bộ ba|\d|từ)\s+(?:văn kiện\s+|chỉ thị,?\s+)?$"
# None of its words begins another one, and what is taken is never given back: a join of any length is read once.
GLUE = r"\s*(?:\)|\")?\s*(?:,|;|và|cùng|với|&|hay|hoặc|\s)*+(?:các\s+)?$"
MOST_KEY_WORDS = 1_000  # of one text; no article has a fifth of them


class Placed(NamedTuple):
    """A reference, and where its window begins in the zone's folded text."""

    zone: Zone
    offset: int
    reference: Reference
    joined: bool  # to the next one, by no more than a comma or "và"


@lru_cache(maxsize=2)
def _tools(plain: bool) -> tuple[Grammar, Surroundings]:
    grammar = Grammar(plain)
    return grammar, Surroundings(grammar)


class References(NamedTuple):
    """In reading order, zone by zone. `cut`: the text has more of them, which are not read."""

    placed: list[Placed]
    cut: bool


def references(article: Article) -> References:
    """As many as give all the mentions of one item that are kept (models/limits.py): what lies behind takes no time."""
    placed: list[Placed] = []
    left = _Left()
    for zone, _, folded in article.zones:
        placed += _joined(list(_read(zone, folded.text, article, left)), folded.text)
    return References(placed, left.none)


@dataclass(slots=True)
class _Left:
    """How much of a text is still to be read."""

    key_words: int = MOST_KEY_WORDS
    mentions: int = MOST_MENTIONS
    none: bool = False

    def take_one(self) -> bool:
        self.none = self.none or self.key_words <= 0 or self.mentions < 0
        self.key_words -= 1
        return not self.none


def _read(zone: Zone, text: str, article: Article, left: _Left) -> Iterator[Placed]:
    covered = 0
    for word in key_words(text):
        if word.start < covered:
            continue
        if not left.take_one():
            return
        offset = max(0, word.start - BEFORE)
        window = text[offset : word.end + AFTER]
        grammar, surroundings = _tools(not has_marks(window))
        start, end = word.start - offset, word.end - offset
        plural = spelled(PLURAL_BEFORE, grammar.plain).search(window, max(0, start - 24), start) is not None
        form = grammar.read(window, start, end, word.type, plural)
        if form.shape == "plain" and word.type != "NQ":
            continue
        left.mentions -= len(form.members)
        covered = offset + form.end
        found = surroundings.read(form, window)
        if zone != "body":
            found.around = article.opening
        yield Placed(zone, offset, found, False)


def _joined(found: list[Placed], text: str) -> Iterator[Placed]:
    for placed, following in zip_longest(found, found[1:]):
        if following is None:
            yield placed
            continue
        end = placed.offset + placed.reference.form.end
        between = text[end : following.offset + following.reference.form.start]
        glue = spelled(GLUE, placed.reference.plain)
        near = len(between) < 200 and not re.search(r"[.!?\n]", between)
        joined = glue.fullmatch(between) is not None or (
            near and _about_then_and(between, placed.reference.plain)
        )
        yield placed._replace(joined=joined)


def _about_then_and(between: str, plain: bool) -> bool:
    """`… về phát triển kinh tế nhà nước và`."""
    return spelled(r"\s+về\s[^.;]{3,160}(?:,|\svà)\s*$", plain).fullmatch(between) is not None
