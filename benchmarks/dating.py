"""Measures how well undated texts are dated: `python -m benchmarks.dating`.

The dates of dated articles are hidden, and compared with what the rules read from the texts. Some dates are known
only approximately (`~2017`): then any day of that time is right.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from dateutil import parser

from config.catalogue import load_catalogue
from scripts.linking.articles import DATA as SHARED_DATA
from stream_apps.rules.almanac import Almanac
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.dating import Writing
from stream_apps.rules.keywords import may_mention

LABELLED = ("mentions-dev.jsonl", "mentions-more.jsonl")
UNLABELLED = "articles-unlabelled.jsonl.gz"
ABOUT = re.compile(r"~?(\d{4})(?:-(\d\d))?(?:/(\d\d))?(?:\s.*)?")
YEAR = 365.25


@dataclass(frozen=True)
class Dated:
    """A text's true time, and what was read from it."""

    first: date
    last: date
    read: Writing

    @property
    def early_enough(self) -> bool:
        return self.read.earliest is None or self.read.earliest <= self.last

    @property
    def late_enough(self) -> bool:
        return self.read.latest is None or self.read.latest >= self.first

    @property
    def years_off(self) -> float | None:
        day = self.read.day
        if day is None:
            return None
        return max((self.first - day).days, (day - self.last).days, 0) / YEAR


def measure(folder: Path, files: Sequence[str]) -> list[Dated]:
    """Measures dated articles that may mention a document."""
    almanac, found = Almanac(load_catalogue()), []
    for row in (row for name in files for row in _rows(folder / name)):
        texts = [row.get(key) or "" for key in ("title", "lead", "text")]
        time = _time(row.get("published"))
        if time and any(map(may_mention, texts)):
            title, lead, body = texts
            article = ArticleText((("title", title), ("lead", lead), ("body", body)), None, almanac)
            found.append(Dated(*time, article.writing))
    return found


def main() -> None:
    if not (SHARED_DATA / UNLABELLED).exists():
        print(f"dating: left out, no articles at {SHARED_DATA}; set LANTOA_SHARED_DATA")
        return
    found = measure(SHARED_DATA, (*LABELLED, UNLABELLED))
    for name, first, last in (
        ("all", 0, 9999),
        ("to 2019", 0, 2019),
        ("2020-24", 2020, 2024),
        ("2025-", 2025, 9999),
    ):
        _print(name, [each for each in found if first <= each.first.year <= last])


def _print(name: str, found: Sequence[Dated]) -> None:
    inside = share([each.early_enough and each.late_enough for each in found])
    early, late = (
        share(each) for each in zip(*((d.early_enough, d.late_enough) for d in found), strict=True)
    )
    known = share([each.read.earliest is not None for each in found])
    reads = [each.read for each in found]
    widths = [(r.latest - r.earliest).days / YEAR for r in reads if r.latest and r.earliest]
    off = [each.years_off for each in found if each.years_off is not None]
    print(
        f"{name:<8} {len(found):>4} articles: within the days {inside:.3f} (not before {early:.3f}, not after {late:.3f}); "
        f"something known {known:.2f}, both ends {len(widths) / len(found):.2f}, median width {median(widths):.1f} years; "
        f"guess off by {median(off):.1f} years (median), {sum(off) / len(off):.1f} (mean)"
    )


def share(values: Sequence[bool]) -> float:
    return sum(values) / len(values)


def _time(text: str | None) -> tuple[date, date] | None:
    if not text:
        return None
    if about := ABOUT.fullmatch(text):
        year, month, until = int(about[1]), int(about[2] or 1), int(about[3] or about[2] or 12)
        return date(year, month, 1), date(year, until, 28)
    try:
        day = parser.parse(text).date()
    except (ValueError, OverflowError):
        return None
    return day, day


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return map(json.loads, text.decode().splitlines())


if __name__ == "__main__":
    main()
