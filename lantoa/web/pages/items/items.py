"""The page Từ con số đến tin bài: the content of a cell, filtered, searched, sorted and divided into pages."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from lantoa.views.stated_places import stated_places
from lantoa.web.office import Office, office_of
from lantoa.web.rendering import cell_link, page
from models.counting.period import Period
from models.database import Connection, reading
from models.queries.adhoc_tallies import OF_ITEMS
from models.queries.cell_lists import (
    SORTS,
    ListedActivity,
    Sort,
    activities_in,
    activity_sums,
    items_in,
    outlets_in,
)
from models.queries.paging import ListPage
from models.queries.tally import KEYS, values_with_items

router = APIRouter()
_no_activities: ListPage[ListedActivity] = ListPage([], 0, None)
# Filters with a list to choose from; the address accepts every key.
FILTERS = ("resolution", "channel", "outlet", "form")


@router.get("/items")
def items(
    request: Request,
    period: str | None = None,
    q: str = "",
    sort: Sort = "newest",
    partner: str = "",
    after: str = "",
    after_activity: str = "",
) -> Response:
    """Filters by any key of the tallies; an empty value selects the row null. Activities have no partner and no value
    of OF_ITEMS, and cannot be searched."""
    office = office_of(request)
    span = office.period(period)
    values = values_of(request.query_params)
    items_only = partner or q or any(values.get(key) for key in OF_ITEMS)
    with stated_places(), reading(office.engine) as connection:
        content: dict[str, Any] = {
            "items": items_in(
                connection, office.programme, span, values, q, sort, after, partners=partner == "yes"
            ),
            "activities": _no_activities
            if items_only
            else activities_in(connection, office.programme, span, values, after_activity),
            "outlets": outlets_in(connection, office.programme, span, values, q, partners=partner == "yes"),
            "sums": {} if items_only else activity_sums(connection, office.programme, span, values),
            "choices": _choices(connection, office, span),
        }
    asked = {"q": q, "sort": sort, "partner": partner}
    return page(
        request,
        "items.html",
        period=span,
        values=values,
        asked=asked,
        sorts=SORTS,
        here=cell_link(span.name, values, **{k: v for k, v in asked.items() if v}),
        **content,
    )


def values_of(parameters: Mapping[str, str]) -> dict[str, str | None]:
    """Leaves out `any`, which a list without a choice sends."""
    return {name: value or None for name, value in parameters.items() if name in KEYS and value != "any"}


def _choices(connection: Connection, office: Office, span: Period) -> dict[str, list[tuple[str, str]]]:
    """Lists the values of each filter that occur in the period, sorted by name."""
    found = values_with_items(connection, office.programme, span, FILTERS)
    return {
        key: sorted(((value, office.name(key, value)) for value in values), key=lambda choice: choice[1])
        for key, values in found.items()
    }
