"""What an article as a whole contributes to a case: its syllables, the phrases of subjects, and who is named,
computed when needed."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from models.messages.mention import Zone
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.patterns import spelled
from stream_apps.rules.weighing.case import Spot
from stream_apps.rules.weighing.subjects import EMPTY, Hit, Start, Subjects
from stream_apps.rules.weighing.syllables import Syllables

# It begins with the characters that it seeks: a pattern that looks back first is several times slower.
SENTENCE_END = re.compile(r"[.!?…\n](?:(?<=\n)|(?<!\btp.)(?<!\bt.)(?=[\s\"')]|$))")
LONGEST_SENTENCE = 600  # characters on either side of a mention
COMMON = 0.6  # least weight of a phrase that may count alone
CLAUSE = 14  # syllables after a name that may state its subject
OPENING = 120  # syllables of the body that, with title and lead, show what an article is about
PARTY = r"(?<!\w)(?:bộ chính trị|ban bí thư|bch trung ương|ban chấp hành trung ương|trung ương đảng|tổng bí thư|nghị quyết của đảng|hội nghị trung ương|nghị quyết trung ương)(?!\w)"
STATE = r"(?<!\w)(?:quốc hội|chính phủ|thủ tướng|ubtvqh|ủy ban thường vụ)(?!\w)"
LOCAL = r"(?<!\w)(?:hđnd|hội đồng nhân dân|ubnd|tỉnh ủy|thành ủy|huyện ủy|quận ủy|đảng bộ)(?!\w)"


class PlacedSpot(NamedTuple):
    """A mention by syllables: where its sentence begins and ends, the mention itself, and the end of the clause after
    it, with the syllables of that clause that say something."""

    first: int
    last: int
    start: int
    tail: int
    clause: int
    telling: list[int]


class Sense:
    def __init__(self, article: ArticleText, subjects: Subjects) -> None:
        self.article = article
        self._subjects = subjects
        self._texts: dict[Zone, Syllables] = {}
        self._starts: dict[Zone, list[Start]] = {}
        self._hits: dict[tuple[Zone, str], list[Hit]] = {}
        self._places: dict[tuple[Zone, int, int], PlacedSpot] = {}
        self._sentences: dict[tuple[Zone, int, int], tuple[int, int]] = {}
        self._about: dict[str, dict[tuple[str, ...], float]] = {}
        self._lone: dict[str, bool] = {}

    def text(self, zone: Zone) -> Syllables:
        if zone not in self._texts:
            self._texts[zone] = Syllables(self.article.folded(zone).text)
        return self._texts[zone]

    def hits(self, zone: Zone, document: str) -> list[Hit]:
        if (zone, document) not in self._hits:
            words = self.text(zone).words
            if zone not in self._starts:
                self._starts[zone] = self._subjects.starts(words)
            self._hits[zone, document] = self._subjects.hits(document, words, self._starts[zone])
        return self._hits[zone, document]

    def hits_between(self, zone: Zone, document: str, first: int, last: int) -> list[Hit]:
        """Returns the hits that begin at one of these syllables."""
        found = self.hits(zone, document)
        return found[bisect_left(found, first, key=_at) : bisect_left(found, last, key=_at)]

    def beside(
        self, zone: Zone, start: int, end: int, most: int, documents: Iterable[str]
    ) -> dict[str, list[Hit]]:
        """Returns the phrases of some documents in the first syllables of a few words."""
        clause = self.article.folded(zone).text[start : min(end, start + LONGEST_SENTENCE)]
        words = Syllables(clause).words[:most]
        if not (starts := self._subjects.starts(words)):
            return {}
        there = self._subjects.owners(starts)
        found = {name: self._subjects.hits(name, words, starts) for name in documents if name in there}
        return {name: hits for name, hits in found.items() if hits}

    def is_lone(self, document: str) -> bool:
        """True where the article has no more of the document's subject than one or two common phrases: far from the
        number, these are not enough."""
        if document not in self._lone:
            weights = {
                hit.words: hit.weight
                for zone, _, _ in self.article.zones
                for hit in self.hits(zone, document)
            }
            most = max(weights.values(), default=0.0)
            self._lone[document] = most < COMMON and sum(weights.values()) < 2 * COMMON
        return self._lone[document]

    def about(self, document: str) -> dict[tuple[str, ...], float]:
        """Returns the phrases of a document in title, lead and opening, each once."""
        if document not in self._about:
            found = {
                hit.words: hit.weight
                for zone, _, _ in self.article.zones
                for hit in self.hits(zone, document)
                if zone != "body" or hit.at < OPENING
            }
            self._about[document] = {} if self.is_lone(document) else found
        return self._about[document]

    def place(self, spot: Spot) -> PlacedSpot:
        key = spot.zone, spot.start, spot.tail
        if key not in self._places:
            self._places[key] = self._place(*key)
        return self._places[key]

    def _place(self, zone: Zone, start: int, tail: int) -> PlacedSpot:
        text = self.text(zone)
        first, last = map(text.before, self.sentence(zone, start, tail))
        begin, end = text.before(start), text.before(tail)
        clause = min(last, end + CLAUSE)
        telling = [at for at in range(end, clause) if text.words[at] not in EMPTY]
        return PlacedSpot(first, last, begin, end, clause, telling)

    def sentence(self, zone: Zone, start: int, end: int) -> tuple[int, int]:
        """Returns the begin and end of the sentence that contains the characters from `start` to `end`."""
        key = zone, start, end
        if key not in self._sentences:
            self._sentences[key] = _sentence(self.article.folded(zone).text, start, end)
        return self._sentences[key]

    def named(self, who: str, zone: Zone, start: int, end: int) -> bool:
        text = self.article.folded(zone).text
        return spelled(who, self.article.plain).search(text, start, end) is not None


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    before, after = max(0, start - LONGEST_SENTENCE), min(len(text), end + LONGEST_SENTENCE)
    begin = max((found.end() for found in SENTENCE_END.finditer(text, before, start)), default=before)
    following = SENTENCE_END.search(text, end, after)
    return begin, following.start() if following else after


def _at(hit: Hit) -> int:
    return hit.at
