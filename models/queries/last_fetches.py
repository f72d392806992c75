"""When each source was fetched last."""

from datetime import datetime

from sqlalchemy import Connection, select

from models.sql import table_of
from models.tables.sources import SourceState


def last_fetches(connection: Connection) -> dict[str, datetime]:
    """Source → the moment; a source that was never fetched is missing."""
    state = table_of(SourceState)
    found = connection.execute(select(state.c.source_id, state.c.fetched_at))
    return {row.source_id: row.fetched_at for row in found}
