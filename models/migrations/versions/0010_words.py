"""the words by which items are searched"""

import sqlalchemy as sa
from alembic import op

from models.searching import words_of
from models.tables import VECTOR

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
BATCH = 1000


def upgrade() -> None:
    op.add_column("item", sa.Column("words", sa.String(), nullable=False, server_default=""))
    _fill(op.get_bind())
    if op.get_context().dialect.name == "postgresql":
        op.create_index(
            "ix_item_words",
            "item",
            [sa.text(VECTOR.replace("item.", ""))],
            postgresql_using="gin",
            postgresql_where=sa.text("counts"),
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.drop_index("ix_item_words", "item")
    op.drop_column("item", "words")


def _fill(connection: sa.Connection) -> None:
    page = sa.text(
        "SELECT i.id, r.title, r.lead FROM item i JOIN item_revision r ON r.item_id = i.id AND r.revision = i.revision "
        "WHERE i.id > :last ORDER BY i.id LIMIT :batch"
    )
    change = sa.text("UPDATE item SET words = :words WHERE id = :id")
    last = ""
    while rows := connection.execute(page, {"last": last, "batch": BATCH}).all():
        connection.execute(change, [{"id": row.id, "words": words_of(row.title, row.lead)} for row in rows])
        last = rows[-1].id
