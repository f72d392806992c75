"""Chờ xử lý: what waits for a human, each with the decisions that end its wait."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, bindparam, select

from lantoa.views.duplicates import kinds_of, pairs_in
from lantoa.views.mention_context import InContext, ambiguous_words
from lantoa.web.office import office_of
from lantoa.web.rendering import page
from models.database import reading
from models.sql import Row, table_of
from models.tables import ItemRow
from models.waiting import ranked, waiting

router = APIRouter()
OF_ITEMS = (
    "ambiguous",
    "allusion",
)  # an item is one or the other: the tallies' figure `waiting` is their sum
MOST = 50  # of a kind on the page; the next ones come when these are decided


@dataclass(frozen=True, slots=True)
class Case:
    """One item or activity. `words`: an item's ambiguous ones in their sentence. `candidates`: the most probable first, each
    with its probability where that was weighed. `choose_one`: whatever waits may mean the same ones, so that one key decides.
    `linked`: the documents that it names beyond doubt. `alike`: how many other suspected duplicates are of its kind."""

    item: str
    day: str
    owner: str
    title: str
    words: Sequence[str | InContext]
    candidates: Mapping[str, float | None]
    choose_one: bool
    linked: Sequence[str]
    first_seen: datetime | None
    alike: int = 0


@router.get("/review")
def review(request: Request, period: str | None = None) -> Response:
    office = office_of(request)
    span = office.period(period)
    with reading(office.engine) as connection:
        found = [
            (kind, list(rows))
            for kind, rows in groupby(
                waiting(connection, office.programme, span), key=lambda row: str(row["kind"])
            )
        ]
        kinds = [(kind, len({row["item"] for row in rows}), cases(connection, rows)) for kind, rows in found]
    return page(
        request,
        "review.html",
        period=span,
        kinds=kinds,
        count=sum(count for _, count, _ in kinds),
        waiting=sum(count for kind, count, _ in kinds if kind in OF_ITEMS),
    )


def cases(connection: Connection, rows: Iterable[Row]) -> list[Case]:
    """The first ones, the mentions of one item together."""
    listed = list(rows)
    alike = _alike(connection, listed)
    by_item = [(item, list(group)) for item, group in groupby(listed, key=lambda row: str(row["item"]))][
        :MOST
    ]
    table = table_of(ItemRow)
    decided = select(table.c.id, table.c.decided, table.c.first_seen).where(
        table.c.id.in_(bindparam("ids", expanding=True))
    )
    ambiguous = [item for item, group in by_item if group[0]["kind"] in {"ambiguous", "allusion"}]
    in_context = ambiguous_words(connection, ambiguous)
    known = {row.id: row for row in connection.execute(decided, {"ids": [item for item, _group in by_item]})}
    return [
        Case(
            item=item,
            day=group[0]["day"],
            owner=group[0]["outlet"],
            title=group[0]["title"],
            words=in_context.get(item) or [row["words"] for row in group],
            candidates=ranked(group),
            choose_one=len({frozenset(row["candidates"]) for row in group if row["candidates"]}) <= 1,
            linked=known[item].decided["resolutions"] if item in known else (),
            first_seen=known[item].first_seen if item in known else None,
            alike=alike.get(item, 0),
        )
        for item, group in by_item
    ]


def _alike(connection: Connection, rows: Sequence[Row]) -> dict[str, int]:
    """Of each suspected duplicate how many others of its kind there are."""
    kinds = kinds_of(connection, pairs_in(rows))
    several = Counter(kinds.values())
    return {item: several[kind] - 1 for (item, _first), kind in kinds.items()}
