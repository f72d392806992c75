"""The page Tin, bài: the items of a cell, filtered, searched, sorted and divided into pages, or as a file."""

from fastapi import APIRouter, Request, Response

from lantoa.language import _
from lantoa.views.labels import named
from lantoa.views.stated_places import stated_places
from lantoa.web.list_address import activities_link, item_selection, list_address, sorting_of
from lantoa.web.list_files import FileKind, Row, list_file
from lantoa.web.office import Office, in_queue, office_of
from lantoa.web.pages.items import outlet_list
from lantoa.web.rendering import page
from models.counting.period import Period
from models.database import Connection, reading
from models.queries.adhoc_tallies import OF_ITEMS
from models.queries.cell_lists import (
    ITEM_COLUMNS,
    ListedItem,
    Selection,
    activity_sums,
    every_item,
    items_in,
)
from models.queries.grouped_lists import outlet_sums
from models.queries.paging import NEWEST
from models.queries.tally import values_with_items

router = APIRouter()
router.include_router(outlet_list.router)
PATH = "/items"
# Filters with a list to choose from; the address accepts every key.
FILTERS = ("resolution", "channel", "outlet", "form")
IN_FILE = (
    "day", "outlet", "level", "partner", "channel", "form", "title", "url", "resolution", "waiting", "date_flag", "id",
)  # fmt: skip


@router.get(PATH)
def items(request: Request, period: str | None = None, after: str = "") -> Response:
    """Filters by any key of the tallies; an empty value selects the row null."""
    office = office_of(request)
    selection, sorting = item_selection(request, period), sorting_of(request, ITEM_COLUMNS, NEWEST)
    with stated_places(), reading(office.engine) as connection:
        sums = outlet_sums(connection, selection)
        found = items_in(connection, selection, sorting, after, count=sums.items)
        activities = None if _has_items_only(selection) else activity_sums(connection, selection)
        choices = _choices(connection, office, selection.span)
    return page(
        request,
        "items.html",
        period=selection.span,
        selection=selection,
        list=list_address(request, PATH, selection, ITEM_COLUMNS, sorting),
        found=found,
        outlets=sums.outlets,
        activities=activities,
        activities_link=activities_link(selection.span.name, selection.values),
        choices=choices,
    )


@router.get(f"{PATH}.{{kind}}")
@in_queue("sheets")
def items_file(request: Request, kind: FileKind, period: str | None = None) -> Response:
    office = office_of(request)
    selection, sorting = item_selection(request, period), sorting_of(request, ITEM_COLUMNS, NEWEST)
    with reading(office.engine) as connection:
        found = every_item(connection, selection, sorting)
        return list_file(kind, PATH, selection.span.name, IN_FILE, (_row(office, each) for each in found))


def _row(office: Office, item: ListedItem) -> Row:
    yes = _("yes")
    return (
        item.day,
        office.name("outlet", item.outlet),
        office.name("level", item.level),
        yes if item.partner else None,
        office.name("channel", item.channel),
        office.name("form", item.form),
        item.title,
        item.url,
        ", ".join(office.name("resolution", each) for each in item.resolutions),
        yes if item.waiting else None,
        named(item.date_flag) if item.flagged and item.date_flag else None,
        item.id,
    )


def _has_items_only(selection: Selection) -> bool:
    """Activities have no partner and no value of OF_ITEMS, and cannot be searched."""
    values = selection.values
    return selection.partners or bool(selection.question) or any(values.get(key) for key in OF_ITEMS)


def _choices(connection: Connection, office: Office, span: Period) -> dict[str, list[tuple[str, str]]]:
    """Lists the values of each filter that occur in the period, sorted by name."""
    found = values_with_items(connection, office.programme, span, FILTERS)
    return {
        key: sorted(((value, office.name(key, value)) for value in values), key=lambda choice: choice[1])
        for key, values in found.items()
    }
