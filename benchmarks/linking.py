"""How well and how fast documents are linked: `python -m benchmarks.linking [mentions-dev.jsonl]`.

Quality is measured on annotated articles; speed on the same articles, as they are and with their key words taken out, in
the mix of a night: one article in twenty mentions a document. Times are of the processor, on one core, the best of some
rounds; beside them, in the same run, a bare RE2 scan for the key words.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from dateutil import parser

from benchmarks.others import others_python
from config.catalogue import load_catalogue
from stream_apps.rules.article import Article
from stream_apps.rules.keywords import may_mention
from stream_apps.rules.link import Linker
from stream_apps.rules.reading import references

SHARED_DATA = Path(os.environ.get("LANTOA_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
FAMILIES = {
    "STATE": "state",
    "LOCAL": "local_party",
    "FOREIGN": "foreign",
    "OTHER": "other",
    "GENERAL": "party",
}
KEY_WORDS = re.compile(r"nghị quyết|nghi quyet|nq|chỉ thị|kết luận|quy định số|/TW|/TƯ", re.IGNORECASE)
ROUNDS, NIGHT = 7, 20
Texts = Sequence[tuple[str, str, date | None]]


@dataclass
class Score:
    right: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    families: list[bool] = field(default_factory=list)
    unlisted: list[bool] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed))

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def families_found(self) -> float:
        return sum(self.families) / len(self.families)


def measure(path: Path) -> Score:
    """Of links to documents of the catalogue, one an article and document; and of the annotators' other labels."""
    linker, score = Linker(load_catalogue()), Score()
    for row in _rows(path):
        mentions = linker.link(row["title"], "", row["text"], when(row["published"]))
        found = {m.resolution for m in mentions if m.status == "linked"}
        wanted = set(row["resolutions"])
        score.right += len(found & wanted)
        score.wrong += [(row["id"], str(name)) for name in found - wanted]
        score.missed += [(row["id"], name) for name in wanted - found]
        families = {m.family for m in mentions}
        score.families += [FAMILIES[name] in families for name in row["families"]]
        symbols = {m.symbol for m in mentions if m.status == "unlisted"}
        score.unlisted += [_symbol_of(name) in symbols for name in row["unlisted"]]
    return score


def when(text: str | None) -> date | None:
    """The annotators' dates: as the paper gave them, or about (`~2017`, `2016-11/12`)."""
    if not text:
        return None
    if about := re.fullmatch(r"~?(\d{4})(?:-(\d\d))?(?:/\d\d)?(?:\s.*)?", text):
        return date(int(about[1]), int(about[2] or 6), 28)
    return parser.parse(text).date()


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED_DATA / "mentions-dev.jsonl"
    if not path.exists():
        print(f"linking: left out, no annotated articles at {path}; set LANTOA_SHARED_DATA")
        return
    _print_score(measure(path))
    _print_speed(_texts(path))


def _print_score(score: Score) -> None:
    print(
        f"\nlinks: precision {score.precision:.3f}  recall {score.recall:.3f}  F1 {score.f1:.3f}; "
        f"family labels {sum(score.families)}/{len(score.families)}, unlisted {sum(score.unlisted)}/{len(score.unlisted)}"
    )
    for label, pairs in (("wrong", score.wrong), ("missed", score.missed)):
        for article, name in pairs:
            print(f"  {label}: {name} in {article}")


def _texts(path: Path) -> dict[str, Texts]:
    full = [(row["title"], row["text"], when(row["published"])) for row in _rows(path)]
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
    """Of each step: what it takes more than the one before."""
    spoken = [row for row in texts if may_mention(row[0]) or may_mention(row[1])]
    total = _best(lambda: [linker.link(a, "", b, day) for a, b, day in texts])
    sought = _best(lambda: [may_mention(a) or may_mention(b) for a, b, _ in texts])
    folded = _best(lambda: _articles(spoken))
    read = _best(lambda: [references(article) for article in _articles(spoken)])
    seconds = {"key words": sought, "folding": folded, "reading": read - folded}
    shares = {step: taken / total for step, taken in seconds.items()}
    return total, shares | {"deciding": max(0.0, 1 - sum(shares.values()))}


def _articles(texts: Texts) -> list[Article]:
    return [Article((("title", a), ("body", b)), day, lambda _: None) for a, b, day in texts]


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
    """The best of some rounds: others use the machine too."""
    return min(_seconds(step) for _ in range(ROUNDS))


def _seconds(step: Callable[[], object]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def _megabytes(texts: Texts) -> float:
    return sum(len((title + body).encode()) for title, body, _ in texts) / 1e6


def _symbol_of(label: str) -> str:
    """`UNLISTED:22-NQ/TW@XII` → `22-NQ/TW`."""
    return label.partition(":")[2].partition("@")[0]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
