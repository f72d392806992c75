"""the position of a classification on its topic: of one revision and generation the first one is in force"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
TABLES = ("item", "item_decision", "activity", "activity_reading")
COLUMNS = ("decided_offset", "decided_ms")


def upgrade() -> None:
    for table in TABLES:
        for column in COLUMNS:
            op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=False, server_default="-1"))


def downgrade() -> None:
    for table in TABLES:
        for column in COLUMNS:
            op.drop_column(table, column)
