"""Measures how well and how fast documents are linked: `python -m benchmarks.linking`.

Quality is measured on annotated articles by five-fold cross-validation, beside a baseline that takes an hour to
write: the symbol by a regular expression, and the newest document that has it. Speed is measured on the same
articles, as they are and with their key words removed, in the mix of a night: one article in twenty mentions a
document. Times are of the processor, on one core, the best of some rounds; beside them, in the same run, a bare RE2
scan for the key words.
"""

import itertools
import json
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

from benchmarks.others import others_python
from config.catalogue import Catalogue, load_catalogue
from models.messages.mention import Mention
from scripts.linking.articles import DATA, LABELLED, Labelled, labelled, unlabelled
from scripts.linking.crossvalidate import FOLDS, Judged, LinkingScores, cross_validate, figures, interval
from stream_apps.rules.almanac import Almanac
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.keywords import may_mention
from stream_apps.rules.link import Linker
from stream_apps.rules.reference_finder import references

ERAS = ("2025-26", "earlier", "undated")
STEPS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1.01)
PLAIN_SYMBOL = re.compile(r"(\d{1,3})\s?-\s?NQ/TW")
KEY_WORDS = re.compile(r"nghị quyết|nghi quyet|nq|chỉ thị|kết luận|quy định số|/TW|/TƯ", re.IGNORECASE)
ROUNDS, NIGHT = 7, 20
NOTHING_KNOWN = Almanac(Catalogue({}))
Texts = Sequence[tuple[str, str, date | None]]


def measure(path: Path) -> LinkingScores:
    """Measures one file of labelled articles with the shipped model, which was learned from them too."""
    linker = Linker(load_catalogue())
    articles = labelled(path.parent, (path.name,))
    return figures(Judged(a, 0, linker.link(a.title, a.lead, a.text, a.published)) for a in articles)


def main() -> None:
    if not (DATA / LABELLED[0]).exists():
        print(f"linking: left out, no annotated articles at {DATA}; set LANTOA_SHARED_DATA")
        return
    articles, catalogue = labelled(), load_catalogue()
    _print_quality(cross_validate(articles, unlabelled(), catalogue), articles, catalogue)
    _print_speed(_texts(DATA / LABELLED[0]))


def _print_quality(judged: Sequence[Judged], articles: Sequence[Labelled], catalogue: Catalogue) -> None:
    sure = [each for each in judged if each.article.sure]
    groups = {
        "two readers, sure": sure,
        **{f"  {era}": [each for each in sure if each.article.era == era] for era in ERAS},
        "one reader, or unsure": [each for each in judged if not each.article.sure],
        **{f"fold {fold + 1}, sure": [each for each in sure if each.fold == fold] for fold in range(FOLDS)},
    }
    print(f"\n{'':<24}{'links':>6}  precision          recall             linked or waiting  waiting/central")
    for name, group in groups.items():
        print(f"{name:<24}{_line(figures(group))}")
    plain = [Judged(a, 0, by_symbol(a, catalogue)) for a in articles if a.sure]
    print(f"{'symbol and newest':<24}{_line(figures(plain))}")
    found = figures(sure)
    for label, pairs in (("wrong", found.wrong), ("missed", found.missed)):
        for article, document in pairs:
            print(
                f"  {label}: {document} in {article}{' (in silence)' if (article, document) in found.silent else ''}"
            )
    _print_reliability(found)


def _line(found: LinkingScores) -> str:
    links = found.right + len(found.missed)
    shares = (
        (found.right, found.right + len(found.wrong)),
        (found.right, links),
        (links - len(found.silent), links),
    )
    cells = (
        f"{right / max(1, of):.3f} ({'–'.join(f'{x:.3f}' for x in interval(right, of))})"
        for right, of in shares
    )
    return f"{links:>6}  {'  '.join(cells)}  {found.waiting}/{found.central}"


