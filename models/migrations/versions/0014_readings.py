"""what was read in activities before a reclassification"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activity", sa.Column("generation", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "activity_reading",
        sa.Column("activity_id", sa.String(), primary_key=True),
        sa.Column("revision", sa.String(), primary_key=True),
        sa.Column("generation", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("reading", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("activity_reading")
    op.drop_column("activity", "generation")
