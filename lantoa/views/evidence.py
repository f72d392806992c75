"""Everything behind the place of one item or activity in the tallies, and behind one cell (domain.md, rule 9)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, or_, select

from config.errors import UsageError
from config.programme import Programme
from lantoa.language import _
from lantoa.views.item_addresses import items_at
from models.counting.activity_state import reported
from models.counting.cells import cells, values_in
from models.counting.item_state import counted
from models.counting.period import Period, parse_period
from models.queries.adhoc_tallies import computed_rows, standing_in
from models.queries.tally import KEYS, cells_by_key
from models.sql import Row, table_of
from models.tables.activities import ActivityRevision, ActivityRow
from models.tables.items import CorrectionRow, ItemClassification, ItemRevision, ItemRow
from models.tables.sources import SourceState
from models.tables.stored_rows import activity_of, item_of
from producers.archive import Kept, read_archive

Evidence = dict[str, Any]
UNSEEN = frozenset({"mentions", "published_by"})


def find_items(connection: Connection, name: str, programme: Programme | None = None) -> list[str]:
    """Returns the ids of the items that have this id or address, or had that address earlier. Several outlets never
    share one. If a programme is given, any spelling of the address that leads to the same identity is found."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    by_item = select(item.c.id).where((item.c.id == name) | (item.c.url == name))
    by_revision = select(revision.c.item_id).where(revision.c.url == name)
    found = sorted({row[0] for row in connection.execute(by_item.union(by_revision))})
    return found or (items_at(connection, programme, name) if programme else [])


def find_activity(connection: Connection, name: str) -> bool:
    table = table_of(ActivityRow)
    return connection.execute(select(table.c.id).where(table.c.id == name)).first() is not None


def evidence(connection: Connection, item_id: str) -> Evidence:
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
        "revisions": [_revision(dict(found)) for found in revisions],
        "corrections": [dict(found) for found in corrections],
        "earlier_classifications": earlier,
        "earlier_decisions": [
            each | {"decision": each["classification"]} for each in earlier
        ],  # version 0.1.0 has it; removed in 0.3.0
        "story": _story(connection, row["id"], row["story"]),
        "copies": list(connection.execute(select(item.c.id).where(item.c.same_as == item_id)).scalars()),
        "cells": [cell.key for cell in cells(counted(item_of(row)))],
    }


def document_of(folder: Path, found: Evidence) -> Kept | None:
    """Returns the fetched document from which an item of `evidence` was made, from the archive in `folder`."""
    stands = next(each for each in found["revisions"] if each["revision"] == found["item"]["revision"])
    stated = stands["document_at"]
    moment = datetime.fromisoformat(stated) if stated else stands["fetched_at"]
    page = stands["url"] if stands["text_from"] == "page" else None
    day = moment.astimezone(UTC).date()
    for kept in read_archive(folder, day, day):
        is_it = kept.requested == page if page else (kept.source, kept.part) == (stands["source"], "document")
        if is_it and kept.fetched_at == moment:
            return kept
    return None


def _revision(row: Row) -> Row:
    """Adds how the text was obtained: `text_flag` with its reason, and `served_by`, which older revisions lack."""
    rest: Row = row.pop("rest")
    return row | {"text_flag": None, "text_reason": "", "served_by": "", "document_at": None} | rest


def activity_evidence(connection: Connection, activity_id: str) -> Evidence:
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


def cell_evidence(connection: Connection, programme: Programme, key: str) -> Evidence:
    """Returns a cell's figures and all its items and activities. Raises UsageError if `key` is not the
    key of a cell."""
    period, values = parse_cell(programme, key)
    item, activity = table_of(ItemRow), table_of(ActivityRow)
    items = connection.execute(
        standing_in(ItemRow, programme, period, values).order_by(item.c.day, item.c.id)
    )
    activities = connection.execute(
        standing_in(ActivityRow, programme, period, values).order_by(activity.c.day, activity.c.id)
    )
    return cell_figures(connection, programme, key) | {
        "items": [dict(row) for row in items.mappings()],
        "activities": [dict(row) for row in activities.mappings()],
    }


def cell_figures(connection: Connection, programme: Programme, key: str) -> Evidence:
    """Returns the figures as stored and as computed now. Raises UsageError if `key` is not the key of a cell."""
    period, values = parse_cell(programme, key)
    by = tuple(values)
    computed = computed_rows(connection, programme, period, by)
    return {
        "cell": key,
        "stored": cells_by_key(connection, [key]).get(key),
        "computed": next((row for row in computed if all(row[name] == values[name] for name in by)), None),
    }


def parse_cell(programme: Programme, key: str) -> tuple[Period, dict[str, str | None]]:
    """Splits `<programme>|2024|channel=radio` into its period and the values of its dimensions. Raises UsageError."""
    try:
        named, period_name, _dimensions = key.split("|", 2)
        period, values = parse_period(period_name), values_in(key)
        if not values.keys() <= {*KEYS}:
            raise ValueError(key)
    except ValueError as error:
        raise UsageError(
            _("{key!r} names no cell. Expected <programme>|2024|channel=radio, as in lantoa.tallies", key=key)
        ) from error
    if named != programme.id:
        raise UsageError(
            _(
                "{key!r} is a cell of {named!r}; this programme is {own!r}",
                key=key,
                named=named,
                own=programme.id,
            )
        )
    return period, values


def _source(connection: Connection, source_id: str) -> Evidence | None:
    """Returns the state of the source after its last fetch."""
    table = table_of(SourceState)
    row = connection.execute(select(table).where(table.c.source_id == source_id)).mappings().first()
    return dict(row) if row else None


def _earlier_classifications(connection: Connection, item_id: str) -> list[Evidence]:
    table = table_of(ItemClassification)
    rows = connection.execute(
        select(table).where(table.c.item_id == item_id).order_by(table.c.generation)
    ).mappings()
    return [dict(row) for row in rows]


def _story(connection: Connection, item_id: str, story: str | None) -> list[Evidence]:
    """Lists the other items of the story."""
    if story is None:
        return []
    item = table_of(ItemRow)
    members = select(item.c.id, item.c.outlet, item.c.day, item.c.title, item.c.url).where(
        or_(item.c.story == story, item.c.id == story), item.c.id != item_id
    )
    return [dict(row) for row in connection.execute(members.order_by(item.c.day)).mappings()]