def _print_reliability(found: LinkingScores) -> None:
    """Prints, for each range of probabilities, how many of the weighed documents are right."""
    print(f"  weighed {len(found.weighed)}, Brier score {found.brier:.3f}; given → right:", end="")
    for low, high in itertools.pairwise(STEPS):
        part = [(p, right) for p, right in found.weighed if low <= p < high]
        if part:
            given, right = (sum(each) / len(part) for each in zip(*part, strict=True))
            print(f"  {given:.2f} → {right:.2f} ({len(part)})", end="")
    print()


def by_symbol(article: Labelled, catalogue: Catalogue) -> tuple[Mention, ...]:
    """Returns, for `29-NQ/TW`, the newest document with that symbol on the day of the article."""
    found: dict[str, Mention] = {}
    for match in PLAIN_SYMBOL.finditer(f"{article.title}\n{article.text}"):
        symbol = f"{int(match[1]):02d}-NQ/TW"
        borne = [d for d in catalogue.documents.values() if d.symbol == symbol and d.issued]
        by_then = [d for d in borne if not article.published or d.issued <= article.published]
        if by_then:
            newest = max(by_then, key=lambda d: d.issued or date.min)
            found[newest.id] = Mention(match[0], 0, 1, "body", newest.id, symbol, "party", "linked", "symbol")
    return tuple(found.values())


def _texts(path: Path) -> dict[str, Texts]:
    full = [(a.title, a.text, a.published) for a in labelled(path.parent, (path.name,))]
    silent = [(KEY_WORDS.sub("văn bản", a), KEY_WORDS.sub("văn bản", b), day) for a, b, day in full]
    night = [full[i] if i % NIGHT == n else silent[i] for n in range(NIGHT) for i in range(len(full))]
    return {"a night": night, "all mention": full * 5, "none mentions": silent * 10}


def _print_speed(sets: dict[str, Texts]) -> None:
    linker, bare = Linker(load_catalogue()), _bare_rates(sets)
    for name, texts in sets.items():
        seconds, shares = _shares(linker, texts)
        rate = _megabytes(texts) / seconds
        steps = "  ".join(f"{step} {share:.0%}" for step, share in shares.items())
        print(f"  {name:<14}{rate:5.0f} MB/s  {rate / bare[name]:5.2f} of a bare RE2 scan   {steps}")


def _shares(linker: Linker, texts: Texts) -> tuple[float, dict[str, float]]:
    """Returns for each step what it takes beyond the one before."""
    spoken = [row for row in texts if may_mention(row[0]) or may_mention(row[1])]
    total = _best(lambda: [linker.link(a, "", b, day) for a, b, day in texts])
    sought = _best(lambda: [may_mention(a) or may_mention(b) for a, b, _ in texts])
    folded = _best(lambda: _articles(spoken))
    read = _best(lambda: [references(article) for article in _articles(spoken)])
    seconds = {"key words": sought, "folding": folded, "reading": read - folded}
    shares = {step: taken / total for step, taken in seconds.items()}
    return total, shares | {"deciding": max(0.0, 1 - sum(shares.values()))}


def _articles(texts: Texts) -> list[ArticleText]:
    return [ArticleText((("title", a), ("body", b)), day, NOTHING_KNOWN) for a, b, day in texts]


def _bare_rates(sets: dict[str, Texts]) -> dict[str, float]:
    with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({name: [f"{a}\n{b}" for a, b, _ in texts] for name, texts in sets.items()}, file)
        file.flush()
        scan = [str(others_python()), "-m", "benchmarks.contestants.bare_scan", file.name]
        run = subprocess.run(
            scan, cwd=Path(__file__).parents[1], check=True, stdout=subprocess.PIPE, text=True
        )
    rates: dict[str, float] = json.loads(run.stdout)
    return rates


def _best(step: Callable[[], object]) -> float:
    """Returns the best of some rounds, because other programs use the machine too."""
    return min(_seconds(step) for _ in range(ROUNDS))


def _seconds(step: Callable[[], object]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def _megabytes(texts: Texts) -> float:
    return sum(len((title + body).encode()) for title, body, _ in texts) / 1e6


if __name__ == "__main__":
    main()
