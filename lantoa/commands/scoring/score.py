"""Right answers against what the rules say: precision, recall, what waits, and every difference with its reasons."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

from lantoa.commands.classifying import Classifying
from lantoa.commands.scoring.labelled import Labelled
from lantoa.views.explanations import Name, explained
from models.mention import ALLUSION, Mention

CONFIDENCE = 1.959964  # of 95 %
TITLE = 80  # characters of a text that has no title of its own
Kind = Literal["wrong", "missed", "waits"]


@dataclass(frozen=True, slots=True)
class Difference:
    """`wrong`: linked, and neither right nor optional. `missed`: right, and neither linked nor waiting. `waits`: a human
    has to decide; with the right `document` among the candidates, or without one where nothing right was missed.
    `probability` is the document's, or the first candidate's; null where nothing was weighed."""

    line: int
    title: str
    kind: Kind
    document: str | None
    words: str
    probability: float | None
    candidates: tuple[str, ...]
    because: str


@dataclass
class Score:
    """Links are counted once an article and document. Of the `missed` ones, `missed_waiting` wait with the right candidate.
    Of the articles that wait, `alluding` ones only allude to documents."""

    articles: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    missed_waiting: int = 0
    waiting: int = 0
    alluding: int = 0
    differences: list[Difference] = field(default_factory=list)

    def shares(self) -> dict[str, tuple[int, int]]:
        """Each as a count of all that there are."""
        wanted = self.right + self.missed
        return {
            "precision": (self.right, self.right + self.wrong),
            "recall": (self.right, wanted),
            "linked_or_waiting": (self.right + self.missed_waiting, wanted),
            "articles_waiting": (self.waiting - self.alluding, self.articles),
            "articles_alluding": (self.alluding, self.articles),
        }


def score(
    rows: Iterable[Labelled], rules: Classifying, name: Name, on_article: Callable[[], None] = lambda: None
) -> Score:
    """`name` is asked what people call a document."""
    found = Score()
    for row in rows:
        piece = {"title": row.title, "lead": row.lead, "text": row.text, "published": row.published}
        compare(found, row, rules.read(piece).mentions, name)
        on_article()
    return found


def compare(score: Score, row: Labelled, mentions: Iterable[Mention], name: Name) -> None:
    """Adds one article. Only what is named counts: a plenum that follows from a document which it issued is not."""
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
        kind: Kind = "waits" if candidate else "missed"
        score.differences.append(
            _difference(row, kind, document, candidate or _considered(document, mentions), name)
        )
    score.differences += [
        _difference(row, "waits", None, each, name) for each in _needless(waiting, {*missed})
    ]


def wilson(count: int, of: int) -> tuple[float, float] | None:
    """The 95 % confidence interval of a share (Wilson, 1927); None without observations."""
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
    """The waiting mention in which the document is most probable."""
    having = [m for m in waiting if document in m.candidates]
    return max(having, key=lambda m: dict(m.ranked).get(document, 0.0), default=None)


def _considered(document: str, mentions: Iterable[Mention]) -> Mention | None:
    """What was read otherwise, although the document was among its candidates."""
    return next((m for m in mentions if document in m.candidates), None)


def _needless(waiting: Iterable[Mention], missed: set[str]) -> Iterator[Mention]:
    """Each once that waits without a missed document among its candidates. Allusions are counted apart."""
    told = set()
    for mention in waiting:
        words = mention.surface.casefold(), mention.candidates
        if mention.rule != ALLUSION and not missed & {*mention.candidates} and words not in told:
            told.add(words)
            yield mention


def _difference(
    row: Labelled, kind: Kind, document: str | None, mention: Mention | None, name: Name
) -> Difference:
    asked = document or (mention.ranked[0][0] if mention and mention.ranked else None)
    chances = dict(mention.ranked) if mention and mention.probabilities else {}
    return Difference(
        row.line,
        row.title or row.text[:TITLE].partition("\n")[0] or row.url,
        kind,
        document,
        mention.surface if mention else "",
        chances.get(asked) if asked else None,
        tuple(each for each, _probability in mention.ranked) if mention else (),
        explained(mention, name).reasons if mention else "",
    )
