"""wordings, their index and likeness, and the members of stories"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "story_wording",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("buckets", sa.LargeBinary(), nullable=False),
    )
    _create_keys("story_bucket", "bucket", "day", "wording")
    _create_keys("story_likeness", "wording", "other")
    op.create_table(
        "story_member",
        sa.Column("item_id", sa.String(), primary_key=True),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("story", sa.String(), nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_member_wording", "story_member", ["wording", "day"])
    told = sa.text("story IS NOT NULL")
    op.create_index(
        "ix_story_member_story", "story_member", ["story"], sqlite_where=told, postgresql_where=told
    )


def _create_keys(name: str, *columns: str) -> None:
    op.create_table(
        name,
        *(sa.Column(column, sa.Integer(), primary_key=True, autoincrement=False) for column in columns),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for name in ("story_member", "story_likeness", "story_bucket", "story_wording"):
        op.drop_table(name)
