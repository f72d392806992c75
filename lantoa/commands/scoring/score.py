"""Compares the classification with the right answers: precision, recall, waiting articles, and every difference with
its reasons."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

from lantoa.commands.classifying import Classifying
from lantoa.commands.scoring.labelled import Labelled
from lantoa.views.explanations import DocumentNamer, explained
from models.messages.mention import ALLUSION, Mention

CONFIDENCE = 1.959964  # quantile of the normal distribution for 95 %
TITLE_CHARACTERS = 80  # characters of the text that replace a missing title
DifferenceKind = Literal["wrong", "missed", "waits"]


@dataclass(frozen=True, slots=True)
class ScoreDifference:
    """One difference between the rules and the right answers.

    `wrong`: linked, but neither right nor optional. `missed`: right, but neither linked nor waiting. `waits`: a human
    has to choose; `document` is the right one among the candidates, or None if no right one was missed. `probability`
    is that of the document or of the first candidate, and None if nothing was weighed.
    """

    line: int
    title: str
    kind: DifferenceKind
    document: str | None
    words: str
    probability: float | None
    candidates: tuple[str, ...]
    because: str


@dataclass
class Score:
    """The counts, one for each article and document.

    Of the `missed` documents, `missed_waiting` are among the candidates of a waiting mention. Of the waiting
    articles, `alluding` ones contain only allusions.
    """

    articles: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    missed_waiting: int = 0
    waiting: int = 0
    alluding: int = 0
    differences: list[ScoreDifference] = field(default_factory=list)

    def shares(self) -> dict[str, tuple[int, int]]:
        """Returns each share as a count and its total."""
        wanted = self.right + self.missed
        return {
            "precision": (self.right, self.right + self.wrong),
            "recall": (self.right, wanted),
            "linked_or_waiting": (self.right + self.missed_waiting, wanted),
            "articles_waiting": (self.waiting - self.alluding, self.articles),
            "articles_alluding": (self.alluding, self.articles),
        }


def score(
    rows: Iterable[Labelled],
    rules: Classifying,
    name: DocumentNamer,
    on_article: Callable[[], None] = lambda: None,
) -> Score:
    """`name` is asked what people call a document."""
    found = Score()
    for row in rows:
        piece = {"title": row.title, "lead": row.lead, "text": row.text, "published": row.published}
        compare(found, row, rules.read(piece).mentions, name)
        on_article()
    return found


def compare(score: Score, row: Labelled, mentions: Iterable[Mention], name: DocumentNamer) -> None:
    """Adds one article. Only named documents count, not the plenum that follows from a document that it issued."""
    mentions = tuple(mentions)
    linked = {m.resolution: m for m in reversed(mentions) if m.status == "linked" and m.resolution}
    waiting = [m for m in mentions if m.status == "ambiguous"]
    right = row.right - row.optional
    missed = sorted(right - linked.keys())
    wrong = sorted(linked.keys() - row.right - row.optional)
    score.articles += 1
    score.right += len(right & linked.keys())
    score.wrong += len(wrong)
    score.missed += len(missed)
    score.waiting += bool(waiting)
    score.alluding += bool(waiting) and all(m.rule == ALLUSION for m in waiting)
    score.differences += [_difference(row, "wrong", each, linked[each], name) for each in wrong]
    for document in missed:
        candidate = _candidate(document, waiting)
        score.missed_waiting += candidate is not None
        kind: DifferenceKind = "waits" if candidate else "missed"
        score.differences.append(
            _difference(row, kind, document, candidate or _considered(document, mentions), name)
        )
    score.differences += [
        _difference(row, "waits", None, each, name) for each in _needless(waiting, {*missed})
    ]


def wilson(count: int, of: int) -> tuple[float, float] | None:
    """Returns the 95 % confidence interval of a share (Wilson, 1927); None without observations."""
    if not of:
        return None
    share, z = count / of, CONFIDENCE**2 / of
    middle = (share + z / 2) / (1 + z)
    around = CONFIDENCE * sqrt(share * (1 - share) / of + z / (4 * of)) / (1 + z)
    return (
        0.0 if count == 0 else max(middle - around, 0.0),
        1.0 if count == of else min(middle + around, 1.0),
    )


def _candidate(document: str, waiting: Iterable[Mention]) -> Mention | None:
    """Returns the waiting mention in which the document is most probable."""
    having = [m for m in waiting if document in m.candidates]
    return max(having, key=lambda m: dict(m.ranked).get(document, 0.0), default=None)


def _considered(document: str, mentions: Iterable[Mention]) -> Mention | None:
    """Returns a mention that was linked otherwise although the document was among its candidates."""
    return next((m for m in mentions if document in m.candidates), None)


def _needless(waiting: Iterable[Mention], missed: set[str]) -> Iterator[Mention]:
    """Yields the waiting mentions, each once, that have no missed document among their candidates. Allusions are
    counted separately."""
    seen = set()
    for mention in waiting:
        words = mention.surface.casefold(), mention.candidates
        if mention.rule != ALLUSION and not missed & {*mention.candidates} and words not in seen:
            seen.add(words)
            yield mention


def _difference(
    row: Labelled, kind: DifferenceKind, document: str | None, mention: Mention | None, name: DocumentNamer
) -> ScoreDifference:
    asked = document or (mention.ranked[0][0] if mention and mention.ranked else None)
    chances = dict(mention.ranked) if mention and mention.probabilities else {}
    return ScoreDifference(
        row.line,
        row.title or row.text[:TITLE_CHARACTERS].partition("\n")[0] or row.url,
        kind,
        document,
        mention.surface if mention else "",
        chances.get(asked) if asked else None,
        tuple(each for each, _probability in mention.ranked) if mention else (),
        explained(mention, name).reasons if mention else "",
    )
