"""Writes what a loop notes of itself."""

from dataclasses import asdict

from sqlalchemy import Connection

from models.queries.loop_states import LoopNote
from models.sql import table_of, upsert
from models.tables.services import LoopState


def put_note(connection: Connection, note: LoopNote) -> None:
    """Replaces the loop's note in its place. Failed rounds are added up, and the last success is kept where the note has
    none."""
    table = table_of(LoopState)
    insert = upsert(connection, table).values(**asdict(note))
    changed = {column.name: insert.excluded[column.name] for column in table.c if not column.primary_key}
    changed["failed_rounds"] = table.c.failed_rounds + insert.excluded.failed_rounds
    if note.succeeded_at is None:
        del changed["succeeded_at"]
    connection.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed))
