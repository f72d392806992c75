"""The simulation's own answer, computed from the pieces as written and not from any feed."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from lantoa.demo.demo_pieces import Article
from lantoa.demo.references import load_references
from lantoa.demo.timeline import hanoi_day
from lantoa.demo.world import World

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """Figures of one row. `waiting` items need a human; the date of `flagged` items was replaced by the first sight."""

    items: int
    stories: int
    outlets: int
    waiting: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The pieces that count in one period."""

    period: str
    pieces: tuple[Article, ...]

    @property
    def totals(self) -> AnswerFigures:
        return _figures(self.pieces)

    @property
    def central_partner(self) -> AnswerFigures:
        """Returns the numbers of central press outlets and items in the report's sentence."""
        return _figures([piece for piece in self.pieces if piece.outlet.central_partner])

    def rows(self, by: Sequence[str]) -> Mapping[Key, AnswerFigures]:
        """Returns the figures for each combination of values of `by` (keys of DIMENSIONS) that has items."""
        cells: defaultdict[Key, list[Article]] = defaultdict(list)
        for piece in self.pieces:
            for key in product(*(DIMENSIONS[name](piece) for name in by)):
                cells[key].append(piece)
        return {key: _figures(pieces) for key, pieces in cells.items()}


def answer(world: World, period: str = "2024") -> Answer:
    """Computes the answer; `period` is in the form of counting.md: `2024`, `2024-Q3`, `2024-07`, `2024-07-15` or
    `2024-01-01..2024-06-30`."""
    first, last = _days(period)
    counted = (a for a in world.articles if a.in_scope and first <= hanoi_day(a.counted) <= last)
    return Answer(period, tuple(counted))


def _resolutions(piece: Article) -> tuple[str | None, ...]:
    """Returns its rows by resolution, plenums included. A waiting piece is in none; one that refers to nothing is in
    the row null."""
    ids = load_references().with_plena(piece.text.resolutions)
    return tuple(sorted(ids)) or (() if piece.text.undecided else (None,))


DIMENSIONS: Mapping[str, Callable[[Article], tuple[str | None, ...]]] = {
    "outlet": lambda piece: (piece.outlet.id,),
    "resolution": _resolutions,
    "channel": lambda piece: (piece.channel,),
    "form": lambda piece: (piece.form,),
    "month": lambda piece: (hanoi_day(piece.counted)[:7],),
    "level": lambda piece: (piece.outlet.level,),
}


def _figures(pieces: Iterable[Article]) -> AnswerFigures:
    listed = list(pieces)
    return AnswerFigures(
        items=len(listed),
        stories=len({piece.story for piece in listed}),
        outlets=len({piece.outlet.id for piece in listed}),
        waiting=sum(piece.text.undecided for piece in listed),
        flagged=sum(piece.dateline != "stated" for piece in listed),
    )


def _days(period: str) -> tuple[str, str]:
    """Returns first and last day, both included."""
    if ".." in period:
        first, _, last = period.partition("..")
        return first, last
    year, _, rest = period.partition("-")
    if rest.startswith("Q"):
        quarter = int(rest[1:])
        return f"{year}-{quarter * 3 - 2:02}-01", _last_day(year, quarter * 3)
    if not rest:
        return f"{year}-01-01", f"{year}-12-31"
    return (period, period) if "-" in rest else (f"{period}-01", _last_day(year, int(rest)))


def _last_day(year: str, month: int) -> str:
    return f"{year}-{month:02}-{monthrange(int(year), month)[1]}"
