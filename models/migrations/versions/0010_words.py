"""the words by which items are searched"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
BATCH = 1000
MARKS = re.compile("[\u0300-\u036f]")
WORD = re.compile(r"[^\W_]+")


def upgrade() -> None:
    op.add_column("item", sa.Column("words", sa.String(), nullable=False, server_default=""))
    _fill(op.get_bind())
    if op.get_context().dialect.name == "postgresql":
        op.create_index(
            "ix_item_words",
            "item",
            [sa.text("array_to_tsvector(string_to_array(words, ' '))")],
            postgresql_using="gin",
            postgresql_where=sa.text("counts"),
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.drop_index("ix_item_words", "item")
    op.drop_column("item", "words")


def _fill(connection: sa.Connection) -> None:
    page = sa.text(
        "SELECT i.id, r.title, r.lead FROM item i JOIN item_revision r ON r.item_id = i.id AND r.revision = i.revision "
        "WHERE i.id > :last ORDER BY i.id LIMIT :batch"
    )
    change = sa.text("UPDATE item SET words = :words WHERE id = :id")
    last = ""
    while rows := connection.execute(page, {"last": last, "batch": BATCH}).all():
        connection.execute(change, [{"id": row.id, "words": _words(row.title, row.lead)} for row in rows])
        last = rows[-1].id


def _words(*texts: str) -> str:
    """As they were written, then without marks."""
    lower = unicodedata.normalize("NFC", " ".join(texts)).lower()
    written = " ".join(WORD.findall(lower))
    plain = _bare(written)
    return written if plain == written else f"{written} {plain}"


def _bare(text: str) -> str:
    return unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d"))
