"""the last day on which anything was fetched, without reading all of them"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_source_day_day", "source_day", ["day"])


def downgrade() -> None:
    op.drop_index("ix_source_day_day", "source_day")
