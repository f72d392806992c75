"""Finds the references in a zone's folded text, each with its evidence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import NamedTuple

from models.messages.limits import MOST_MENTIONS
from models.messages.mention import Zone
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.bodies import Form
from stream_apps.rules.grammar import Grammar
from stream_apps.rules.keywords import KeyWord, key_words
from stream_apps.rules.patterns import spelled
from stream_apps.rules.surroundings import AFTER, BEFORE, Reference, Surroundings
from stream_apps.rules.text import has_marks

PLURAL_BEFORE = r"(?:các|những|hai|ba|bốn|năm|bộ tứ|bộ ba|\d|từ)\s+(?:văn kiện\s+|chỉ thị,?\s+)?$"
# No alternative begins with another one, and the groups are possessive: a join of any length is read once.
GLUE = r"\s*(?:\)|\")?\s*(?:,|;|và|cùng|với|&|hay|hoặc|\s)*+(?:các\s+)?$"
MOST_KEY_WORDS = 1_000  # key words of one text; no article has a fifth of them


class PlacedReference(NamedTuple):
    """A reference, and where its window begins in the zone's folded text."""

    zone: Zone
    offset: int
    reference: Reference
    joined: bool  # to the next one, by no more than a comma or "và"


@lru_cache(maxsize=2)
def _tools(plain: bool) -> tuple[Grammar, Surroundings]:
    grammar = Grammar(plain)
    return grammar, Surroundings(grammar)


class FoundReferences(NamedTuple):
    """The references in reading order, zone by zone. `cut` is true where the text has more of them, which are not
    read."""

    placed: list[PlacedReference]
    cut: bool


def references(article: ArticleText) -> FoundReferences:
    """Returns as many references as are needed for all mentions that an item keeps (models/messages/limits.py), so that the
    rest takes no time."""
    placed: list[PlacedReference] = []
    left = _Left()
    for zone, _, folded in article.zones:
        placed += _lent(list(_joined(list(_read(zone, folded.text, article, left)), folded.text)))
    _look_around([each.reference for each in placed], article)
    return FoundReferences(placed, left.none)


def _look_around(found: Sequence[Reference], article: ArticleText) -> None:
    """For congresses that the number alone identifies: adds what the text says elsewhere about that number."""
    congresses = [ref for ref in found if ref.form.shape == "congress" and not (ref.local or ref.form.partys)]
    if congresses:
        local = _tools(article.plain)[0].bodies.local_congresses(article.whole)
        for ref in congresses:
            ref.local_around = ref.form.is_one_of(local)


@dataclass(slots=True)
class _Left:
    """The part of a text's budget that is left."""

    key_words: int = MOST_KEY_WORDS
    mentions: int = MOST_MENTIONS
    none: bool = False

    def take_one(self) -> bool:
        self.none = self.none or self.key_words <= 0 or self.mentions < 0
        self.key_words -= 1
        return not self.none


def _read(zone: Zone, text: str, article: ArticleText, left: _Left) -> Iterator[PlacedReference]:
    """Reads at every key word, and then further documents that the same head names ("… Trung ương 4 và Trung ương
    7")."""
    covered = 0
    for word in key_words(text):
        if word.start < covered:
            continue
        placed = _read_at(zone, text, word, article, left)
        while placed:
            covered = placed.offset + placed.reference.form.end
            yield placed
            placed = _read_further(zone, text, placed, article, left)
        if left.none:
            return


def _read_at(
    zone: Zone, text: str, word: KeyWord, article: ArticleText, left: _Left
) -> PlacedReference | None:
    if not left.take_one():
        return None
    offset = max(0, word.start - BEFORE)
    window = text[offset : word.end + AFTER]
    grammar, _ = _tools(not has_marks(window))
    start, end = word.start - offset, word.end - offset
    plural = spelled(PLURAL_BEFORE, grammar.plain).search(window, max(0, start - 24), start) is not None
    form = grammar.read(window, start, end, word.type, plural)
    if form.shape == "plain" and word.type != "NQ":
        return None
    return _placed(zone, offset, window, form, article, left)


def _read_further(
    zone: Zone, text: str, placed: PlacedReference, article: ArticleText, left: _Left
) -> PlacedReference | None:
    ref = placed.reference
    if ref.form.shape not in {"plenum", "congress"}:
        return None
    begin = placed.offset + ref.tail
    offset = max(0, begin - BEFORE)
    window = text[offset : begin + AFTER]
    grammar, _ = _tools(ref.plain)
    form = grammar.bodies.further(window, begin - offset, ref.form)
    return _placed(zone, offset, window, form, article, left) if form and left.take_one() else None


def _placed(
    zone: Zone, offset: int, window: str, form: Form, article: ArticleText, left: _Left
) -> PlacedReference:
    left.mentions -= len(form.members)
    _, surroundings = _tools(not has_marks(window))
    found = surroundings.read(form, window)
    if zone != "body":
        found.around = article.opening
    return PlacedReference(zone, offset, found, False)


def _lent(found: list[PlacedReference]) -> list[PlacedReference]:
    """In `Trung ương 4 và Trung ương 7 khóa XII`, the term of the last applies to all."""
    for placed, following in reversed(list(pairwise(found))):
        ref, last = placed.reference, following.reference
        if (
            placed.joined
            and ref.form.shape == last.form.shape == "plenum"
            and not ref.terms
            and not ref.stated
        ):
            numbers = {member.number for member in last.form.members}
            if len(last.terms) == 1 and numbers.isdisjoint(member.number for member in ref.form.members):
                ref.terms, ref.term_spans = last.terms, ()
    return found


def _joined(found: list[PlacedReference], text: str) -> Iterator[PlacedReference]:
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
    """True for `… về phát triển kinh tế nhà nước và`."""
    return spelled(r"\s+về\s[^.;]{3,160}(?:,|\svà)\s*$", plain).fullmatch(between) is not None
