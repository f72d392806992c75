"""cells that were not yet published on their topic, and what was done about dead letters"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally_touched",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("mark", sa.BigInteger(), nullable=False),
    )
    op.execute(
        "INSERT INTO tally_touched (key, mark) SELECT key, 0 FROM tally_cell"
    )  # none was ever published
    op.create_table(
        "dead_letter_state",
        sa.Column("letter", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("written_ms", sa.BigInteger(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("outcome", "because", "by")),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("dead_letter_state")
    op.drop_table("tally_touched")
