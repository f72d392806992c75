"""Learns the weights of evidence: `python -m scripts.linking.learn` writes config/linking/learned.json from the
shared articles."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from config.catalogue import Catalogue, load_catalogue
from scripts.linking.articles import Labelled, labelled, unlabelled
from scripts.linking.examples import FORM, Example, Reader, examples, habits, with_habits
from scripts.linking.fit import fit
from stream_apps.rules.text import fold
from stream_apps.rules.weighing.model import SHIPPED, Model, write_model
from stream_apps.rules.weighing.syllables import Syllables
from tests.rules.table import ROWS

OF_FORMS = 0.5  # weight of a row of the table of forms, relative to an article
LEAST_ARTICLES = 6  # a pair of syllables in fewer articles is as rare as one that was never seen


def learn(annotated: Sequence[Labelled], free: Sequence[Labelled], catalogue: Catalogue) -> Model:
    counts, articles = rarity(free)
    model = Model({}, rarity=counts, articles=articles)
    reader = Reader(catalogue, model)
    found = [*_examples(annotated, reader, True), *_examples(free, reader, False)]
    found += _examples(forms(), reader, True, OF_FORMS)
    counted = habits(
        {
            example.read.labelled.id: example.read
            for example in found
            if not example.read.labelled.id.startswith(FORM)
        }.values()
    )
    with_habits(found, counted)
    return replace(model, habits=counted, weights=fit(found))


def forms() -> list[Labelled]:
    """Reads the table of forms of tests/rules. Of its rows that wait it takes only bare numbers, of which nothing may
    link."""
    return [
        Labelled(
            f"row {number}",
            "",
            "",
            row.text,
            row.published,
            frozenset(name for name in row.expected if ":" not in name),
        )
        for number, row in enumerate(ROWS)
        if all(
            "ambiguous" not in expected or rule == "bare-number"
            for expected, rule in zip(row.expected, row.rules, strict=True)
        )
    ]


def _examples(
    articles: Iterable[Labelled], reader: Reader, labelled: bool, weight: float = 1.0
) -> list[Example]:
    reads = (read for each in articles if (read := reader.read(each)))
    return list(examples(reads, reader, labelled, weight))


def rarity(articles: Sequence[Labelled]) -> tuple[dict[str, int], int]:
    """Returns the number of articles with each pair of syllables, and the number of articles."""
    counts: Counter[str] = Counter()
    for article in articles:
        words = Syllables(fold(f"{article.title}\n{article.lead}\n{article.text}")).words
        counts.update({f"{a} {b}" for a, b in pairwise(words)})
    return {pair: count for pair, count in counts.items() if count >= LEAST_ARTICLES}, len(articles)


def main() -> None:
    model = learn(labelled(), unlabelled(), load_catalogue())
    write_model(model, SHIPPED)
    sys.stdout.write(f"{SHIPPED}: {SHIPPED.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
