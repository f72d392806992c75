"""What the last digest of each recipient contained: everything that counted then, so that nothing is sent twice or never."""

import json
import zlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from models.counting.figures import Figures
from models.queries.counted_states import States
from models.sql import table_of
from models.tables.reports import DigestTold


@dataclass(frozen=True, slots=True)
class LastDigest:
    """When it was sent, what counted then, and the totals of that day's year."""

    told_at: datetime
    seen: States
    totals: Figures


def last_digest(connection: Connection, programme: str, recipient: str) -> LastDigest | None:
    """Returns None for a recipient to whom nothing was sent yet."""
    table = table_of(DigestTold)
    here = (table.c.programme == programme, table.c.recipient == recipient)
    found = connection.execute(select(table.c.told_at, table.c.seen, table.c.totals).where(*here)).first()
    return LastDigest(found.told_at, unpacked(found.seen), found.totals) if found else None


def packed(seen: States) -> bytes:
    """Returns `seen` as the table keeps it."""
    return zlib.compress(json.dumps([[*key, state] for key, state in seen.items()]).encode())


def unpacked(kept: bytes) -> States:
    return {(kind, each): state for kind, each, state in json.loads(zlib.decompress(kept))}
