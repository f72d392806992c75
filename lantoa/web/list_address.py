"""A list on a page: its address, which parameters of it select and sort the rows, and the links that change them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import urlencode

from fastapi import Request

from config.sheets import ActivityKind
from lantoa.commands.correction_checks import known_forms
from lantoa.language import _
from lantoa.views.labels import named
from lantoa.web.office import Office, office_of
from models.messages.item import Level
from models.queries.cell_lists import Selection
from models.queries.paging import Sorting
from models.queries.tally import KEYS

NONE = "none"  # selects the row null in the lists whose forms send empty parameters
FIGURES = frozenset({"items", "reports", "sessions", "participants", "invited", "attendance_rate"})
GREATEST_FIRST = FIGURES | {"day", "first_day", "last_day", "partner"}
OUR_OWN = frozenset({"period", "sort", "after"})


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set. `without` is the address of the list without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the list. `turned` is the address of the list sorted by it, or the other way round if it is
    already; `sorted` is the value of aria-sort."""

    name: str
    is_figure: bool
    turned: str
    sorted: str


@dataclass(frozen=True, slots=True)
class ListAddress:
    """The address of a list. `filters` are its parameters as they are written there; `unknown` were stated, but no
    list has them."""

    path: str
    period: str
    filters: Mapping[str, str]
    chips: tuple[Chip, ...]
    headings: tuple[Heading, ...]
    sort: str
    unknown: tuple[str, ...]

    @property
    def here(self) -> str:
        return _address(self.path, self.period, self.filters, self.sort)

    def elsewhere(self, path: str, **more: str) -> str:
        """Returns the address of another list of the same selection."""
        return _address(path, self.period, {**self.filters, **more}, "")

    def file(self, kind: str) -> str:
        return _address(f"{self.path}.{kind}", self.period, self.filters, self.sort)


def list_address(
    request: Request, path: str, selection: Selection, columns: Sequence[str], sorting: Sorting
) -> ListAddress:
    """Says which list is shown. `path` has no suffix of a file."""
    office, period = office_of(request), selection.span.name
    filters = _filters(path, selection)
    sort = ("-" if sorting.down else "") + sorting.column
    return ListAddress(
        path,
        period,
        filters,
        tuple(
            Chip(*said, _address(path, period, {n: v for n, v in filters.items() if n != name}, sort))
            for name, said in _said(office, selection).items()
        ),
        tuple(_heading(name, path, period, filters, sorting) for name in columns),
        sort,
        _unknown(request, path, filters),
    )


def sorting_of(request: Request, columns: Sequence[str], default: Sorting) -> Sorting:
    """Parses the parameter `sort`; names are sorted as they are shown. Raises UsageError."""
    text = request.query_params.get("sort")
    sorting = Sorting.stated(text, columns) if text else default
    return replace(sorting, names=_names(office_of(request), sorting.column))


def item_selection(request: Request, period: str | None) -> Selection:
    """Parses the period and the filters of a list of items: an empty value selects the row null, `any` does not filter.
    Raises UsageError."""
    office, asked = office_of(request), request.query_params
    values = {name: value or None for name, value in asked.items() if name in KEYS and value != "any"}
    return Selection(
        office.programme,
        office.period(period),
        values,
        question=asked.get("q", ""),
        partners=asked.get("partner") == "yes",
    )


def activity_selection(request: Request, period: str | None) -> Selection:
    """Parses the period and the filters of a list of activities: `none` selects the row null, an empty value does not
    filter. Raises UsageError."""
    office, asked = office_of(request), request.query_params
    values = {
        name: None if value == NONE else value for name, value in asked.items() if name in KEYS and value
    }
    return Selection(
        office.programme, office.period(period), values, invited=asked.get("invited") == "stated"
    )


def cell_link(period: str, values: Mapping[str, str | None], path: str = "/items", **more: str) -> str:
    """Returns the address of the list of a cell's items, or of their outlets."""
    return _address(path, period, {name: value or "" for name, value in values.items()} | more, "")


def activities_link(
    period: str, values: Mapping[str, str | None], path: str = "/activities", **more: str
) -> str:
    """Returns the address of the list of a cell's activities, or of their units. `invited="stated"` selects those
    that make the attendance rate."""
    return _address(path, period, {name: value or NONE for name, value in values.items()} | more, "")


def _is_of_items(path: str) -> bool:
    return path in {"/items", "/outlets"}


def _names(office: Office, column: str) -> dict[str, str]:
    outlets = office.programme.outlets
    if column == "outlet":
        return {name: outlet.name for name, outlet in outlets.items()}
    if column == "medium":
        return {name: named(outlet.medium) for name, outlet in outlets.items()}
    codes: Mapping[str, Callable[[], Iterable[str]]] = {
        "level": lambda: get_args(Level),
        "kind": lambda: get_args(ActivityKind),
        "form": known_forms,
    }
    return {code: named(code) for code in codes[column]()} if column in codes else {}


def _unknown(request: Request, path: str, filters: Mapping[str, str]) -> tuple[str, ...]:
    """The parameters that select nothing here, so that a misspelt filter does not let everything through unseen. A
    filter of this list without a choice is none of them."""
    own = {*KEYS} | ({"q", "partner"} if _is_of_items(path) else {"invited"})
    without_choice = {name for name, value in request.query_params.items() if value in {"", "any"}} & own
    return tuple(sorted({*request.query_params} - filters.keys() - OUR_OWN - without_choice))


def _filters(path: str, selection: Selection) -> dict[str, str]:
    null = "" if _is_of_items(path) else NONE
    filters = {name: value or null for name, value in selection.values.items()}
    if selection.question:
        filters["q"] = selection.question
    if selection.partners:
        filters["partner"] = "yes"
    if selection.invited:
        filters["invited"] = "stated"
    return filters


def _said(office: Office, selection: Selection) -> dict[str, tuple[str, str]]:
    """Parameter → the name and the value of its chip."""
    said = {name: (named(name), office.name(name, value)) for name, value in selection.values.items()}
    if selection.question:
        said["q"] = _("words"), f"“{selection.question}”"
    if selection.partners:
        said["partner"] = "", _("partner outlets")
    if selection.invited:
        said["invited"] = "", _("only reports that state who was invited")
    return said


def _heading(name: str, path: str, period: str, filters: Mapping[str, str], sorting: Sorting) -> Heading:
    is_first = sorting.column == name
    down = not sorting.down if is_first else name in GREATEST_FIRST
    turned = _address(path, period, filters, ("-" if down else "") + name)
    return Heading(
        name,
        name in FIGURES,
        turned,
        "none" if not is_first else "descending" if sorting.down else "ascending",
    )


def _address(path: str, period: str, filters: Mapping[str, str], sort: str) -> str:
    return f"{path}?" + urlencode({"period": period, **filters, **({"sort": sort} if sort else {})})
