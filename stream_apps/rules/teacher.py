"""Learns from articles whose documents a human has confirmed: what their numbers meant, and which phrases occurred
near them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from config.catalogue import Catalogue
from config.learned import Learned
from models.messages.mention import Zone
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.candidates import Candidate, Index
from stream_apps.rules.keywords import may_mention
from stream_apps.rules.patterns import phrase, spelled
from stream_apps.rules.reference_finder import references
from stream_apps.rules.resolve import Resolver, Slot
from stream_apps.rules.text import fold
from stream_apps.rules.weighing.case import OTHER, WeighedCase
from stream_apps.rules.weighing.habits import half_year
from stream_apps.rules.weighing.model import shipped_model
from stream_apps.rules.weighing.rarity import Rarity
from stream_apps.rules.weighing.sense import LOCAL, PARTY, STATE
from stream_apps.rules.weighing.subjects import EMPTY, FROM_ARTICLES
from stream_apps.rules.weighing.syllables import Syllables, shown
from stream_apps.rules.weighing.weigher import Weigher

LEAST_STORIES = 3  # stories about a document that have a phrase near it
LEAST_RARITY = 0.35
LEAST_OWN = 2 / 3  # share of the stories with a phrase near a number in which the number means the document
MOST_PHRASES = 15  # phrases of a document
LONGEST_WORD = 20  # letters; a syllable has seven
# What offices do with any document, and the names in any article of theirs, show nothing of its subject.
SPREADING = r"(?<!\w)(?:nghị quyết|chỉ thị|kết luận|quy định|văn kiện|quán triệt|triển khai|thực hiện|học tập|tuyên truyền|phổ biến|báo cáo viên|tuyên giáo|dân vận|sơ kết|tổng kết|hội nghị|trực tuyến|chuyên đề|sinh hoạt|chi bộ|cấp ủy|cán bộ|đảng viên|đảng ủy|ban hành|cụ thể hóa|đi vào cuộc sống|chương trình hành động|kế hoạch|đại biểu|chủ trì|phát biểu|tham dự|tham gia)(?!\w)"
NUMERALS = frozenset(["một", "hai", "ba", "bốn", "tư", "năm", "lăm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "trăm", "nghìn", "ngàn", "triệu", "tỷ", "tỉ"])  # fmt: skip
STOP = "\n"
BETWEEN = re.compile(r"[^\w\s&.-]|\n")  # no phrase crosses these
Phrase = tuple[str, ...]
Place = tuple[Zone, int, int]


@dataclass(frozen=True, slots=True)
class TaughtArticle:
    """An article and the documents that a human says it is about, without their plenums. `story` is the same for
    articles that papers copied from each other."""

    title: str
    lead: str
    text: str
    published: date
    right: frozenset[str]
    story: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """`meant` maps (form, document) to the article's share. `beside` maps a document to the phrases of sentences that
    name it alone."""

    taught: TaughtArticle
    meant: Mapping[tuple[str, str], float]
    beside: Mapping[str, frozenset[Phrase]]


class Teacher:
    """Compiled once for a catalogue; `names` are those of the office's places. What was learned before is not
    used."""

    def __init__(self, catalogue: Catalogue, names: Iterable[str] = ()) -> None:
        model = shipped_model()
        self._index = Index(catalogue)
        self._weigher = Weigher(self._index, model)
        self._resolver = Resolver(self._index, self._weigher)
        self._rarity = Rarity(model.rarity, model.articles)
        silent = (PARTY, STATE, LOCAL, SPREADING, *(phrase(fold(name)) for name in names))
        self._silent = spelled("|".join(silent), False)

    def read(self, taught: TaughtArticle) -> Lesson:
        texts: tuple[tuple[Zone, str], ...] = (
            ("title", taught.title),
            ("lead", taught.lead),
            ("body", taught.text),
        )
        if not any(may_mention(text) for _, text in texts):
            return Lesson(taught, {}, {})
        article = ArticleText(texts, taught.published, self._index.almanac)
        slots = self._resolver.outright(references(article)[0], article)
        meant: dict[tuple[str, str], float] = {}
        named = [(slot, _meant(slot)) for slot in slots if slot.verdicts]
        for case, members in self._resolver.cases(slots):
            if case.kind == "plain":
                continue
            documents = self._bearers(case) & taught.right
            shares = {name: 1 / len(documents) for name in sorted(documents)} or {OTHER: 1.0}
            meant |= {(case.form, name): share for name, share in shares.items()}
            named += [(slot, documents or {OTHER}) for slot in members]
        return Lesson(taught, meant, self._beside(named, article, taught.right))

    def learned(self, lessons: Sequence[Lesson]) -> Learned:
        habits: dict[str, dict[str, dict[int, float]]] = {}
        for lesson in lessons:
            time = half_year(lesson.taught.published)
            for (form, name), share in lesson.meant.items():
                counts = habits.setdefault(form, {}).setdefault(name, {})
                counts[time] = round(counts.get(time, 0.0) + share, 4)
        return Learned(
            format=1, corrections=len(lessons), habits=habits, subjects=dict(self._subjects(lessons))
        )

    def _bearers(self, case: WeighedCase) -> set[str]:
        """Returns the documents of the Party with the number, issued by then or not: a human knows better."""
        found: Iterable[Candidate]
        if case.kind == "number":
            found = self._index.possible(case.type, "TW", case.number)
        elif case.kind == "plenum":
            found = self._index.plenums(case.number)
        else:
            found = (c for c in self._index.named.values() if c.term == case.number)
            found = (c for c in found if c.document and c.document.kind == "congress")
        return {c.name for c in found if c.document}

    # phrases near the mentions

    def _beside(
        self, named: Iterable[tuple[Slot, Set[str]]], article: ArticleText, right: Set[str]
    ) -> dict[str, frozenset[Phrase]]:
        if article.plain:
            return {}
        sense = self._weigher.sense(article)
        sentences: dict[Place, tuple[set[str], list[tuple[int, int]]]] = {}
        for slot, documents in named:
            start, end = _span(slot)
            sentence = (slot.zone, *sense.sentence(slot.zone, start, end))
            names, spans = sentences.setdefault(sentence, (set(), []))
            names |= documents
            spans.append((start, end))
        found: dict[str, set[Phrase]] = {}
        for (zone, begin, end), (names, spans) in sentences.items():
            if len(names) == 1 and (name := next(iter(names))) in right:
                text = _without(article.folded(zone).text, begin, end, spans)
                found.setdefault(name, set()).update(self._phrases(self._silent.sub(STOP, text)))
        return {name: frozenset(phrases) for name, phrases in found.items()}

    def _phrases(self, text: str) -> Iterator[Phrase]:
        """Yields pairs and triples of neighbouring syllables, if they are rare."""
        for part in BETWEEN.split(text):
            words = tuple(Syllables(part).words)
            for length in (2, 3):
                for at in range(len(words) - length + 1):
                    found = words[at : at + length]
                    if _may_tell(found) and self._rarity.of(found) >= LEAST_RARITY:
                        yield found

    def _subjects(self, lessons: Sequence[Lesson]) -> Iterator[tuple[str, dict[str, float]]]:
        """Chooses phrases that occur near the document's number in several stories, and in few about other
        documents."""
        stories = _stories(lessons)
        having = Counter(found for story in stories for found in frozenset().union(*story.values()))
        beside: dict[str, Counter[Phrase]] = {}
        for story in stories:
            for name, phrases in story.items():
                beside.setdefault(name, Counter()).update(phrases)
        for name, counts in sorted(beside.items()):
            own = [found for found, number in counts.items() if number >= LEAST_STORIES]
            own = [found for found in own if counts[found] / having[found] >= LEAST_OWN]
            if kept := self._best(own, counts):
                yield name, {shown(each): round(self._weight(each), 3) for each in kept}

    def _weight(self, words: Phrase) -> float:
        return FROM_ARTICLES * self._rarity.of(words)

    def _best(self, found: Iterable[Phrase], counts: Mapping[Phrase, int]) -> list[Phrase]:
        """Keeps only the longer one of two phrases that contain each other."""
        kept: list[Phrase] = []
        for each in sorted(found, key=lambda p: (-counts[p] * self._rarity.of(p), -len(p), p)):
            if len(kept) < MOST_PHRASES and not any(" ".join(each) in " ".join(other) for other in kept):
                kept.append(each)
        return kept


def _meant(slot: Slot) -> set[str]:
    return {verdict.winner.name if verdict.winner else OTHER for verdict in slot.verdicts}


def _span(slot: Slot) -> tuple[int, int]:
    """Returns the extent of the name and of what belongs to it."""
    place = slot.member or slot.reference.form
    return slot.offset + place.start, slot.offset + max(slot.reference.tail, place.end, place.start)


def _without(text: str, begin: int, end: int, spans: Iterable[tuple[int, int]]) -> str:
    """Returns a part of a text without some of its spans."""
    parts, at = [], begin
    for start, stop in sorted(spans):
        parts.append(text[at : max(at, start)])
        at = max(at, min(stop, end))
    return STOP.join([*parts, text[at:end]])


def _may_tell(words: Phrase) -> bool:
    if words[0] in EMPTY or words[-1] in EMPTY:
        return False
    return all(word.isalpha() and 1 < len(word) <= LONGEST_WORD and word not in NUMERALS for word in words)


def _stories(lessons: Iterable[Lesson]) -> list[dict[str, frozenset[Phrase]]]:
    """Returns the phrases near documents in each story, whichever of its copies has them."""
    found: dict[str, dict[str, frozenset[Phrase]]] = {}
    for lesson in lessons:
        story = found.setdefault(lesson.taught.story, {})
        for name, phrases in lesson.beside.items():
            story[name] = story.get(name, frozenset()) | phrases
    return list(found.values())
