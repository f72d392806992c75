"""what the rules do is called classification, what a human does correction"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
TABLES = (("item_decision", "item_classification"), ("activity_reading", "activity_classification"))
COLUMNS = (
    ("item", "decided", "classified"),
    ("item_classification", "decision", "classification"),
    ("activity_classification", "reading", "classification"),
    ("dead_letter_state", "decided_at", "settled_at"),
    *(
        (table, f"decided_{what}", f"classified_{what}")
        for table in ("item", "item_classification", "activity", "activity_classification")
        for what in ("offset", "ms")
    ),
)


def upgrade() -> None:
    for old, new in TABLES:
        op.rename_table(old, new)
    for table, old, new in COLUMNS:
        op.alter_column(table, old, new_column_name=new)


def downgrade() -> None:
    for table, old, new in reversed(COLUMNS):
        op.alter_column(table, new, new_column_name=old)
    for old, new in TABLES:
        op.rename_table(new, old)
