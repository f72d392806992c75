"""the index of wordings in the order of days"""

from collections.abc import Callable
from struct import unpack

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
BANDS, SLOT_DAYS = 30, 16


def upgrade() -> None:
    _create(sa.BigInteger(), lambda bucket, day: day // SLOT_DAYS << 32 | bucket & 0xFFFFFFFF)


def downgrade() -> None:
    _create(sa.Integer(), lambda bucket, _day: bucket)


def _create(bucket_type: sa.types.TypeEngine[int], key: Callable[[int, int], int]) -> None:
    """Again from the sketches, and the days on which members show them."""
    op.drop_table("story_bucket")
    index = op.create_table(
        "story_bucket",
        sa.Column("bucket", bucket_type, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("wording", sa.Integer(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    places = sa.text(
        "SELECT DISTINCT m.wording, m.day, w.buckets FROM story_member m JOIN story_wording w ON w.id = m.wording"
    )
    connection = op.get_bind()
    for place in connection.execute(places).all():
        rows = [
            {"bucket": key(bucket, place.day), "day": place.day, "wording": place.wording}
            for bucket in unpack(f"<{BANDS}i", place.buckets)
        ]
        connection.execute(sa.insert(index), rows)
