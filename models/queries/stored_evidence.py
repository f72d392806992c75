"""Everything that is stored behind an item, an activity or a cell, as the JSON documents of `lantoa why` and the API show
it."""

from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping, or_, select

from config.programme import Programme
from models.counting.activity_state import reported
from models.counting.cells import cells
from models.counting.item_state import Json, counted
from models.counting.period import Period
from models.queries.adhoc_tallies import standing_in
from models.sql import table_of
from models.tables.activities import ActivityRevision, ActivityRow
from models.tables.items import CorrectionRow, ItemClassification, ItemRevision, ItemRow
from models.tables.sources import SourceState
from models.tables.stored_rows import activity_of, item_of

UNSEEN = frozenset({"mentions", "published_by"})


def items_named(connection: Connection, name: str) -> list[str]:
    """Returns the ids of the items that have this id or address, or had that address earlier."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    by_item = select(item.c.id).where((item.c.id == name) | (item.c.url == name))
    by_revision = select(revision.c.item_id).where(revision.c.url == name)
    return sorted({row[0] for row in connection.execute(by_item.union(by_revision))})


def find_activity(connection: Connection, name: str) -> bool:
    table = table_of(ActivityRow)
    return connection.execute(select(table.c.id).where(table.c.id == name)).first() is not None


def evidence(connection: Connection, item_id: str) -> Json:
    """Collects the item, its source, its mentions with their words, its revisions, its corrections and its cells."""
    item, revision, correction = table_of(ItemRow), table_of(ItemRevision), table_of(CorrectionRow)
    row = connection.execute(select(item).where(item.c.id == item_id)).mappings().one()
    revisions = connection.execute(
        select(revision).where(revision.c.item_id == item_id).order_by(revision.c.first_fetched_at)
    ).mappings()
    corrections = connection.execute(
        select(correction).where(correction.c.item == item_id).order_by(correction.c.made_at, correction.c.id)
    ).mappings()
    shown = {name: value for name, value in row.items() if name not in UNSEEN}
    earlier = _earlier_classifications(connection, item_id)
    return {
        "item": shown | {"decided": shown["classified"]},  # version 0.1.0 calls it so; removed in 0.3.0
        "counted": row["counts"],
        "source": _source(connection, row["source"]),
        "mentions": row["mentions"],
        "revisions": [_revision(found) for found in revisions],
        "corrections": [dict(found) for found in corrections],
        "earlier_classifications": earlier,
        "earlier_decisions": [
            each | {"decision": each["classification"]} for each in earlier
        ],  # version 0.1.0 has it; removed in 0.3.0
        "story": _story(connection, row["id"], row["story"]),
        "copies": list(connection.execute(select(item.c.id).where(item.c.same_as == item_id)).scalars()),
        "cells": [cell.key for cell in cells(counted(item_of(row)))],
    }


def activity_evidence(connection: Connection, activity_id: str) -> Json:
    """Collects the activity, its classification, each content that was reported of it, and its cells."""
    table, revision = table_of(ActivityRow), table_of(ActivityRevision)
    row = connection.execute(select(table).where(table.c.id == activity_id)).mappings().one()
    revisions = connection.execute(
        select(revision).where(revision.c.activity_id == activity_id).order_by(revision.c.first_reported_at)
    ).mappings()
    return {
        "activity": {name: value for name, value in row.items() if name != "mentions"},
        "mentions": row["mentions"],
        "revisions": [dict(found) for found in revisions],
        "cells": [cell.key for cell in cells(reported(activity_of(row)))],
    }


def standing(
    connection: Connection, programme: Programme, period: Period, values: Mapping[str, str | None]
) -> Json:
    """The items and the activities that a cell counts, in the order of their days."""
    found: Json = {}
    for name, base in (("items", ItemRow), ("activities", ActivityRow)):
        day, key = table_of(base).c.day, table_of(base).c.id
        rows = connection.execute(standing_in(base, programme, period, values).order_by(day, key))
        found[name] = [dict(row) for row in rows.mappings()]
    return found


def _revision(row: RowMapping) -> Json:
    """Adds how the text was obtained: `text_flag` with its reason, and `served_by`, which older revisions lack."""
    stated = dict(row)
    rest: Json = stated.pop("rest")
    return stated | {"text_flag": None, "text_reason": "", "served_by": "", "document_at": None} | rest


def _source(connection: Connection, source_id: str) -> Json | None:
    """Returns the state of the source after its last fetch."""
    table = table_of(SourceState)
    row = connection.execute(select(table).where(table.c.source_id == source_id)).mappings().first()
    return dict(row) if row else None


def _earlier_classifications(connection: Connection, item_id: str) -> list[Json]:
    table = table_of(ItemClassification)
    rows = connection.execute(
        select(table).where(table.c.item_id == item_id).order_by(table.c.generation)
    ).mappings()
    return [dict(row) for row in rows]


def _story(connection: Connection, item_id: str, story: str | None) -> list[Json]:
    """Lists the other items of the story."""
    if story is None:
        return []
    item = table_of(ItemRow)
    members = select(item.c.id, item.c.outlet, item.c.day, item.c.title, item.c.url).where(
        or_(item.c.story == story, item.c.id == story), item.c.id != item_id
    )
    return [dict(row) for row in connection.execute(members.order_by(item.c.day)).mappings()]
