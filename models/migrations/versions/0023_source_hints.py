"""hints of sources and outlets have a table of their own

They were rows of seen_entry under names that no item has. Those rows stay: a fetcher of 0.2.0 that still runs beside goes
on reading and writing them, and the newer one reads them too where it has none of its own. What the older one no longer
sees it learns again from the items; what it sees twice (a dead letter, a merge) has the same id. Of a hint that both have, the
newer fetcher reads its own, also where the older one has changed its row since. Release 0.4.0 removes the rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
KINDS = ("alias", "claim", "lesson", "dead", "page")
WHOLE = ("rules", "dates")


def upgrade() -> None:
    op.create_table(
        "source_hint",
        *(sa.Column(name, sa.String(), primary_key=True) for name in ("source_id", "kind", "key")),
        sa.Column("value", sa.String(), nullable=False),
    )
    into = "INSERT INTO source_hint (source_id, kind, key, value) SELECT source_id, :kind, "
    for kind in KINDS:
        rows = sa.text(into + "substr(item_id, :after), revision FROM seen_entry WHERE item_id LIKE :names")
        after = len(kind) + 2  # behind the colon
        op.execute(rows.bindparams(kind=kind, after=after, names=f"{kind}:%"))
    for kind in WHOLE:
        rows = sa.text(into + "'', revision FROM seen_entry WHERE item_id = :kind")
        op.execute(rows.bindparams(kind=kind))


def downgrade() -> None:
    """Rows that are in seen_entry only stay: a fetcher of 0.2.0 wrote them after the upgrade."""
    back = "INSERT INTO seen_entry (source_id, item_id, revision) SELECT source_id, "
    copied = (
        "DELETE FROM seen_entry WHERE {names} AND EXISTS (SELECT 1 FROM source_hint AS hint "
        "WHERE hint.source_id = seen_entry.source_id AND hint.kind = :kind AND hint.key = {key})"
    )
    for kind in KINDS:
        old = sa.text(copied.format(names="item_id LIKE :names", key="substr(item_id, :after)"))
        op.execute(old.bindparams(kind=kind, after=len(kind) + 2, names=f"{kind}:%"))
        rows = sa.text(back + ":kind || ':' || key, value FROM source_hint WHERE kind = :kind")
        op.execute(rows.bindparams(kind=kind))
    for kind in WHOLE:
        op.execute(sa.text(copied.format(names="item_id = :kind", key="''")).bindparams(kind=kind))
        op.execute(sa.text(back + ":kind, value FROM source_hint WHERE kind = :kind").bindparams(kind=kind))
    op.drop_table("source_hint")
