"""How well and how fast documents are linked: `python -m benchmarks.linking [mentions-dev.jsonl]`.

Quality is measured on annotated articles; speed on the same articles, as they are and with their key words taken out, in
the mix of a night: one article in twenty mentions a document. Times are of the processor, on one core.
"""

import json
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dateutil import parser

from config.catalogue import load_catalogue
from stream_apps.rules.article import Article
from stream_apps.rules.keywords import may_mention
from stream_apps.rules.link import Linker
from stream_apps.rules.reading import references

FAMILIES = {"STATE": "state", "LOCAL": "local_party", "FOREIGN": "foreign", "OTHER": "other"}
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
    def families_found(self) -> float:
        return sum(self.families) / len(self.families)


def measure(path: Path) -> Score:
    linker, score = Linker(load_catalogue()), Score()
    for row in _rows(path):
        mentions = linker.link(row["title"], "", row["text"], when(row["published"]))
        found = {m.resolution for m in mentions if m.status == "linked"}
        wanted = set(row["resolutions"])
        score.right += len(found & wanted)
        score.wrong += [(row["id"], name) for name in found - wanted]
        score.missed += [(row["id"], name) for name in wanted - found]
        families = {m.family for m in mentions}
        score.families += [FAMILIES[name] in families for name in row["families"] if name in FAMILIES]
        symbols = {m.symbol for m in mentions if m.status == "unlisted"}
        score.unlisted += [name[9:].partition("@")[0] in symbols for name in row["unlisted"]]
    return score


def when(text: str | None) -> date | None:
    """The annotators' dates: as the paper gave them, or about (`~2017`, `2016-11/12`)."""
    if not text:
        return None
    if about := re.fullmatch(r"~?(\d{4})(?:-(\d\d))?(?:/\d\d)?(?:\s.*)?", text):
        return date(int(about[1]), int(about[2] or 6), 28)
    return parser.parse(text).date()


def main(path: Path) -> None:
    score = measure(path)
    print(
        f"precision {score.precision:.3f}  recall {score.recall:.3f}  "
        f"families {score.families_found:.2f}  unlisted {sum(score.unlisted)}/{len(score.unlisted)}"
    )
    for label, pairs in (("wrong", score.wrong), ("missed", score.missed)):
        for article, name in pairs:
            print(f"  {label}: {name} in {article}")
    linker = Linker(load_catalogue())
    full = [(row["title"], row["text"], when(row["published"])) for row in _rows(path)]
    silent = [
        (KEY_WORDS.sub("văn bản", title), KEY_WORDS.sub("văn bản", text), day) for title, text, day in full
    ]
    night = [full[i] if i % NIGHT == n else silent[i] for n in range(NIGHT) for i in range(len(full))]
    for label, texts in (("a night", night), ("all mention", full * 5), ("none mentions", silent * 10)):
        print(f"{label}: {_speed(linker, texts):.0f} MB/s")
    _shares(linker, full * 5)


def _speed(linker: Linker, texts: Texts) -> float:
    """The best of some rounds: others use the machine too."""
    return _megabytes(texts) / min(
        _seconds(lambda: [linker.link(t, "", b, d) for t, b, d in texts]) for _ in range(ROUNDS)
    )


def _shares(linker: Linker, texts: Texts) -> None:
    def articles() -> list[Article]:
        return [Article((("title", t), ("body", b)), d, lambda _: None) for t, b, d in texts]

    steps = {
        "key words": lambda: [may_mention(t) or may_mention(b) for t, b, _ in texts],
        "folding": articles,
        "reading": lambda: [references(a) for a in articles()],
        "deciding": lambda: [linker.link(t, "", b, d) for t, b, d in texts],
    }
    reached = {name: min(_seconds(step) for _ in range(ROUNDS)) for name, step in steps.items()}
    total = reached["deciding"]
    own = {
        "key words": reached["key words"],
        "folding": reached["folding"],
        "reading": reached["reading"] - reached["folding"],
        "deciding": total - reached["reading"] - reached["key words"],
    }
    print("  ".join(f"{name} {seconds / total:.0%}" for name, seconds in own.items()))


def _seconds(step: object) -> float:
    start = time.process_time()
    step()  # type: ignore[operator]
    return time.process_time() - start


def _megabytes(texts: Texts) -> float:
    return sum(len((title + body).encode()) for title, body, _ in texts) / 1e6


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    default = Path(os.environ.get("LANTOA_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default / "mentions-dev.jsonl")
