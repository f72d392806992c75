"""Gives a verdict on a case from its options: linked, waiting for a human, or no mention."""

from collections.abc import Sequence
from typing import NamedTuple

from models.messages.mention import Reason
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.candidates import Index
from stream_apps.rules.mention_verdict import MentionVerdict, Rule
from stream_apps.rules.weighing.case import CaseKind, Option, WeighedCase
from stream_apps.rules.weighing.features import Weighing
from stream_apps.rules.weighing.habits import Habits
from stream_apps.rules.weighing.model import Model, thresholds
from stream_apps.rules.weighing.profiles import profiles_of
from stream_apps.rules.weighing.sense import Sense
from stream_apps.rules.weighing.subjects import Subjects

LEAST_REPORTED = 0.25  # log-odds; a smaller weight is not worth a reader's time
MOST_REPORTED = 8
WAITING: dict[CaseKind, Rule] = {"plenum": "plenum", "congress": "congress", "plain": "issuer-and-topic"}
# In the order in which a reader would name them.
STEPS: dict[Rule, tuple[str, ...]] = {
    "topic": ("subject", "subject-clause", "subject-around", "subject-article"),
    "company": ("company", "list-of-new"),
    "short-name": ("short-name",),
    "publication-date": ("new", "newest", "recent"),
    "issuer": ("issuer", "other-issuer"),
    "habit": ("habit",),
}


class Weighed(NamedTuple):
    option: Option
    probability: float


class Weigher:
    """Compiled once for a catalogue and a learned model."""

    def __init__(self, index: Index, model: Model) -> None:
        self._model, self._index, self._thresholds = model, index, thresholds()
        profiles = profiles_of(index, model)
        self._marked, self._plain = Subjects(profiles, False), Subjects(profiles, True)
        self._weighing, self._habits = Weighing(index), Habits(model.habits)

    def sense(self, article: ArticleText) -> Sense:
        return Sense(article, self._plain if article.plain else self._marked)

    def options(self, case: WeighedCase, sense: Sense) -> list[Option]:
        options = self._weighing.options(case, sense)
        self._habits.add(options, case.form, sense.article.writing.day)
        return options

    def verdict(self, case: WeighedCase, sense: Sense) -> MentionVerdict | None:
        """Returns None where the case is left without a mention."""
        options = self.options(case, sense)
        found = [
            Weighed(o, p) for o, p in zip(options, self._model.probabilities(case.kind, options), strict=True)
        ]
        found.sort(key=lambda each: -each.probability)
        documents = [each for each in found if each.option.document]
        if self._is_sure(case, found, documents):
            return self._linked(case, sense, documents, found)
        if sum(each.probability for each in documents) >= self._waits_from(case, sense):
            return self._waits(case, documents, found)
        return _none(case, found)

    def _is_sure(self, case: WeighedCase, found: Sequence[Weighed], documents: Sequence[Weighed]) -> bool:
        """False where the current term may have a document of that number and nothing is said about the subject of
        the known one."""
        first, second = ([each.probability for each in documents] + [0.0, 0.0])[:2]
        if not case.is_named or any("gap" in each.option.features for each in found):
            return False
        return first >= self._thresholds.link and first >= self._thresholds.times * second

    def _waits_from(self, case: WeighedCase, sense: Sense) -> float:
        if not case.is_named:
            return self._thresholds.wait_unnamed
        dated = sense.article.writing.day is not None
        return self._thresholds.wait if dated else self._thresholds.wait_undated

    def _linked(
        self, case: WeighedCase, sense: Sense, documents: Sequence[Weighed], found: Sequence[Weighed]
    ) -> MentionVerdict:
        winner = documents[0].option.document
        assert winner is not None  # noqa: S101  # for the type checker
        assert winner.document is not None  # noqa: S101
        reasons = self._reasons(case, found[0].option, found[1].option)
        rule = self._rule(case, sense, reasons)
        return MentionVerdict(
            "linked",
            winner.document.family,
            rule,
            BECAUSE[rule],
            winner,
            winner.document.symbol,
            *_ordered(documents),
            reasons,
        )

    def _rule(self, case: WeighedCase, sense: Sense, reasons: Sequence[Reason]) -> Rule:
        """Returns the one step that a reader would name: the one with the greatest weight."""
        if case.kind == "congress":
            return "congress"
        if case.kind == "plain":
            return "issuer-and-topic"
        latest = sense.article.writing.latest
        rivals = [
            c
            for c in self._index.possible(case.type, "TW", case.number)
            if not latest or c.earliest <= latest
        ]
        if case.of_party and len(rivals) == 1:
            return "only-one"
        weights = {reason.feature: reason.weight for reason in reasons}
        weight_of = {rule: sum(weights.get(name, 0.0) for name in names) for rule, names in STEPS.items()}
        if case.kind == "plenum":
            return "topic" if weight_of["topic"] >= LEAST_REPORTED else "current-term"
        if case.of_party:  # the list adds nothing to the mention's own words
            del weight_of["company"]
        return next((rule for rule, weight in weight_of.items() if weight >= LEAST_REPORTED), "only-one")

    def _waits(
        self, case: WeighedCase, documents: Sequence[Weighed], found: Sequence[Weighed]
    ) -> MentionVerdict:
        first = documents[0]
        rival = next(each for each in found if each is not first)
        rule: Rule = "several-terms" if case.of_party else WAITING.get(case.kind, "bare-number")
        return MentionVerdict(
            "ambiguous",
            "party",
            rule,
            "the evidence does not decide",
            None,
            _symbol(case),
            *_ordered(documents),
            self._reasons(case, first.option, rival.option),
        )

    def _reasons(self, case: WeighedCase, winner: Option, rival: Option) -> tuple[Reason, ...]:
        weights = self._model.weights.get(case.kind, {})
        reasons = []
        for name in {**winner.features, **rival.features}:
            weight = weights.get(name, 0.0) * (winner.features.get(name, 0.0) - rival.features.get(name, 0.0))
            if abs(weight) >= LEAST_REPORTED:
                reasons.append(
                    Reason(name, round(weight, 2), winner.words.get(name) or rival.words.get(name, ""))
                )
        reasons.sort(key=lambda reason: -abs(reason.weight))
        return tuple(reasons[:MOST_REPORTED])


