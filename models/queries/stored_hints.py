"""Hints of sources and outlets. A fetcher of 0.2.0 that runs beside writes them into seen_entry under prefixed names: they
are read there too until release 0.4.0 (migration 0023)."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, literal, select, union_all

from models.sql import table_of
from models.tables.sources import WHOLE_HINTS, HintKind, SeenEntry, SourceHint

AT_ONCE = 10_000  # names in one query


def hints_of(
    connection: Connection, owner: str, kind: HintKind, keys: Collection[str] | None = None
) -> dict[str, str]:
    """Key → value, of these keys or of all. `owner` is a source, or an outlet with its prefix."""
    hint, seen = table_of(SourceHint), table_of(SeenEntry)
    mine = (hint.c.source_id == owner, seen.c.source_id == owner)
    return {key: value for _, key, value in _read(connection, mine, kind, keys)}


def hints_of_all(
    connection: Connection, owners: str, kind: HintKind, keys: Collection[str] | None = None
) -> dict[tuple[str, str], str]:
    """(Owner without its prefix, key) → value, of all owners with this prefix."""
    hint, seen = table_of(SourceHint), table_of(SeenEntry)
    theirs = (hint.c.source_id.startswith(owners), seen.c.source_id.startswith(owners))
    found = _read(connection, theirs, kind, keys)
    return {(owner.removeprefix(owners), key): value for owner, key, value in found}


def _read(
    connection: Connection,
    owners: tuple[ColumnElement[bool], ColumnElement[bool]],
    kind: HintKind,
    keys: Collection[str] | None,
) -> list[tuple[str, str, str]]:
    """Owner, key and value, those of the present table last."""
    if keys is None:
        return _part(connection, owners, kind, None)
    ordered = sorted(keys)
    parts = [ordered[i : i + AT_ONCE] for i in range(0, len(ordered), AT_ONCE)]
    return [row for part in parts for row in _part(connection, owners, kind, part)]


def _part(
    connection: Connection,
    owners: tuple[ColumnElement[bool], ColumnElement[bool]],
    kind: HintKind,
    keys: Collection[str] | None,
) -> list[tuple[str, str, str]]:
    hint, seen = table_of(SourceHint), table_of(SeenEntry)
    new, old = [owners[0], hint.c.kind == kind], [owners[1]]
    if kind in WHOLE_HINTS:
        old.append(seen.c.item_id == kind)
    elif keys is None:
        old.append(seen.c.item_id.startswith(f"{kind}:"))
    else:
        new.append(hint.c.key.in_(keys))
        old.append(seen.c.item_id.in_([f"{kind}:{key}" for key in keys]))
    statement = union_all(
        select(literal(0).label("turn"), seen.c.source_id, seen.c.item_id, seen.c.revision).where(*old),
        select(literal(1), hint.c.source_id, hint.c.key, hint.c.value).where(*new),
    ).order_by("turn")
    return [
        (owner, name if turn else "" if kind in WHOLE_HINTS else name.removeprefix(f"{kind}:"), value)
        for turn, owner, name, value in connection.execute(statement)
    ]
