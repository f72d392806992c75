"""What waits for a human, case by case: one item or activity with one question. Every number of what waits, on pages, in
the command line, in mails and metrics, is counted from these cases."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, zip_longest

from sqlalchemy import Connection

from config.programme import Programme
from models.counting.period import Period
from models.queries.paging import ListPage, UnknownPlaceError
from models.queries.waiting import KINDS, Kind, WaitingWords, waiting


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """`outlet` is the unit of an activity. `candidates` are the most probable first, if they were weighed; of a suspected
    duplicate, the item that it seems to repeat. `choose_one` says that all its words have the same candidates."""

    kind: Kind
    item: str
    day: date
    outlet: str
    title: str
    words: tuple[str, ...]
    candidates: Mapping[str, float | None]
    choose_one: bool

    @property
    def place(self) -> tuple[int, int, str]:
        """Its place in the list: kinds in their order, the newest first in each."""
        return KINDS.index(self.kind), -self.day.toordinal(), self.item


def waiting_cases(connection: Connection, programme: Programme, period: Period) -> list[WaitingCase]:
    """Lists the cases in an order that corrections made in between do not disturb."""
    return cases_of(waiting(connection, programme, period))


def cases_of(rows: Iterable[WaitingWords]) -> list[WaitingCase]:
    found = groupby(rows, key=lambda row: (row.kind, row.item))
    return sorted((_case(list(same)) for _name, same in found), key=lambda case: case.place)


def counts_by_kind(cases: Iterable[WaitingCase]) -> dict[Kind, int]:
    """Counts the cases of the kinds that have any, in the order of the kinds."""
    counts = Counter(case.kind for case in cases)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def page_of(cases: Sequence[WaitingCase], after: str, limit: int) -> ListPage[WaitingCase]:
    """Selects the cases behind a place in their list, even if the case of that place does not wait any more. Raises
    UnknownPlaceError."""
    behind = _read(after) if after else None
    following = [case for case in cases if behind is None or case.place > behind]
    rows = following[:limit]
    return ListPage(rows, len(cases), _cursor(rows[-1]) if len(following) > limit else None)


def _cursor(case: WaitingCase) -> str:
    return json.dumps([case.kind, case.day.isoformat(), case.item])


def _read(after: str) -> tuple[int, int, str]:
    try:
        kind, day, item = json.loads(after)
        return KINDS.index(kind), -date.fromisoformat(day).toordinal(), str(item)
    except (ValueError, TypeError, RecursionError) as error:
        raise UnknownPlaceError(after) from error


def _case(rows: Sequence[WaitingWords]) -> WaitingCase:
    first = rows[0]
    return WaitingCase(
        kind=first.kind,
        item=first.item,
        day=date.fromisoformat(first.day),
        outlet=first.outlet,
        title=first.title,
        words=tuple(row.words for row in rows),
        candidates=_ranked(rows),
        choose_one=len({frozenset(row.candidates) for row in rows if row.candidates}) <= 1,
    )


def _ranked(rows: Sequence[WaitingWords]) -> dict[str, float | None]:
    """The candidates of one item's rows, the most probable first: each with the greatest probability that it has in them."""
    found: dict[str, float | None] = {}
    for row in rows:
        for name, probability in zip_longest(row.candidates, row.probabilities):
            found[name] = max((p for p in (found.get(name), probability) if p is not None), default=None)
    return dict(sorted(found.items(), key=lambda each: -(each[1] or 0.0)))
