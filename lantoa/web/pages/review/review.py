"""The page Chờ xử lý: what waits for a human, one kind at a time, each case with the corrections that settle it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from lantoa.commands.correcting_together import ANSWERS, MOST, Answer
from lantoa.views.review_cases import review_cases
from lantoa.views.stated_places import stated_places
from lantoa.web.office import office_of
from lantoa.web.rendering import page
from models.database import reading
from models.queries.waiting import KINDS, Kind
from models.queries.waiting_cases import counts_by_kind, page_of, waiting_cases

router = APIRouter()
ON_A_PAGE: Mapping[Kind, int] = {"date": 8, "duplicate": 3}  # as many as keep a page short on a telephone
OTHERWISE_ON_A_PAGE = 5
# Kinds of which all cases may be settled by one answer without looking at each.
WHOLE: Mapping[Kind, Answer] = {"date": "first-seen", "allusion": "none"}


@router.get("/review")
def review(
    request: Request, period: str | None = None, kind: Kind | None = None, after: str = ""
) -> Response:
    """Shows the first kind that has cases unless one is asked for."""
    office = office_of(request)
    span = office.period(period)
    with stated_places(), reading(office.engine) as connection:
        waiting = waiting_cases(connection, office.programme, span)
        waits = counts_by_kind(waiting)
        chosen = kind or next(iter(waits), None)
        of_kind = [case for case in waiting if case.kind == chosen]
        here = page_of(of_kind, after, ON_A_PAGE.get(chosen, OTHERWISE_ON_A_PAGE) if chosen else 1)
        cases = review_cases(connection, here.rows, of_kind)
    return page(
        request,
        "review.html",
        period=span,
        waits=waits,
        kind=chosen,
        kinds=[each for each in KINDS if each in waits or each == chosen],
        cases=cases,
        after=after,
        following=here.after,
        answers=ANSWERS.get(chosen, ()) if chosen else (),
        whole=WHOLE.get(chosen) if chosen else None,
        most=MOST,
    )
