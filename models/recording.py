"""Writing what was decided of items: one transaction for the items and the tallies that they change.

Everything is keyed by identity and the tallies move by the difference between an item's old and new cells, so that a
redelivered, repeated or reordered message changes nothing (invariant 1).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from config.programme import Programme
from models.cells import CellName, Counted, cells
from models.messages import Classified
from models.tables import Cell, CellOutlet, ItemResolution, ItemRevision, ItemRow

Row = dict[str, Any]
PERSIST_LOCK = 7_201_002  # namespace of PostgreSQL's advisory locks, one per partition


def record(
    connection: Connection, messages: Sequence[Classified], programme: Programme, plenum_of: Mapping[str, str]
) -> None:
    """Folds the messages into the items and moves the cells. The caller owns the transaction.

    `plenum_of` names the plenum that issued a document.
    """
    before = _stored(connection, {m.item.id for m in messages})
    after: dict[str, Row] = {}
    revisions: dict[tuple[str, str], Row] = {}
    for message in messages:
        item_id = message.item.id
        after[item_id] = fold(after.get(item_id) or before.get(item_id), message, programme, plenum_of)
        place = item_id, message.item.revision
        revisions[place] = _merge_revision(revisions.get(place), message)
    changed = [row for item_id, row in after.items() if row != before.get(item_id)]
    _write_revisions(connection, list(revisions.values()))
    _write_items(connection, changed, before)
    _move_cells(connection, [before[r["id"]] for r in changed if r["id"] in before], changed)


def lock_partition(connection: Connection, partition: int) -> None:
    """One writer a partition, even while a worker that lost it in a rebalance still finishes its last batch.
    SQLite's single write lock does the same by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n, :p)"), {"n": PERSIST_LOCK, "p": partition})


def fold(row: Row | None, message: Classified, programme: Programme, plenum_of: Mapping[str, str]) -> Row:
    """The item after one more message, in whatever order they come (counting.md, Revisions; Date and period)."""
    item = message.item
    folded: Row = dict(row) if row else {"first_seen": item.fetched_at, "published": None, "published_by": ""}
    if row is None or (item.fetched_at, item.revision) >= (row["fetched_at"], row["revision"]):
        folded.update(_as_won(message, programme, plenum_of))
    folded["first_seen"] = min(folded["first_seen"], item.fetched_at)
    if item.claimed and not item.date_flag:
        claim = f"{item.fetched_at.timestamp():017.6f}/{item.revision}"
        if not folded["published_by"] or claim < folded["published_by"]:
            folded["published"], folded["published_by"] = item.claimed, claim
    if folded["published"]:
        folded["date_flag"] = None
    folded["day"] = programme.day(folded["published"] or folded["first_seen"])
    return folded


def counted(row: Mapping[str, Any]) -> Counted:
    return Counted(
        programme=row["programme"],
        in_scope=row["in_scope"],
        day=row["day"],
        outlet=row["outlet"],
        channel=row["channel"],
        form=row["form"],
        level=row["level"],
        resolutions=tuple(row["resolutions"]),
        waiting=row["waiting"],
        flagged=row["date_flag"] is not None,
    )


def _as_won(message: Classified, programme: Programme, plenum_of: Mapping[str, str]) -> Row:
    item = message.item
    linked = dict.fromkeys(m.resolution for m in message.mentions if m.status == "linked" and m.resolution)
    plenums = dict.fromkeys(plenum_of[r] for r in linked if r in plenum_of)
    return {
        "id": item.id,
        "outlet": item.outlet,
        "source": item.source,
        "identity": item.identity,
        "url": item.url,
        "title": item.title,
        "revision": item.revision,
        "fetched_at": item.fetched_at,
        "claimed": item.claimed,
        "date_flag": item.date_flag,
        "programme": programme.id,
        "in_scope": message.in_scope,
        "channel": message.channel,
        "form": message.form,
        "level": message.level,
        "partner": message.partner,
        "waiting": any(m.status == "ambiguous" for m in message.mentions),
        "places": list(message.places),
        "mentions": [_plain(asdict(m)) for m in message.mentions],
        "resolutions": sorted({*linked, *plenums}),
        "rules_version": message.rules_version,
        "catalogue_version": message.catalogue_version,
    }


