"""What the last digest of each recipient contained: everything that counted then, so that nothing is sent twice or never."""

import json
import zlib
from datetime import datetime

from sqlalchemy import Connection, select

from models.sql import Row, put, table_of
from models.store.reports import States
from models.tables.reports import DigestTold


def told(connection: Connection, programme: str, recipient: str) -> Row | None:
    """`told_at`, `seen` and the `totals` of that day's year; None for a recipient to whom nothing was sent yet."""
    table = table_of(DigestTold)
    here = (table.c.programme == programme, table.c.recipient == recipient)
    found = connection.execute(select(table).where(*here)).mappings().first()
    return dict(found) | {"seen": _unpacked(found["seen"])} if found else None


def remember(
    connection: Connection, programme: str, recipient: str, told_at: datetime, seen: States, totals: Row
) -> None:
    row = {
        "programme": programme,
        "recipient": recipient,
        "told_at": told_at,
        "seen": _packed(seen),
        "totals": totals,
    }
    put(connection, DigestTold, [row])


def _packed(seen: States) -> bytes:
    return zlib.compress(json.dumps([[*key, state] for key, state in seen.items()]).encode())


def _unpacked(packed: bytes) -> States:
    return {(kind, each): state for kind, each, state in json.loads(zlib.decompress(packed))}
