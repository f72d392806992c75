"""The page Đơn vị: the units that report the activities of a cell, each with its sums, or as a file."""

from fastapi import APIRouter, Request, Response

from lantoa.views.stated_places import stated_places
from lantoa.web.list_address import activities_link, activity_selection, list_address, sorting_of
from lantoa.web.list_files import FileKind, Row, list_file
from lantoa.web.office import in_queue, office_of
from lantoa.web.rendering import page
from models.counting.period import Period
from models.database import reading
from models.queries.cell_lists import Selection, activity_sums
from models.queries.grouped_lists import MOST_SESSIONS, UNIT_COLUMNS, ListedUnit, every_unit, listed_units

router = APIRouter()
PATH = "/units"


@router.get(PATH)
def units(request: Request, period: str | None = None, after: str = "") -> Response:
    """Has the filters of the list of activities."""
    office = office_of(request)
    span = office.period(period)
    selection, sorting = activity_selection(request, span), sorting_of(request, UNIT_COLUMNS, MOST_SESSIONS)
    with stated_places(), reading(office.engine) as connection:
        found = listed_units(connection, selection, sorting, after)
        sums = activity_sums(connection, selection)
    return page(
        request,
        "units.html",
        period=span,
        list=list_address(request, PATH, selection, UNIT_COLUMNS, sorting),
        found=found,
        sums=sums,
        links={each.unit: _activities_of(span, selection, each.unit) for each in found.rows},
    )


@router.get(f"{PATH}.{{kind}}")
@in_queue("sheets")
def units_file(request: Request, kind: FileKind, period: str | None = None) -> Response:
    office = office_of(request)
    span = office.period(period)
    selection, sorting = activity_selection(request, span), sorting_of(request, UNIT_COLUMNS, MOST_SESSIONS)
    with reading(office.engine) as connection:
        return list_file(
            kind, PATH, span.name, UNIT_COLUMNS, map(_row, every_unit(connection, selection, sorting))
        )


def _activities_of(span: Period, selection: Selection, unit: str) -> str:
    invited = {"invited": "stated"} if selection.invited else {}
    return activities_link(span.name, {**selection.values, "unit": unit or None}, **invited)


def _row(row: ListedUnit) -> Row:
    sums = row.sums
    return (
        row.unit,
        sums.reports,
        sums.sessions,
        sums.participants,
        sums.invited or None,
        sums.attendance_rate,
    )
