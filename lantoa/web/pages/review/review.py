"""The page Chờ xử lý: what waits for a human, each with the corrections that settle it."""

from itertools import groupby

from fastapi import APIRouter, Request, Response

from lantoa.views.review_cases import review_cases
from lantoa.web.office import office_of
from lantoa.web.rendering import page
from models.database import reading
from models.queries.waiting import waiting

router = APIRouter()
# Each item is of one kind, so the figure `waiting` is their sum.
OF_ITEMS = ("ambiguous", "allusion")


@router.get("/review")
def review(request: Request, period: str | None = None) -> Response:
    office = office_of(request)
    span = office.period(period)
    with reading(office.engine) as connection:
        found = [
            (kind, list(rows))
            for kind, rows in groupby(waiting(connection, office.programme, span), key=lambda row: row.kind)
        ]
        kinds = [
            (kind, len({row.item for row in rows}), review_cases(connection, rows)) for kind, rows in found
        ]
    return page(
        request,
        "review.html",
        period=span,
        kinds=kinds,
        count=sum(count for _, count, _ in kinds),
        waiting=sum(count for kind, count, _ in kinds if kind in OF_ITEMS),
    )
