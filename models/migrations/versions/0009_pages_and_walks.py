"""entries whose page is tried again, and how far sources were walked back"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_page",
        sa.Column("item_id", sa.String(), primary_key=True),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_index("ix_pending_page_source_id", "pending_page", ["source_id"])
    op.create_table(
        "source_walk",
        sa.Column("source_id", sa.String(), primary_key=True),
        sa.Column("since", sa.Date(), primary_key=True),
        sa.Column("ahead", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("source_walk")
    op.drop_table("pending_page")
