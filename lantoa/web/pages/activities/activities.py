"""Hoạt động: what units report, narrowed, sorted, page by page."""

from typing import Any, Literal, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, select

from config.sheets import Kind
from lantoa.views.cell_items import sums_of
from lantoa.views.paging import Order, part
from lantoa.web.office import Office, office_of
from lantoa.web.pages.activities import activity_form, activity_import
from lantoa.web.rendering import page
from models.adhoc_tallies import standing_in, within
from models.database import reading
from models.period import Period
from models.sql import table_of
from models.tables import ActivityRow
from models.tally import read_tallies

router = APIRouter()
for way_in in (activity_import, activity_form):
    router.include_router(way_in.router)
Sort = Literal["newest", "oldest", "unit", "title"]
KEYS = ("kind", "district", "unit", "resolution")


@router.get("/activities")
def activities(
    request: Request,
    period: str | None = None,
    sort: Sort = "newest",
    after: str = "",
    invited: Literal["", "stated"] = "",
) -> Response:
    """Kind, district, unit and resolution narrow it, and `invited` to the reports that state who was; what is empty does
    not."""
    office = office_of(request)
    span = office.period(period)
    values: dict[str, str | None] = {
        name: value for name in KEYS if (value := request.query_params.get(name))
    }
    inside = standing_in(ActivityRow, office.programme, span, values)
    if invited:
        inside = inside.where(table_of(ActivityRow).c.invited.is_not(None))
    with reading(office.engine) as connection:
        content: dict[str, Any] = {
            "part": part(connection, inside, _order(sort), after),
            "sums": sums_of(connection, inside),
            "choices": _choices(connection, office, span),
            "units": _units(connection, office, span),
        }
    asked = {"period": span.name, "sort": sort, "invited": invited}
    asked |= {name: value or "" for name, value in values.items()}
    return page(
        request,
        "activities.html",
        period=span,
        values=values,
        invited=invited,
        sort=sort,
        sorts=get_args(Sort),
        here=f"/activities?{urlencode(asked)}",
        **content,
    )


def _order(sort: Sort) -> Order:
    table = table_of(ActivityRow)
    day, name = (table.c.day, sort != "oldest"), (table.c.id, False)
    return ((table.c[sort], False), day, name) if sort in {"unit", "title"} else (day, name)


def _choices(connection: Connection, office: Office, span: Period) -> dict[str, list[tuple[str, str]]]:
    rows = read_tallies(connection, office.programme, span, ("resolution",)).rows
    documents = [row["resolution"] for row in rows if row["resolution"] and row["activities"]]
    districts = sorted(set(office.programme.districts.values()))
    return {
        "kind": [(kind, office.name("kind", kind)) for kind in get_args(Kind)],
        "district": [(name, name) for name in districts],
        "resolution": sorted(
            ((each, office.name("resolution", each)) for each in documents), key=lambda c: c[1]
        ),
    }


def _units(connection: Connection, office: Office, span: Period) -> list[str]:
    unit = table_of(ActivityRow).c.unit
    inside = within(ActivityRow, office.programme, span)
    return list(connection.execute(select(unit).where(inside).distinct().order_by(unit)).scalars())
