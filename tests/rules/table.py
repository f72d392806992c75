"""The rows of rows.tsv: sentences of our own, with what each gives and the rule that must decide."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).parent / "rows.tsv"


@dataclass(frozen=True)
class Row:
    """`expected`: an id, or family:status, for each mention in reading order, and the `rules` that must decide them."""

    text: str
    published: date | None
    expected: tuple[str, ...]
    rules: tuple[str, ...]


def _rows():
    for line in FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            text, published, expected, rule = line.split("\t")
            day = None if published == "-" else date.fromisoformat(published)
            names, rules = (() if cell == "-" else tuple(cell.split()) for cell in (expected, rule))
            yield Row(f"{text}.", day, names, rules if len(rules) == len(names) else rules * len(names))


ROWS = tuple(_rows())
