"""The items that wait for a human: ambiguous words with the text around them and their candidates, so that most items
can be corrected without opening the piece."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, and_, bindparam, select

from lantoa.views.duplicates import kinds_of, pairs_in
from models.queries.waiting import ranked
from models.sql import Row, table_of
from models.tables.items import ItemRevision, ItemRow

CONTEXT_CHARACTERS = 120  # characters before and after the mention
MOST = 50  # cases of a kind that are shown; the next ones follow when these are corrected


@dataclass(frozen=True, slots=True)
class InContext:
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """One item or activity that waits. `words` are its ambiguous words in context. `candidates` are sorted by
    probability, if they were weighed. `choose_one` says that all its mentions have the same candidates, so that one
    key is enough. `linked` lists the documents that are linked already. `alike` counts the other suspected duplicates
    of its kind.
    """

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


def review_cases(connection: Connection, rows: Iterable[Row]) -> list[ReviewCase]:
    """Returns the first cases of `models.queries.waiting` rows of one kind, with all mentions of an item together."""
    listed = list(rows)
    alike = _alike(connection, listed)
    by_item = [(item, list(group)) for item, group in groupby(listed, key=lambda row: str(row["item"]))][
        :MOST
    ]
    ambiguous = [item for item, group in by_item if group[0]["kind"] in {"ambiguous", "allusion"}]
    in_their_sentence = _ambiguous_words(connection, ambiguous)
    linked = _linked(connection, [item for item, _group in by_item])
    return [
        ReviewCase(
            item=item,
            day=group[0]["day"],
            owner=group[0]["outlet"],
            title=group[0]["title"],
            words=in_their_sentence.get(item) or [row["words"] for row in group],
            candidates=ranked(group),
            choose_one=len({frozenset(row["candidates"]) for row in group if row["candidates"]}) <= 1,
            linked=linked[item][0] if item in linked else (),
            first_seen=linked[item][1] if item in linked else None,
            alike=alike.get(item, 0),
        )
        for item, group in by_item
    ]


def _alike(connection: Connection, rows: Sequence[Row]) -> dict[str, int]:
    """Counts for each suspected duplicate the others of its kind."""
    kinds = kinds_of(connection, pairs_in(rows))
    several = Counter(kinds.values())
    return {item: several[kind] - 1 for (item, _first), kind in kinds.items()}


def _linked(connection: Connection, items: Sequence[str]) -> dict[str, tuple[Sequence[str], datetime]]:
    """Maps each item to the documents that the rules linked and the time when it was first seen."""
    table = table_of(ItemRow)
    here = table.c.id.in_(bindparam("ids", expanding=True))
    statement = select(table.c.id, table.c.classified, table.c.first_seen).where(here)
    found = connection.execute(statement, {"ids": list(items)})
    return {row.id: (row.classified["resolutions"], row.first_seen) for row in found}


def _ambiguous_words(connection: Connection, items: Sequence[str]) -> dict[str, list[InContext]]:
    """Maps each item to its ambiguous mentions, found in the winning revision's text."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    winning = and_(revision.c.item_id == item.c.id, revision.c.revision == item.c.revision)
    texts = (revision.c.title, revision.c.lead, revision.c.text.label("body"))
    statement = select(item.c.id, item.c.mentions, *texts).join(revision, winning)
    here = item.c.id.in_(bindparam("ids", expanding=True))
    rows = connection.execute(statement.where(here), {"ids": list(items)}).mappings()
    return {
        row["id"]: [_in_context(dict(row), each) for each in row["mentions"] if each["status"] == "ambiguous"]
        for row in rows
    }


def _in_context(texts: Mapping[str, str], mention: Row) -> InContext:
    """Cuts the surrounding text between words. `texts` holds the text of each zone."""
    text, start, end = texts[mention["zone"]], mention["start"], mention["end"]
    before, after = text[max(start - CONTEXT_CHARACTERS, 0) : start], text[end : end + CONTEXT_CHARACTERS]
    if start > CONTEXT_CHARACTERS:
        before = "…" + before[before.find(" ") + 1 :]
    if end + CONTEXT_CHARACTERS < len(text):
        after = after[: after.rfind(" ") + 1].rstrip() + "…"
    return InContext(" ".join(before.split("\n")), mention["surface"], " ".join(after.split("\n")))
