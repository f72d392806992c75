"""accounts of the dashboard, their sessions and tokens, and what was done by whom"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        _instant("created_at"),
    )
    op.create_table(
        "account_session",
        sa.Column("secret", sa.String(), primary_key=True),
        sa.Column("account", sa.String(), nullable=False, index=True),
        _instant("begun_at"),
        _instant("seen_at"),
    )
    op.create_table(
        "account_token",
        sa.Column("secret", sa.String(), primary_key=True),
        sa.Column("account", sa.String(), nullable=False, index=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        _instant("created_at"),
    )
    op.create_table(
        "audit",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True
        ),
        _instant("at"),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
    )


def downgrade() -> None:
    for name in ("audit", "account_token", "account_session", "account"):
        op.drop_table(name)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)
