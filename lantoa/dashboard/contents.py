"""What stands in a cell of the tallies, filtered, searched and sorted, page by page: for pages and for programs."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import Connection, Select

from lantoa.dashboard.pages import Desk
from lantoa.dashboard.paging import ON_A_PAGE, Order, Part, part
from models.base_rows import Base, standing_in
from models.period import Period
from models.searching import with_words
from models.sql import table_of
from models.tables import ActivityRow, ItemRow
from models.tally import items_of_kept

Sort = Literal["newest", "oldest", "outlet", "title"]
SORTS: tuple[Sort, ...] = ("newest", "oldest", "outlet", "title")


def items_in(
    connection: Connection,
    desk: Desk,
    span: Period,
    values: Mapping[str, str | None],
    question: str,
    sort: Sort,
    after: str,
    *,
    partners: bool = False,
    limit: int = ON_A_PAGE,
) -> Part:
    """`partners` narrows items to those of partner outlets. Raises UsageError."""
    table, count = table_of(ItemRow), None
    inside = standing_in(ItemRow, desk.programme, span, values)
    if partners:
        inside = inside.where(table.c.partner)
    if (here := with_words(connection, question)) is not None:
        inside = inside.where(here)
    elif not partners:
        count = items_of_kept(connection, desk.programme, span, values)
    return part(connection, inside, _order(ItemRow, sort), after, limit, count)


def activities_in(
    connection: Connection,
    desk: Desk,
    span: Period,
    values: Mapping[str, str | None],
    after: str,
    *,
    sort: Sort = "newest",
    limit: int = ON_A_PAGE,
) -> Part:
    """None of them is searched by its words. Raises UsageError."""
    inside: Select[Any] = standing_in(ActivityRow, desk.programme, span, values)
    return part(connection, inside, _order(ActivityRow, sort), after, limit)


def _order(base: Base, sort: Sort) -> Order:
    table = table_of(base)
    day, name = (table.c.day, sort != "oldest"), (table.c.id, False)
    if sort in {"outlet", "title"}:
        return ((table.c[sort], False), day, name)
    return (day, name)
