"""What waits for a human: ambiguous mentions, dates that are not usable, pieces that look like one piece twice, items that one
document shows as several entries, and mere allusions, which are listed apart."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, func, or_, select

from config.programme import Programme
from models.counting.period import Period
from models.messages.mention import ALLUSION, Mention
from models.queries.adhoc_tallies import within
from models.sql import table_of
from models.tables.activities import ActivityRow
from models.tables.items import ItemRevision, ItemRow
from models.tables.sources import CollapsedItem

Kind = Literal["ambiguous", "ambiguous-activity", "date", "duplicate", "collapsed", "allusion"]
KINDS: tuple[Kind, ...] = get_args(Kind)  # in the order of the list
AT_ONCE = 500
SHOWN = ("id", "outlet", "title", "day", "story", "date_flag", "corrected")  # columns that a row is made of


@dataclass(frozen=True, slots=True)
class WaitingWords:
    """Words of an item or activity that wait. `outlet` is the unit of an activity, `day` an ISO date, and `probabilities`
    are empty where nothing was weighed."""

    kind: Kind
    item: str
    day: str
    outlet: str
    title: str
    words: str
    candidates: tuple[str, ...]
    probabilities: tuple[float, ...]


def waiting(connection: Connection, programme: Programme, period: Period) -> Iterator[WaitingWords]:
    """What waits, the newest first within a kind."""
    found = _uncorrected(connection, programme, period)
    items = [row for row in found if row["waiting"]]
    for row in items:
        if not _only_alludes(row):
            yield from _mentions("ambiguous", row, row["outlet"])
    for row in _activities(connection, programme, period):
        yield from _mentions("ambiguous-activity", row, row["unit"])
    for row in found:
        if row["flagged"]:
            yield _row("date", row, row["outlet"], row["date_flag"], [])
    yield from duplicates(connection, programme, period)
    yield from _collapsed(connection, programme, period)
    for row in items:
        if _only_alludes(row):
            yield from _mentions("allusion", row, row["outlet"])


def duplicates(connection: Connection, programme: Programme, period: Period) -> Iterator[WaitingWords]:
    """Pieces of one outlet in one story, or of one day, title and text, where that is too short for a story: published twice,
    or once under two addresses.

    Not those that a human has said to count: they are in scope, each for itself.
    """
    told: set[str] = set()
    ways: tuple[tuple[tuple[str, ...], Callable[[RowMapping], bool]], ...] = (
        (("outlet", "story"), lambda _row: True),
        (("outlet", "title", "day"), _has_words),
    )
    for names, is_the_same in ways:
        firsts: dict[tuple[object, ...], RowMapping] = {}
        for row in filter(is_the_same, _alike(connection, programme, period, names)):
            said = () if "story" in names else (row["of_lead"], row["of_text"])
            first = firsts.setdefault((*(row[name] for name in names), *said), row)
            if first is not row and "in_scope" not in row["corrected"] and row["id"] not in told:
                told.add(row["id"])
                yield _row("duplicate", row, row["outlet"], first["title"], [first["id"]])


def sources_of(connection: Connection, items: Sequence[str]) -> dict[str, str]:
    """Item → the source that showed its winning revision, of those that are here."""
    table = table_of(ItemRow)
    statement = select(table.c.id, table.c.source).where(table.c.id.in_(bindparam("ids", expanding=True)))
    found: dict[str, str] = {}
    for start in range(0, len(items), AT_ONCE):
        rows = connection.execute(statement, {"ids": list(items[start : start + AT_ONCE])})
        found |= {row.id: row.source for row in rows}
    return found


def _uncorrected(connection: Connection, programme: Programme, period: Period) -> Sequence[RowMapping]:
    """Reads the items with an ambiguous mention or an unusable date, in one pass over the period."""
    item = table_of(ItemRow)
    here = and_(within(ItemRow, programme, period), or_(item.c.waiting, item.c.flagged))
    query = _shown(item.c.mentions, item.c.waiting, item.c.flagged).where(here)
    return connection.execute(query.order_by(item.c.day.desc(), item.c.id)).mappings().all()


def _activities(connection: Connection, programme: Programme, period: Period) -> Iterator[RowMapping]:
    table = table_of(ActivityRow)
    here = and_(within(ActivityRow, programme, period), table.c.waiting)
    yield from connection.execute(
        select(table).where(here).order_by(table.c.day.desc(), table.c.id)
    ).mappings()


def _only_alludes(row: RowMapping) -> bool:
    """An item that also has a mention with candidates is corrected with them."""
    return all(each.rule == ALLUSION for each in _ambiguous(row))


def _ambiguous(row: RowMapping) -> list[Mention]:
    return [Mention.stored(each) for each in row["mentions"] if each["status"] == "ambiguous"]


def _mentions(kind: Kind, row: RowMapping, owner: str) -> Iterator[WaitingWords]:
    for each in _ambiguous(row):
        yield _row(kind, row, owner, each.surface, each.candidates, each.probabilities)


def _alike(
    connection: Connection, programme: Programme, period: Period, names: Sequence[str]
) -> Iterator[RowMapping]:
    """Items that are the same in these columns as others, the one seen first before them."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    group = [item.c[name] for name in names]
    here = and_(within(ItemRow, programme, period), group[1].is_not(None), group[1] != "")
    several = select(*group).where(here).group_by(*group).having(func.count() > 1).subquery()
    same = and_(*(several.c[name] == item.c[name] for name in names))
    winning = and_(revision.c.item_id == item.c.id, revision.c.revision == item.c.revision)
    words = (revision.c.lead.label("of_lead"), revision.c.text.label("of_text")) if "title" in names else ()
    query = _shown(*words).join(several, same)
    query = query.join(revision, winning) if words else query
    ordered = query.where(here).order_by(*group, item.c.first_seen, item.c.id)
    yield from connection.execute(ordered).mappings()


def _shown(*others: ColumnElement[object]) -> Select[tuple[object, ...]]:
    """Reads no column that is not shown: those of mentions are many times larger than all others."""
    item = table_of(ItemRow)
    return select(*(item.c[name] for name in SHOWN), *others)


def _has_words(row: RowMapping) -> bool:
    return row["story"] is None and bool(row["of_lead"] or row["of_text"])


def _collapsed(connection: Connection, programme: Programme, period: Period) -> Iterator[WaitingWords]:
    """Several entries of one document that only their titles distinguish. Not those that a human has said to count
    as they are."""
    item, table = table_of(ItemRow), table_of(CollapsedItem)
    if connection.execute(select(table.c.item_id).limit(1)).first() is None:
        return  # else every item of the period would be looked up in vain
    here = within(ItemRow, programme, period)
    query = _shown(table.c.titles).join(table, table.c.item_id == item.c.id).where(here)
    found = connection.execute(query.order_by(item.c.day.desc(), item.c.id, table.c.source_id)).mappings()
    for _name, several in groupby(found, key=lambda row: str(row["id"])):
        rows = list(several)
        if "in_scope" not in rows[0]["corrected"]:
            titles = dict.fromkeys(title for row in rows for title in row["titles"])
            yield _row("collapsed", rows[0], rows[0]["outlet"], "; ".join(titles), [])


def _row(
    kind: Kind,
    row: RowMapping,
    owner: str,
    words: str,
    candidates: Sequence[str],
    probabilities: Sequence[float] = (),
) -> WaitingWords:
    day = row["day"].isoformat()
    return WaitingWords(
        kind, row["id"], day, owner, row["title"], words, tuple(candidates), tuple(probabilities)
    )
