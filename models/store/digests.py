"""Writes what a recipient's last digest contained."""

from datetime import datetime

from sqlalchemy import Connection

from models.counting.figures import Figures
from models.queries.counted_states import States
from models.queries.last_digests import packed
from models.sql import put
from models.tables.reports import DigestTold


def remember(
    connection: Connection, programme: str, recipient: str, told_at: datetime, seen: States, totals: Figures
) -> None:
    row = {
        "programme": programme,
        "recipient": recipient,
        "told_at": told_at,
        "seen": packed(seen),
        "totals": totals,
    }
    put(connection, DigestTold, [row])
