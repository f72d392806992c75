"""Five-fold cross-validation: every labelled article is linked by a model that was learned without it."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt

from config.catalogue import Catalogue
from models.messages.mention import Mention
from scripts.linking.articles import Labelled
from scripts.linking.examples import Reader, examples, habits, with_habits
from scripts.linking.fit import fit
from scripts.linking.learn import OF_FORMS, forms, rarity
from stream_apps.rules.link import Linker
from stream_apps.rules.weighing.model import Model

FOLDS, SEED = 5, 5
CONFIDENCE = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Judged:
    """An article and what was found in it; for each document of the Party that a mention was weighed for, the
    probability and whether the readers name it."""

    article: Labelled
    fold: int
    mentions: tuple[Mention, ...]

    @property
    def found(self) -> frozenset[str]:
        return frozenset(m.resolution for m in self.mentions if m.status == "linked" and m.resolution)

    @property
    def waiting(self) -> frozenset[str]:
        return frozenset(name for m in self.mentions if m.status == "ambiguous" for name in m.candidates)

    @property
    def waits(self) -> bool:
        """An allusion is counted separately."""
        return any(m.status == "ambiguous" and m.rule != "allusion" for m in self.mentions)


@dataclass
class LinkingScores:
    right: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    silent: list[tuple[str, str]] = field(default_factory=list)
    articles: int = 0
    central: int = 0
    waiting: int = 0
    weighed: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + len(self.missed))

    @property
    def linked_or_waiting(self) -> float:
        return 1 - len(self.silent) / max(1, self.right + len(self.missed))

    @property
    def brier(self) -> float:
        return sum((p - right) ** 2 for p, right in self.weighed) / max(1, len(self.weighed))


def cross_validate(
    annotated: Sequence[Labelled], free: Sequence[Labelled], catalogue: Catalogue
) -> list[Judged]:
    """Learns weights and habits again in each fold. The rarity of words comes from articles without labels."""
    counts, articles = rarity(free)
    model = Model({}, rarity=counts, articles=articles)
    reader = Reader(catalogue, model)
    always = [
        *examples((read for each in free if (read := reader.read(each))), reader, False),
        *examples((read for each in forms() if (read := reader.read(each))), reader, True, OF_FORMS),
    ]
    reads = {each.id: read for each in annotated if (read := reader.read(each))}
    labelled = list(examples(reads.values(), reader, True))
    fold_of = _folds(annotated)
    judged: list[Judged] = []
    for fold in range(FOLDS):
        counted = habits(read for name, read in reads.items() if fold_of[name] != fold)
        training = [e for e in labelled if fold_of[e.read.labelled.id] != fold] + always
        with_habits(training, counted)
        linker = Linker(catalogue, replace(model, weights=fit(training), habits=counted))
        judged += [
            Judged(a, fold, linker.link(a.title, a.lead, a.text, a.published))
            for a in annotated
            if fold_of[a.id] == fold
        ]
    return judged


def figures(judged: Iterable[Judged]) -> LinkingScores:
    """Scores links to named documents, one for each article and document; what only one reader named is neither right
    nor wrong."""
    found = LinkingScores()
    for each in judged:
        right, optional = each.article.right, each.article.optional
        missed = right - each.found
        found.articles += 1
        found.central += bool(right or each.article.unlisted)
        found.waiting += each.waits
        found.right += len(right & each.found)
        found.wrong += [(each.article.id, name) for name in sorted(each.found - right - optional)]
        found.missed += [(each.article.id, name) for name in sorted(missed)]
        found.silent += [(each.article.id, name) for name in sorted(missed - each.waiting)]
        weighed = {m.candidates[0]: m.probabilities[0] for m in each.mentions if m.probabilities}
        found.weighed += [(p, name in right) for name, p in weighed.items() if name not in optional]
    return found


def interval(right: int, of: int) -> tuple[float, float]:
    """Returns Wilson's interval for 95 %."""
    if not of:
        return 0.0, 1.0
    share, spread = right / of, CONFIDENCE**2 / of
    middle = (share + spread / 2) / (1 + spread)
    width = CONFIDENCE * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return middle - width, middle + width


def _folds(annotated: Sequence[Labelled]) -> dict[str, int]:
    names = sorted(each.id for each in annotated)
    random.Random(SEED).shuffle(names)  # noqa: S311  # the folds are the same every time
    return {name: place % FOLDS for place, name in enumerate(names)}
