"""what the last digest of each recipient contained"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest_told",
        sa.Column("programme", sa.String(), primary_key=True),
        sa.Column("recipient", sa.String(), primary_key=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("digest_told")
