"""How Alembic reaches the database: by the connection that `models.database.migrate` hands over."""

from importlib import import_module

from alembic import context
from sqlmodel import SQLModel

TABLES = (  # where they are declared
    "accounts", "dead_letter_state", "digests", "pending_pages", "source_alarms", "source_days", "stories.tables", "tables", "touched", "walks",
)  # fmt: skip

for name in TABLES:
    import_module(f"models.{name}")
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