def _plain(mention: dict[str, Any]) -> dict[str, Any]:
    """As JSON gives it back, so that a stored row equals a fresh one."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in mention.items()}


def _merge_revision(row: Row | None, message: Classified) -> Row:
    item = message.item
    first, last = item.fetched_at, item.fetched_at
    if row:
        first, last = min(first, row["first_fetched_at"]), max(last, row["fetched_at"])
    return {
        "item_id": item.id,
        "revision": item.revision,
        "source": item.source,
        "url": item.url,
        "first_fetched_at": first,
        "fetched_at": last,
        "claimed": item.claimed,
        "date_text": item.date_text,
        "date_flag": item.date_flag,
        "title": item.title,
        "lead": item.lead,
        "text": item.text,
        "text_from": item.text_from,
    }


def _stored(connection: Connection, ids: Iterable[str]) -> dict[str, Row]:
    table = table_of(ItemRow)
    found = connection.execute(
        select(table).where(table.c.id.in_(bindparam("ids", expanding=True))), {"ids": list(ids)}
    )
    return {row["id"]: dict(row) for row in found.mappings()}


def _write_revisions(connection: Connection, rows: list[Row]) -> None:
    table = table_of(ItemRevision)
    insert = upsert(connection, table)
    least, most = ("min", "max") if connection.dialect.name == "sqlite" else ("least", "greatest")
    new = insert.excluded
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[table.c.item_id, table.c.revision],
            set_={
                "first_fetched_at": getattr(func, least)(table.c.first_fetched_at, new.first_fetched_at),
                "fetched_at": getattr(func, most)(table.c.fetched_at, new.fetched_at),
            },
        ),
        rows,
    )


def _write_items(connection: Connection, rows: list[Row], before: Mapping[str, Row]) -> None:
    if not rows:
        return
    table, links = table_of(ItemRow), table_of(ItemResolution)
    insert = upsert(connection, table)
    columns = {c.name: insert.excluded[c.name] for c in table.c if c.name != "id"}
    connection.execute(insert.on_conflict_do_update(index_elements=[table.c.id], set_=columns), rows)
    moved = [r for r in rows if r["resolutions"] != before.get(r["id"], {"resolutions": []})["resolutions"]]
    if moved:
        connection.execute(
            delete(links).where(links.c.item_id == bindparam("i")), [{"i": r["id"]} for r in moved]
        )
    named = [{"item_id": r["id"], "resolution": n} for r in moved for n in r["resolutions"]]
    if named:
        connection.execute(links.insert(), named)


def _move_cells(connection: Connection, before: Iterable[Row], after: Iterable[Row]) -> None:
    moves: Counter[tuple[CellName, str, bool, bool]] = Counter()
    for sign, rows in ((-1, before), (1, after)):
        for row in rows:
            item = counted(row)
            for cell in cells(item):
                moves[cell, item.outlet, item.waiting, item.flagged] += sign
    figures: dict[CellName, list[int]] = {}
    outlets: Counter[tuple[str, str]] = Counter()
    for (cell, outlet, waiting, flagged), n in moves.items():
        sums = figures.setdefault(cell, [0, 0, 0])
        for i, by in enumerate((n, n * waiting, n * flagged)):
            sums[i] += by
        outlets[cell.key, outlet] += n
    _add(connection, table_of(Cell), [_cell_row(cell, sums) for cell, sums in figures.items() if any(sums)])
    _add(
        connection,
        table_of(CellOutlet),
        [{"key": k, "outlet": o, "items": n} for (k, o), n in outlets.items() if n],
    )


def _cell_row(cell: CellName, sums: list[int]) -> Row:
    items, waiting, flagged = sums
    return {
        "key": cell.key,
        "programme": cell.programme,
        "period": cell.period,
        "dimensions": ",".join(cell.dimensions),
        "items": items,
        "waiting": waiting,
        "flagged": flagged,
    }


def _add(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Adds the figures to the stored ones, in key order so that two writers never wait for each other in a ring;
    a row that holds no item any more goes."""
    if not rows:
        return
    key = list(table.primary_key.columns)
    rows.sort(key=lambda row: [row[c.name] for c in key])
    insert = upsert(connection, table)
    sums = {n: table.c[n] + insert.excluded[n] for n in ("items", "waiting", "flagged") if n in table.c}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=sums), rows)
    fallen = [{f"_{c.name}": row[c.name] for c in key} for row in rows if row["items"] < 0]
    if fallen:
        place = [c == bindparam(f"_{c.name}") for c in key]
        connection.execute(delete(table).where(table.c["items"] == 0, *place), fallen)


def upsert(connection: Connection, table: Table) -> Any:
    """The dialect's INSERT that knows ON CONFLICT; SQLAlchemy has no common one."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def table_of(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]
