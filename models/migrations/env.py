"""How Alembic reaches the database: by the connection that `models.database.migrate` hands over."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

from alembic import context
from sqlmodel import SQLModel

from models import tables
from models.tables.columns import Instant

for module in iter_modules(tables.__path__):
    import_module(f"{tables.__name__}.{module.name}")


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
