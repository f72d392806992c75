"""The page Cơ quan báo chí: the outlets of the items of a cell, each with its items, or as a file."""

from fastapi import APIRouter, Request, Response

from lantoa.language import _
from lantoa.views.labels import named
from lantoa.views.stated_places import stated_places
from lantoa.web.list_address import item_selection, list_address, sorting_of
from lantoa.web.list_files import FileKind, Row, list_file
from lantoa.web.office import Office, in_queue, office_of
from lantoa.web.rendering import page
from models.database import reading
from models.queries.grouped_lists import (
    MOST_ITEMS,
    OUTLET_COLUMNS,
    ListedOutlet,
    every_outlet,
    listed_outlets,
    outlet_sums,
)

router = APIRouter()
PATH = "/outlets"


@router.get(PATH)
def outlets(request: Request, period: str | None = None, after: str = "") -> Response:
    """Has the filters of the list of items."""
    office = office_of(request)
    selection, sorting = item_selection(request, period), sorting_of(request, OUTLET_COLUMNS, MOST_ITEMS)
    with stated_places(), reading(office.engine) as connection:
        found = listed_outlets(connection, selection, sorting, after)
        sums = outlet_sums(connection, selection)
    here = list_address(request, PATH, selection, OUTLET_COLUMNS, sorting)
    return page(
        request,
        "outlets.html",
        period=selection.span,
        list=here,
        found=found,
        sums=sums,
        links={each.outlet: here.elsewhere("/items", outlet=each.outlet) for each in found.rows},
        media={each.outlet: _medium(office, each.outlet) for each in found.rows},
    )


@router.get(f"{PATH}.{{kind}}")
@in_queue("sheets")
def outlets_file(request: Request, kind: FileKind, period: str | None = None) -> Response:
    office = office_of(request)
    selection, sorting = item_selection(request, period), sorting_of(request, OUTLET_COLUMNS, MOST_ITEMS)
    with reading(office.engine) as connection:
        found = every_outlet(connection, selection, sorting)
        return list_file(
            kind, PATH, selection.span.name, OUTLET_COLUMNS, (_row(office, each) for each in found)
        )


def _row(office: Office, row: ListedOutlet) -> Row:
    return (
        office.name("outlet", row.outlet),
        row.items,
        row.first_day,
        row.last_day,
        _("yes") if row.partner else None,
        office.name("level", row.level),
        _medium(office, row.outlet),
    )


def _medium(office: Office, outlet: str) -> str:
    """Returns the name of the outlet's medium, or nothing if the programme has the outlet no longer."""
    known = office.programme.outlets.get(outlet)
    return named(known.medium) if known else ""
