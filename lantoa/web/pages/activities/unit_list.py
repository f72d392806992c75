"""The page Đơn vị: the units that report the activities of a cell, each with its sums, or as a file."""

from fastapi import APIRouter, Request, Response

from lantoa.views.stated_places import stated_places
from lantoa.web.list_address import NONE, activity_selection, list_address, sorting_of
from lantoa.web.list_files import FileKind, Row, list_file
from lantoa.web.office import in_queue, office_of
from lantoa.web.rendering import page
from models.database import reading
from models.queries.cell_lists import activity_sums
from models.queries.grouped_lists import MOST_SESSIONS, UNIT_COLUMNS, ListedUnit, every_unit, listed_units

router = APIRouter()
PATH = "/units"


@router.get(PATH)
def units(request: Request, period: str | None = None, after: str = "") -> Response:
    """Has the filters of the list of activities."""
    office = office_of(request)
    selection, sorting = activity_selection(request, period), sorting_of(request, UNIT_COLUMNS, MOST_SESSIONS)
    with stated_places(), reading(office.engine) as connection:
        found = listed_units(connection, selection, sorting, after)
        sums = activity_sums(connection, selection)
    here = list_address(request, PATH, selection, UNIT_COLUMNS, sorting)
    return page(
        request,
        "units.html",
        period=selection.span,
        list=here,
        found=found,
        sums=sums,
        links={each.unit: here.elsewhere("/activities", unit=each.unit or NONE) for each in found.rows},
    )


@router.get(f"{PATH}.{{kind}}")
@in_queue("sheets")
def units_file(request: Request, kind: FileKind, period: str | None = None) -> Response:
    office = office_of(request)
    selection, sorting = activity_selection(request, period), sorting_of(request, UNIT_COLUMNS, MOST_SESSIONS)
    with reading(office.engine) as connection:
        found = every_unit(connection, selection, sorting)
        return list_file(kind, PATH, selection.span.name, UNIT_COLUMNS, map(_row, found))


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
