"""The labelled and the unlabelled articles from which linking is learned; they are not part of this repository."""

import gzip
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dateutil import parser

DATA = Path(os.environ.get("LANTOA_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
LABELLED = ("mentions-dev.jsonl", "mentions-more.jsonl")
UNLABELLED = "articles-unlabelled.jsonl.gz"
ABOUT = re.compile(r"~?(\d{4})(?:-(\d\d))?(?:/\d\d)?(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Labelled:
    """`right` are the documents that it names, according to the readers; `optional` ones are neither right nor wrong.
    `evidence` maps labels to words. `sure` is true where two readers agree and are sure."""

    id: str
    title: str
    lead: str
    text: str
    published: date | None
    right: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    unlisted: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    sure: bool = True

    @property
    def era(self) -> str:
        if self.published is None:
            return "undated"
        return "2025-26" if self.published.year >= 2025 else "earlier"


def labelled(folder: Path = DATA, files: Sequence[str] = LABELLED) -> list[Labelled]:
    return [
        _article(row) for name in files for row in _lines((folder / name).read_text("utf-8").splitlines())
    ]


def unlabelled(folder: Path = DATA) -> list[Labelled]:
    with gzip.open(folder / UNLABELLED, "rt", encoding="utf-8") as file:
        return [_article(row) for row in _lines(file)]


def when(text: str | None) -> date | None:
    """Returns the date as the paper gave it, or an approximate one: `~2017`, `2016-11/12`; None for a text that
    cannot be read."""
    if not text:
        return None
    if about := ABOUT.fullmatch(text):
        return date(int(about[1]), int(about[2] or 6), 28)
    try:
        return parser.parse(text).date()
    except (ValueError, OverflowError):
        return None


def _lines(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
    return map(json.loads, lines)


def _article(row: dict[str, Any]) -> Labelled:
    return Labelled(
        row["id"],
        row.get("title") or "",
        row.get("lead") or "",
        row.get("text") or "",
        when(row.get("published")),
        frozenset(row.get("resolutions", ())),
        frozenset(row.get("optional", ())),
        tuple(row.get("unlisted", ())),
        tuple(row.get("families", ())),
        tuple(row.get("evidence", {}).items()),
        row.get("sure", True) and row.get("readers", 2) == 2,
    )