BECAUSE: dict[Rule, str] = {
    "only-one": "the only one of its number so far",
    "issuer": "the only one of its issuer",
    "topic": "its matter is named beside it",
    "publication-date": "issued in the twelve months before",
    "current-term": "the plenum of the term in which the text was written",
    "habit": "the press means it by this number at that time",
    "company": "in one list with documents of the Party",
    "short-name": "the catalogue lists this name",
    "congress": "the congress is stated",
    "issuer-and-topic": "issuer and matter are stated",
}


def _ordered(documents: Sequence[Weighed]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    return (
        tuple(each.option.name for each in documents),
        tuple(round(each.probability, 4) for each in documents),
    )


def _none(case: WeighedCase, found: Sequence[Weighed]) -> MentionVerdict | None:
    best = found[0].option
    if best.name and best.features.get("subject"):  # a document of the state that the catalogue knows
        return MentionVerdict("unlisted", "state", "topic", "its matter is named beside it", None, best.name)
    if best.name:
        return None
    if case.of_party or case.kind == "plenum":
        rule: Rule = "plenum" if case.kind == "plenum" else "unlisted"
        return MentionVerdict("unlisted", "party", rule, "not in the catalogue", None, _symbol(case))
    return None


def _symbol(case: WeighedCase) -> str | None:
    if case.kind == "number":
        return f"{case.number:02d}-{case.type}/TW" if case.of_party else None
    return f"TW-{case.number}" if case.kind == "plenum" else None
