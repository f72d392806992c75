"""How Alembic reaches the database: by the connection that `models.database.migrate` hands over."""

from importlib import import_module
from typing import Literal

from alembic import context
from sqlmodel import SQLModel

from models.tables import Instant

TABLES = (  # where they are declared
    "accounts", "begun", "collapsed", "dead_letter_state", "digests", "loops", "page_texts", "pending_pages", "source_alarms", "source_days", "stories.tables", "tables", "tally_outbox", "backfill_cursor",
)  # fmt: skip

for name in TABLES:
    import_module(f"models.{name}")


def frozen(kind: str, what: object, _context: object) -> str | Literal[False]:
    """A migration must not change when the class does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(what, Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_item=frozen,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
