"""How Alembic reaches the database: by the connection that `models.database.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

import models.dead_letter_state
import models.source_alarms
import models.source_days
import models.stories.tables
import models.tables
import models.touched  # noqa: F401 - all of them declare tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
