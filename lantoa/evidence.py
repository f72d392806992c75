"""Everything behind one item's place in the tallies (domain.md, rule 9)."""

from typing import Any

from sqlalchemy import Connection, select

from models.cells import cells
from models.folding import counted
from models.sql import table_of
from models.tables import ItemRevision, ItemRow

Evidence = dict[str, Any]


def find_items(connection: Connection, name: str) -> list[str]:
    """Ids of the items that have this id or address; several outlets never share one, old addresses lead on."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    by_item = select(item.c.id).where((item.c.id == name) | (item.c.url == name))
    by_revision = select(revision.c.item_id).where(revision.c.url == name)
    return sorted({row[0] for row in connection.execute(by_item.union(by_revision))})


def evidence(connection: Connection, item_id: str) -> Evidence:
    """The item, its mentions with their words, its revisions and the cells it stands in."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    row = connection.execute(select(item).where(item.c.id == item_id)).mappings().one()
    revisions = connection.execute(
        select(revision).where(revision.c.item_id == item_id).order_by(revision.c.first_fetched_at)
    ).mappings()
    return {
        "item": {name: value for name, value in row.items() if name not in {"mentions", "published_by"}},
        "counted": row["in_scope"],
        "mentions": row["mentions"],
        "revisions": [dict(found) for found in revisions],
        "cells": [cell.key for cell in cells(counted(dict(row)))],
    }
