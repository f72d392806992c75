"""The page Hoạt động: what units report, filtered, sorted and divided into pages, or as a file."""

from typing import get_args

from fastapi import APIRouter, Request, Response

from config.sheets import ActivityKind
from lantoa.views.stated_places import stated_places
from lantoa.web.list_address import activity_selection, list_address, sorting_of
from lantoa.web.list_files import FileKind, Row, list_file
from lantoa.web.office import Office, in_queue, office_of
from lantoa.web.pages.activities import activity_form, activity_import, unit_list
from lantoa.web.rendering import page
from models.counting.period import Period
from models.database import Connection, reading
from models.queries.cell_lists import (
    ACTIVITY_COLUMNS,
    ListedActivity,
    activities_in,
    activity_sums,
    every_activity,
    units_in,
)
from models.queries.paging import NEWEST
from models.queries.tally import read_tallies

router = APIRouter()
for way_in in (activity_import, activity_form, unit_list):
    router.include_router(way_in.router)
PATH = "/activities"
IN_FILE = (
    "day", "kind", "unit", "place", "title", "resolution", "sessions", "points", "participants", "invited",
    "attendance_rate", "id",
)  # fmt: skip


@router.get(PATH)
def activities(request: Request, period: str | None = None, after: str = "") -> Response:
    """Filters by any key of the tallies, and by `invited`, which selects the reports that state who was invited. Empty
    parameters do not filter."""
    office = office_of(request)
    selection, sorting = activity_selection(request, period), sorting_of(request, ACTIVITY_COLUMNS, NEWEST)
    with stated_places(), reading(office.engine) as connection:
        sums = activity_sums(connection, selection)
        found = activities_in(connection, selection, sorting, after, count=sums.reports)
        choices = _choices(connection, office, selection.span)
        units = units_in(connection, office.programme, selection.span)
    return page(
        request,
        "activities.html",
        period=selection.span,
        selection=selection,
        list=list_address(request, PATH, selection, ACTIVITY_COLUMNS, sorting),
        found=found,
        sums=sums,
        choices=choices,
        units=units,
    )


@router.get(f"{PATH}.{{kind}}")
@in_queue("sheets")
def activities_file(request: Request, kind: FileKind, period: str | None = None) -> Response:
    office = office_of(request)
    selection, sorting = activity_selection(request, period), sorting_of(request, ACTIVITY_COLUMNS, NEWEST)
    with reading(office.engine) as connection:
        found = every_activity(connection, selection, sorting)
        return list_file(kind, PATH, selection.span.name, IN_FILE, (_row(office, each) for each in found))


def _row(office: Office, row: ListedActivity) -> Row:
    return (
        row.day,
        office.name("kind", row.kind),
        row.unit,
        row.place,
        row.title,
        ", ".join(office.name("resolution", each) for each in row.resolutions),
        row.sessions,
        row.points,
        row.participants,
        row.invited,
        row.attendance_rate,
        row.id,
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
