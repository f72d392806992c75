"""The page Hoạt động: what units report, filtered, sorted and divided into pages."""

from typing import Any, Literal, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from config.sheets import ActivityKind
from lantoa.views.stated_places import stated_places
from lantoa.web.office import Office, office_of
from lantoa.web.pages.activities import activity_form, activity_import
from lantoa.web.rendering import page
from models.counting.period import Period
from models.database import Connection, reading
from models.queries.cell_lists import ActivitySort, activities_in, activity_sums, units_in
from models.queries.tally import read_tallies

router = APIRouter()
for way_in in (activity_import, activity_form):
    router.include_router(way_in.router)
KEYS = ("kind", "district", "unit", "resolution")


@router.get("/activities")
def activities(
    request: Request,
    period: str | None = None,
    sort: ActivitySort = "newest",
    after: str = "",
    invited: Literal["", "stated"] = "",
) -> Response:
    """Filters by kind, district, unit and resolution; `invited` selects the reports that state who was invited. Empty
    parameters do not filter."""
    office = office_of(request)
    span = office.period(period)
    values: dict[str, str | None] = {
        name: value for name in KEYS if (value := request.query_params.get(name))
    }
    stated = invited == "stated"
    with stated_places(), reading(office.engine) as connection:
        content: dict[str, Any] = {
            "part": activities_in(
                connection, office.programme, span, values, after, sort=sort, invited=stated
            ),
            "sums": activity_sums(connection, office.programme, span, values, invited=stated),
            "choices": _choices(connection, office, span),
            "units": units_in(connection, office.programme, span),
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
        sorts=get_args(ActivitySort),
        here=f"/activities?{urlencode(asked)}",
        **content,
    )


def _choices(connection: Connection, office: Office, span: Period) -> dict[str, list[tuple[str, str]]]:
    rows = read_tallies(connection, office.programme, span, ("resolution",)).rows
    documents = [row["resolution"] for row in rows if row["resolution"] and row["activities"]]
    districts = sorted(set(office.programme.districts.values()))
    return {
        "kind": [(kind, office.name("kind", kind)) for kind in get_args(ActivityKind)],
        "district": [(name, name) for name in districts],
        "resolution": sorted(
            ((each, office.name("resolution", each)) for each in documents), key=lambda c: c[1]
        ),
    }
