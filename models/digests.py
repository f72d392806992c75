"""What the last digest of each recipient contained: everything that counted then, so that nothing is sent twice or never."""

import json
import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, select
from sqlmodel import Field, SQLModel

from models.reports import States
from models.sql import Row, put, table_of
from models.tables import instant, json_column


class DigestTold(SQLModel, table=True):
    """One row a recipient; `seen` is `States` as compressed JSON, of two years at most."""

    __tablename__ = "digest_told"
    programme: str = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    told_at: datetime = instant()
    seen: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    totals: dict[str, Any] = json_column()


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
