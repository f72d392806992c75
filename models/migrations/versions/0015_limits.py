"""columns that hold every count and sum, and an index that takes every address"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
COUNTS = {
    "activity": {"sessions": False, "points": True, "participants": True, "invited": True},
    "tally_cell": dict.fromkeys(
        (
            "items", "alone", "waiting", "flagged", "reports", "activities", "participants", "points", "points_stated",
            "invited", "invited_stated", "attended",
        ),
        False,
    ),
}  # fmt: skip


def upgrade() -> None:
    if _is_sqlite():
        return  # its integers are of 64 bits, and its indexes take texts of any length
    _retype(sa.Integer(), sa.BigInteger())
    op.drop_index("ix_item_url", "item")
    op.create_index("ix_item_url", "item", ["url"], postgresql_using="hash")


def downgrade() -> None:
    if _is_sqlite():
        return
    op.drop_index("ix_item_url", "item")
    op.create_index("ix_item_url", "item", ["url"])
    _retype(sa.BigInteger(), sa.Integer())


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _retype(before: sa.Integer, after: sa.Integer) -> None:
    for table, columns in COUNTS.items():
        for name, nullable in columns.items():
            op.alter_column(table, name, type_=after, existing_type=before, existing_nullable=nullable)
