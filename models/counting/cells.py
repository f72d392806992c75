"""Which cells of the tallies count an item (architecture.md, Which cells are kept; counting.md, Resolutions in rows)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Protocol
from urllib.parse import quote, unquote

from models.counting.period import kept_periods, month_of
from models.counting.resolution_rows import resolutions_in_rows

SIGNS = re.compile("[%|,=]")  # that have a meaning in a cell's key
KEPT: tuple[tuple[str, ...], ...] = (
    (),
    ("resolution",),
    ("channel",),
    ("outlet",),
    ("form",),
    ("level",),
    ("channel", "resolution"),
    ("outlet", "resolution"),
    ("month", "outlet"),
)


class Countable(Protocol):
    """What cells count: an item or an activity."""

    @property
    def programme(self) -> str: ...

    @property
    def day(self) -> date: ...

    @property
    def counts(self) -> bool: ...

    def values(self, dimension: str) -> tuple[str | None, ...]:
        """The rows of one dimension that count it."""
        ...


@dataclass(frozen=True, slots=True)
class Counted:
    """The fields of an item that determine its cells. `resolutions` holds plenums too; `story` is null while it is alone."""

    programme: str
    counts: bool
    day: date
    outlet: str
    channel: str
    form: str
    level: str
    resolutions: tuple[str, ...]
    waiting: bool
    flagged: bool
    story: str | None = None

    def values(self, dimension: str) -> tuple[str | None, ...]:
        if dimension == "resolution":
            return resolutions_in_rows(self.resolutions, waiting=self.waiting)
        if dimension == "month":
            return (month_of(self.day),)
        value: str = getattr(self, dimension)
        return (value,)


@dataclass(frozen=True, slots=True)
class Reported:
    """The fields of an activity that determine its cells. It has no outlet, form or level and is counted in their rows null."""

    programme: str
    day: date
    channel: str
    resolutions: tuple[str, ...]
    waiting: bool
    sessions: int
    points: int | None
    participants: int | None
    invited: int | None
    counts: bool = True

    def values(self, dimension: str) -> tuple[str | None, ...]:
        if dimension == "resolution":
            return resolutions_in_rows(self.resolutions, waiting=self.waiting)
        if dimension == "month":
            return (month_of(self.day),)
        return (self.channel if dimension == "channel" else None,)


@dataclass(frozen=True, slots=True)
class CellName:
    programme: str
    period: str
    dimensions: tuple[str, ...]
    values: tuple[str | None, ...]

    @property
    def key(self) -> str:
        """`<programme>|<period>|<dimension>=<id>,…`; nothing follows `=` for the row null. An id that holds one of
        those signs has it as in an address, so that no two cells have one key."""
        named = (f"{d}={_written(v) if v else ''}" for d, v in zip(self.dimensions, self.values, strict=True))
        return f"{self.programme}|{self.period}|{','.join(named)}"


def cells(counted: Countable) -> Iterator[CellName]:
    """Every kept cell that the item or activity counts in: none when it does not count."""
    if not counted.counts:
        return
    for period in kept_periods(counted.day):
        for dimensions in KEPT:
            for values in product(*(counted.values(d) for d in dimensions)):
                yield CellName(counted.programme, period, dimensions, values)


def values_in(key: str) -> dict[str, str | None]:
    """The dimensions and values in a cell's key."""
    named = key.split("|", 2)[2]
    return {d: unquote(v) or None for d, _, v in (part.partition("=") for part in named.split(",") if part)}


@lru_cache(4096)
def _written(value: str) -> str:
    return SIGNS.sub(lambda found: quote(found[0]), value)
