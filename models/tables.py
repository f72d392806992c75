"""What stays: items with their revisions, the cells of the tallies, and what producers remember of their sources."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Index, TypeDecorator
from sqlmodel import Field, SQLModel


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so it is put back when a row is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def instant(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(Instant, nullable=nullable))


class ItemRow(SQLModel, table=True):
    """One item as its winning revision shows it, with what was decided of it (counting.md, Revisions, Date)."""

    __tablename__ = "item"
    __table_args__ = (Index("ix_item_counted", "programme", "in_scope", "day"), Index("ix_item_url", "url"))

    id: str = Field(primary_key=True)
    outlet: str
    source: str
    identity: str
    url: str | None
    title: str
    revision: str
    fetched_at: datetime = instant()  # of the winning revision
    first_seen: datetime = instant()
    claimed: datetime | None = instant(nullable=True)  # by the winning revision
    published: datetime | None = instant(nullable=True)  # by the first revision that carried a plausible date
    published_by: str  # `<fetched_at>/<revision>` of that one: the least wins, whatever arrives first
    date_flag: str | None
    day: date  # of `published`, else of `first_seen`, in the programme's time zone
    programme: str
    in_scope: bool
    channel: str
    form: str
    level: str
    partner: bool
    waiting: bool  # has an ambiguous mention and so waits for a human
    places: list[str] = Field(sa_column=Column(JSON, nullable=False))
    mentions: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    resolutions: list[str] = Field(
        sa_column=Column(JSON, nullable=False)
    )  # of the rows it stands in, plenums too
    rules_version: str
    catalogue_version: str


class ItemResolution(SQLModel, table=True):
    """The rows by resolution in which an item stands; none for the row `null`."""

    __tablename__ = "item_resolution"
    item_id: str = Field(primary_key=True)
    resolution: str = Field(primary_key=True, index=True)


class ItemRevision(SQLModel, table=True):
    """Every content that was seen of an item, once."""

    __tablename__ = "item_revision"
    item_id: str = Field(primary_key=True)
    revision: str = Field(primary_key=True)
    source: str
    url: str | None
    first_fetched_at: datetime = instant()
    fetched_at: datetime = instant()
    claimed: datetime | None = instant(nullable=True)
    date_text: str
    date_flag: str | None
    title: str
    lead: str
    text: str
    text_from: str


class Cell(SQLModel, table=True):
    """One cell of the tallies: absolute counts of distinct items. `key` as architecture.md fixes it."""

    __tablename__ = "tally_cell"
    __table_args__ = (Index("ix_cell_rows", "programme", "period", "dimensions"),)

    key: str = Field(primary_key=True)
    programme: str
    period: str
    dimensions: str  # `channel,resolution`: the names, in alphabetical order; empty for the total
    items: int
    waiting: int
    flagged: int


class CellOutlet(SQLModel, table=True):
    """How many items of an outlet stand in a cell: what makes the distinct count of outlets exact and cheap."""

    __tablename__ = "tally_cell_outlet"
    key: str = Field(primary_key=True)
    outlet: str = Field(primary_key=True)
    items: int


class SourceState(SQLModel, table=True):
    """What the last fetch of a source left behind; moved on only after the broker has acknowledged its items."""

    __tablename__ = "source_state"
    source_id: str = Field(primary_key=True)
    url: str
    etag: str
    last_modified: str
    body_hash: str
    fetched_at: datetime = instant()
    status: str
    reason: str
    message: str


class SeenItem(SQLModel, table=True):
    """The revision of an item that was published last, by whichever source."""

    __tablename__ = "seen_item"
    item_id: str = Field(primary_key=True)
    revision: str


class SeenEntry(SQLModel, table=True):
    """The revision of an item that a source showed last."""

    __tablename__ = "seen_entry"
    source_id: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    revision: str
