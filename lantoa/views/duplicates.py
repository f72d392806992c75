"""Suspected duplicates are of one kind if their items come from the same two sources; one correction merges all of a
kind."""

from collections.abc import Iterable, Sequence

from config.programme import Programme
from models.counting.period import ALWAYS
from models.database import Connection
from models.messages.correction import Correction
from models.queries.waiting import WaitingWords, duplicates, sources_of

Pair = tuple[str, str]  # ids of an item and of the earlier item that it resembles


def pairs_in(rows: Iterable[WaitingWords]) -> list[Pair]:
    """Selects the suspected duplicates among the rows that wait for a human."""
    return [(row.item, row.candidates[0]) for row in rows if row.kind == "duplicate"]


def kinds_of(connection: Connection, pairs: Sequence[Pair]) -> dict[Pair, Pair]:
    """Maps each pair to the sources of its two items. Pairs with the same two sources are of one kind."""
    sources = sources_of(connection, sorted({name for pair in pairs for name in pair}))
    return {pair: (sources[pair[0]], sources[pair[1]]) for pair in pairs}


def others_alike(connection: Connection, programme: Programme, pair: Pair) -> list[Pair]:
    """Returns the other suspected duplicates of the same kind, from all periods."""
    found = pairs_in(duplicates(connection, programme, ALWAYS))
    kinds = kinds_of(connection, [pair, *found])
    return [each for each in found if kinds[each] == kinds[pair] and each[0] != pair[0]]


def merged_alike(correction: Correction, others: Iterable[Pair]) -> list[Correction]:
    """Repeats a correction for other pairs."""
    return [correction.beside(item, same_as=first) for item, first in others]
