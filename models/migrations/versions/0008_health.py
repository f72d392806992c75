"""what the sources gave day by day, and what is wrong with them"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counts = ("fetches", "failed", "drifted", "entries", "known")
    op.create_table(
        "source_day",
        sa.Column("source_id", sa.String(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
    )
    op.create_table(
        "source_alarm",
        sa.Column("source_id", sa.String(), primary_key=True),
        sa.Column("problem", sa.String(), primary_key=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("recovered_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("told", "told_recovered")),
    )
    op.create_index(
        "ix_source_alarm_open",
        "source_alarm",
        ["source_id"],
        unique=True,
        sqlite_where=sa.text("recovered_at IS NULL"),
        postgresql_where=sa.text("recovered_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("source_alarm")
    op.drop_table("source_day")
