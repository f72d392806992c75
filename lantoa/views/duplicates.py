"""Suspected duplicates are of one kind if their items come from the same two sources; one correction merges all of a
kind."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select

from config.programme import Programme
from models.counting.period import Period, parse_period
from models.messages.correction import Correction
from models.queries.waiting import duplicates
from models.sql import Row, table_of
from models.tables.items import ItemRow

Pair = tuple[str, str]  # ids of an item and of the earlier item that it resembles
AT_ONCE = 500


def pairs_in(rows: Iterable[Row]) -> list[Pair]:
    """Selects the suspected duplicates among the rows that wait for a human."""
    return [(row["item"], row["candidates"][0]) for row in rows if row["kind"] == "duplicate"]


def kinds_of(connection: Connection, pairs: Sequence[Pair]) -> dict[Pair, Pair]:
    """Maps each pair to the sources of its two items. Pairs with the same two sources are of one kind."""
    sources = _sources(connection, sorted({name for pair in pairs for name in pair}))
    return {pair: (sources[pair[0]], sources[pair[1]]) for pair in pairs}


def others_alike(connection: Connection, programme: Programme, pair: Pair) -> list[Pair]:
    """Returns the other suspected duplicates of the same kind, from all periods."""
    found = pairs_in(duplicates(connection, programme, _always()))
    kinds = kinds_of(connection, [pair, *found])
    return [each for each in found if kinds[each] == kinds[pair] and each[0] != pair[0]]


def merged_alike(correction: Correction, others: Iterable[Pair]) -> list[Correction]:
    """Repeats a correction for other pairs. Its ids are derived, so that sending it twice changes nothing."""
    return [
        correction.model_copy(
            update={
                "id": sha256(f"{correction.id}\0{item}".encode()).hexdigest()[:32],
                "item": item,
                "same_as": first,
            }
        )
        for item, first in others
    ]


def _always() -> Period:
    return parse_period("1990-01-01..2100-12-31")


def _sources(connection: Connection, items: Sequence[str]) -> dict[str, str]:
    table = table_of(ItemRow)
    statement = select(table.c.id, table.c.source).where(table.c.id.in_(bindparam("ids", expanding=True)))
    found: dict[str, str] = {}
    for start in range(0, len(items), AT_ONCE):
        found |= {
            row.id: row.source
            for row in connection.execute(statement, {"ids": list(items[start : start + AT_ONCE])})
        }
    return found
