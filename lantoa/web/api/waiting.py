"""API: what waits for a human."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from config.errors import UsageError
from lantoa.language import _
from lantoa.web.api.parameters import BEGINS, Limit, OfPeriod, next_page
from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of
from models.database import reading
from models.queries.waiting import WaitingWords, ranked, waiting

router = APIRouter(tags=["waiting"])
Kind = Literal["ambiguous", "ambiguous-activity", "date", "duplicate", "collapsed", "allusion"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Cursor = Annotated[
    str, Field(max_length=500, description=BEGINS, json_schema_extra={"format": "lantoa-case"})
]
Place = tuple[int, int, str]  # position of a case: its kind, its day (newest first), its item


class WaitingAsked(OfPeriod):
    kind: Kind | None = None
    after: Cursor = ""
    limit: Limit = 50


class Case(BaseModel):
    """One item or activity that waits, with the words in question.

    `outlet` is the unit of an activity. `candidates` are documents, the most probable first, or for a suspected
    duplicate the item that it seems to repeat. `probabilities` are those of the candidates, or null if nothing was
    weighed. `collapsed` is an item that one document shows as several entries, whose titles are the words. An
    `allusion` refers to documents without number or subject and has no candidates.
    """

    kind: Kind
    item: str
    day: date
    outlet: str
    title: str
    words: list[str]
    candidates: list[str]
    probabilities: list[float | None]


class Waiting(BaseModel):
    """One page of cases and the address of the next one. `counts` counts all cases by kind."""

    period: str
    counts: dict[Kind, int]
    waiting: list[Case]
    next: str | None


@router.get("/waiting", summary="What waits for a human", responses=refusing(400, 422, 503))
def what_waits(request: Request, asked: Annotated[WaitingAsked, Query()]) -> Waiting:
    office = office_of(request)
    span = asked.span(office)
    with reading(office.engine) as connection:
        cases = _cases(list(waiting(connection, office.programme, span)))
    behind = _read(asked.after) if asked.after else None
    here = [
        case
        for case in cases
        if asked.kind in {None, case.kind} and (behind is None or _place(case) > behind)
    ]
    counts = Counter(case.kind for case in cases)
    more = len(here) > asked.limit
    return Waiting(
        period=span.name,
        counts={kind: counts[kind] for kind in KINDS},
        waiting=here[: asked.limit],
        next=next_page(request, _cursor(here[asked.limit - 1]) if more else None),
    )


def _cases(rows: Sequence[WaitingWords]) -> list[Case]:
    """Groups the words of each item, in an order that corrections made in between do not disturb."""
    found = []
    for (kind, item), group in groupby(rows, key=lambda row: (row.kind, row.item)):
        same = list(group)
        candidates = ranked(same)
        found.append(
            Case(
                kind=kind,
                item=item,
                day=date.fromisoformat(same[0].day),
                outlet=same[0].outlet,
                title=same[0].title,
                words=[row.words for row in same],
                candidates=list(candidates),
                probabilities=list(candidates.values()),
            )
        )
    return sorted(found, key=_place)


def _place(case: Case) -> Place:
    return KINDS.index(case.kind), -case.day.toordinal(), case.item


def _cursor(case: Case) -> str:
    return json.dumps([case.kind, case.day.isoformat(), case.item])


def _read(after: str) -> Place:
    try:
        kind, day, item = json.loads(after)
        return KINDS.index(kind), -date.fromisoformat(day).toordinal(), str(item)
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(_("{after!r} is no place in a list", after=after)) from error
