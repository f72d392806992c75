"""Writes hints of sources and outlets; models.queries.stored_hints reads them."""

from sqlalchemy import Connection, delete

from models.sql import put, table_of
from models.tables.sources import HintKind, Hints, SeenEntry, SourceHint


def put_hints(connection: Connection, owner: str, hints: Hints) -> None:
    rows = [
        {"source_id": owner, "kind": kind, "key": key, "value": hints[kind, key]}
        for kind, key in sorted(hints)
    ]
    put(connection, SourceHint, rows, ("value",))


def drop_hints(connection: Connection, owners: str, kind: HintKind) -> None:
    """Removes what all owners with this prefix have of a kind without keys."""
    hint, seen = table_of(SourceHint), table_of(SeenEntry)
    connection.execute(delete(hint).where(hint.c.source_id.startswith(owners), hint.c.kind == kind))
    connection.execute(delete(seen).where(seen.c.source_id.startswith(owners), seen.c.item_id == kind))
