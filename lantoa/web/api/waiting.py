"""API: what waits for a human."""

from datetime import date
from typing import Annotated, get_args

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from lantoa.views.stated_places import stated_places
from lantoa.web.api.parameters import BEGINS, Limit, OfPeriod, next_page
from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of
from models.database import reading
from models.queries.waiting import Kind
from models.queries.waiting_cases import WaitingCase, counts_by_kind, page_of, waiting_cases

router = APIRouter(tags=["waiting"])
KINDS: tuple[Kind, ...] = get_args(Kind)
Cursor = Annotated[
    str, Field(max_length=500, description=BEGINS, json_schema_extra={"format": "lantoa-case"})
]


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
        cases = waiting_cases(connection, office.programme, span)
    counts = counts_by_kind(cases)
    of_kind = [case for case in cases if asked.kind in {None, case.kind}]
    with stated_places():
        here = page_of(of_kind, asked.after, asked.limit)
    return Waiting(
        period=span.name,
        counts={kind: counts.get(kind, 0) for kind in KINDS},
        waiting=[_shown(case) for case in here.rows],
        next=next_page(request, here.after),
    )


def _shown(case: WaitingCase) -> Case:
    return Case(
        kind=case.kind,
        item=case.item,
        day=case.day,
        outlet=case.outlet,
        title=case.title,
        words=list(case.words),
        candidates=list(case.candidates),
        probabilities=list(case.candidates.values()),
    )
