"""corrections, activities, stories and places, and what they add to items and cells"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
BATCH = 1000
FIGURES = (
    "alone", "reports", "activities", "participants", "points", "points_stated", "invited", "invited_stated", "attended",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("item") as item:
        item.add_column(sa.Column("generation", sa.Integer(), nullable=False, server_default="0"))
        item.add_column(sa.Column("flagged", sa.Boolean(), nullable=False, server_default=sa.false()))
        item.add_column(sa.Column("counts", sa.Boolean(), nullable=False, server_default=sa.false()))
        item.add_column(sa.Column("same_as", sa.String(), nullable=True))
        item.add_column(sa.Column("story", sa.String(), nullable=True))
        item.add_column(sa.Column("language", sa.String(), nullable=False, server_default="vi"))
        item.add_column(sa.Column("press_column", sa.String(), nullable=True))
        item.add_column(sa.Column("decided", sa.JSON(), nullable=False, server_default="{}"))
        item.add_column(sa.Column("corrected", sa.JSON(), nullable=False, server_default="{}"))
        item.drop_index("ix_item_counted")
        item.create_index("ix_item_counted", ["programme", "counts", "day"])
    merged = sa.text("same_as IS NOT NULL")
    op.create_index("ix_item_same_as", "item", ["same_as"], sqlite_where=merged, postgresql_where=merged)
    with op.batch_alter_table("item_revision") as revision_:
        revision_.add_column(sa.Column("rest", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("tally_cell") as cell:
        for name in FIGURES:
            cell.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    _create_tables()
    _create_reports()
    _fill()


def _create_tables() -> None:
    for name, owner in (("item_place", "item_id"), ("activity_place", "activity_id")):
        op.create_table(
            name,
            sa.Column(owner, sa.String(), primary_key=True),
            sa.Column("place", sa.String(), primary_key=True),
        )
    op.create_table(
        "item_decision",
        sa.Column("item_id", sa.String(), primary_key=True),
        sa.Column("revision", sa.String(), primary_key=True),
        sa.Column("generation", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("decision", sa.JSON(), nullable=False),
    )
    op.create_table(
        "tally_cell_story",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("story", sa.String(), primary_key=True),
        sa.Column("items", sa.Integer(), nullable=False),
    )
    op.create_table(
        "activity",
        *_text("id", primary_key=True),
        *_text("identity", "revision"),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_reported_at", sa.DateTime(timezone=True), nullable=False),
        *_text("programme", "kind", "channel"),
        sa.Column("day", sa.Date(), nullable=False),
        *_text("unit", "place", "title"),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("words", "mentions", "resolutions")),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("points", "participants", "invited")),
        *_text("language", "note", "source", "rules_version", "catalogue_version"),
    )
    op.create_index("ix_activity_counted", "activity", ["programme", "day"])
    op.create_table(
        "activity_revision",
        *_text("activity_id", "revision", primary_key=True),
        sa.Column("first_reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
    )
    op.create_table("activity_resolution", *_text("activity_id", "resolution", primary_key=True))
    op.create_index("ix_activity_resolution_resolution", "activity_resolution", ["resolution"])
    op.create_table(
        "correction",
        *_text("id", primary_key=True),
        *_text("item"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_text("by", "because"),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("withdraws", sa.String(), nullable=True),
    )
    op.create_index("ix_correction_item", "correction", ["item"])
    op.create_index("ix_correction_withdraws", "correction", ["withdraws"])


def _create_reports() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), primary_key=True),
        *_text("programme", "period"),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        *_text("by"),
        sa.Column("figures", sa.JSON(), nullable=False),
    )
    op.create_table(
        "report_entry",
        sa.Column("report", sa.Integer(), primary_key=True, autoincrement=False),
        *_text("kind", "id", primary_key=True),
        sa.Column("state", sa.JSON(), nullable=False),
    )


def _text(*names: str, primary_key: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False, primary_key=primary_key) for name in names]


def _fill() -> None:
    """What the old columns say of the new ones. Stories are found from here on; what was there stays alone."""
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE item SET counts = in_scope, flagged = (date_flag IS NOT NULL)"))
    connection.execute(sa.text("UPDATE tally_cell SET alone = items"))
    item = sa.table(
        "item",
        sa.column("id", sa.String),
        *(sa.column(name, sa.JSON) for name in ("places", "mentions", "decided")),
        *(sa.column(name, sa.String) for name in ("channel", "form")),
        *(sa.column(name, sa.Boolean) for name in ("in_scope", "waiting")),
    )
    place = sa.table("item_place", *(sa.column(name, sa.String) for name in ("item_id", "place")))
    last = ""
    while rows := connection.execute(
        sa.select(item).where(item.c.id > last).order_by(item.c.id).limit(BATCH)
    ).all():
        for row in rows:
            connection.execute(item.update().where(item.c.id == row.id).values(decided=_decided(row)))
        named = [{"item_id": row.id, "place": name} for row in rows for name in row.places]
        if named:
            connection.execute(place.insert(), named)
        last = rows[-1].id


def _decided(row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
    linked = [m["resolution"] for m in row.mentions if m["status"] == "linked" and m["resolution"]]
    return {
        "in_scope": row.in_scope,
        "channel": row.channel,
        "form": row.form,
        "resolutions": list(dict.fromkeys(linked)),
        "waiting": row.waiting,
    }


def downgrade() -> None:
    for name in (
        "report_entry", "report", "correction", "activity_resolution", "activity_revision", "activity_place", "activity", "tally_cell_story",
        "item_decision", "item_place",
    ):  # fmt: skip
        op.drop_table(name)
    with op.batch_alter_table("tally_cell") as cell:
        for name in FIGURES:
            cell.drop_column(name)
    with op.batch_alter_table("item_revision") as revision_:
        revision_.drop_column("rest")
    with op.batch_alter_table("item") as item:
        item.drop_index("ix_item_same_as")
        item.drop_index("ix_item_counted")
        for name in (
            "generation", "flagged", "counts", "same_as", "story", "language", "press_column", "decided", "corrected",
        ):  # fmt: skip
            item.drop_column(name)
        item.create_index("ix_item_counted", ["programme", "in_scope", "day"])
