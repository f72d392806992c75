"""What stays: items with their revisions, the cells of the tallies, and what producers remember of their sources."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Index, Integer, TypeDecorator, text
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


def json_column() -> Any:
    return Field(sa_column=Column(JSON, nullable=False))


def instant(*, nullable: bool = False, primary_key: bool = False) -> Any:
    return Field(sa_column=Column(Instant, nullable=nullable, primary_key=primary_key))


def large(*, nullable: bool = False) -> Any:
    """A count of people or a sum of such (models/limits.py). SQLite's own integers are as large."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Field(default=None if nullable else 0, sa_column=Column(kind, nullable=nullable))


def offset() -> Any:
    """On a topic, or a moment in milliseconds; -1 in rows from before they were kept: before every other one."""
    return Field(sa_column=Column(BigInteger, nullable=False, server_default="-1"))


VECTOR = "array_to_tsvector(string_to_array(item.words, ' '))"  # PostgreSQL's, of models.searching


class ItemRow(SQLModel, table=True):
    """One item as its winning revision shows it, as the rules classified it and as a human corrected it (counting.md).

    `classified` is what the rules said of what a human may correct; the columns of the same names hold what counts.
    """

    __tablename__ = "item"
    __table_args__ = (
        Index("ix_item_counted", "programme", "counts", "day"),
        Index("ix_item_url", "url", postgresql_using="hash"),  # no address is too long for it
        Index(
            "ix_item_same_as",
            "same_as",
            sqlite_where=text("same_as IS NOT NULL"),
            postgresql_where=text("same_as IS NOT NULL"),
        ),
        Index(
            "ix_item_words",
            text(VECTOR.replace("item.", "")),
            postgresql_using="gin",
            postgresql_where=text("counts"),
        ).ddl_if(dialect="postgresql"),
    )

    id: str = Field(primary_key=True)
    outlet: str
    source: str
    identity: str
    url: str | None
    title: str
    words: str  # of the title and the lead, to be searched (models.searching)
    revision: str
    fetched_at: datetime = instant()  # of the winning revision
    generation: int  # of its classification: the number of the reclassification that made it, 0 before any
    first_seen: datetime = instant()
    claimed: datetime | None = instant(nullable=True)  # by the winning revision
    published: datetime | None = instant(nullable=True)  # by the first revision that carried a plausible date
    published_by: str  # `<fetched_at>/<revision>` of that one: the least wins, whatever arrives first
    date_flag: str | None
    day: date  # corrected, else of `published`, else of `first_seen`, in the programme's time zone
    flagged: bool  # has a date flag, and no human has said the date
    programme: str
    in_scope: bool
    counts: bool  # is in scope and not another copy of an item that is here
    same_as: str | None  # the item that a human named as the one to count instead
    story: str | None  # the least id of its story; null while it is alone
    channel: str
    form: str
    level: str
    partner: bool
    language: str
    press_column: str | None  # the paper's own special column
    waiting: bool  # has an ambiguous mention and so waits for a human
    places: list[str] = json_column()
    mentions: list[dict[str, Any]] = json_column()
    resolutions: list[str] = json_column()  # of the rows that count it, plenums too
    classified: dict[str, Any] = json_column()
    classified_offset: int = offset()  # of the message that classified it: models.classification_history
    classified_ms: int = offset()
    corrected: dict[str, str] = json_column()  # field → the correction that sets it
    rules_version: str
    catalogue_version: str


class ItemResolution(SQLModel, table=True):
    """The rows by resolution that count an item; none for the row `null`."""

    __tablename__ = "item_resolution"
    item_id: str = Field(primary_key=True)
    resolution: str = Field(primary_key=True, index=True)


class ItemPlace(SQLModel, table=True):
    """The programme's places that an item names."""

    __tablename__ = "item_place"
    item_id: str = Field(primary_key=True)
    place: str = Field(primary_key=True)


class ItemClassification(SQLModel, table=True):
    """The classification of a revision that another one has replaced, or from before a reclassification: it is in force
    again when that revision comes again or the reclassification is undone."""

    __tablename__ = "item_classification"
    item_id: str = Field(primary_key=True)
    revision: str = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    classification: dict[str, Any] = json_column()
    classified_offset: int = offset()
    classified_ms: int = offset()


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
    rest: dict[str, Any] = json_column()  # of the message: fields that no query needs


class Cell(SQLModel, table=True):
    """One cell of the tallies: absolute counts of distinct items, and the sums of what activities report.

    `key` as architecture.md fixes it. Its distinct outlets and stories are the rows of the two tables below.
    """

    __tablename__ = "tally_cell"
    __table_args__ = (Index("ix_cell_rows", "programme", "period", "dimensions"),)

    key: str = Field(primary_key=True)
    programme: str
    period: str
    dimensions: str  # `channel,resolution`: the names, in alphabetical order; empty for the total
    items: int = large()
    alone: int = large()  # items that are a story of their own
    waiting: int = large()
    flagged: int = large()
    reports: int = large()  # rows of activities
    activities: int = large()  # their sessions
    participants: int = large()
    points: int = large()
    points_stated: int = large()  # by so many reports
    invited: int = large()
    invited_stated: int = large()
    attended: int = large()  # participants of the reports that state who was invited


class CellOutlet(SQLModel, table=True):
    """How many items of an outlet a cell counts: what makes the distinct count of outlets exact and cheap."""

    __tablename__ = "tally_cell_outlet"
    key: str = Field(primary_key=True)
    outlet: str = Field(primary_key=True)
    items: int


class CellStory(SQLModel, table=True):
    """How many items of a story with several members a cell counts."""

    __tablename__ = "tally_cell_story"
    key: str = Field(primary_key=True)
    story: str = Field(primary_key=True)
    items: int


class ActivityRow(SQLModel, table=True):
    """One activity as its winning revision reports it (counting.md, Activities)."""

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_counted", "programme", "day"),)

    id: str = Field(primary_key=True)
    identity: str
    revision: str
    reported_at: datetime = instant()
    first_reported_at: datetime = instant()
    programme: str
    kind: str
    channel: str
    day: date
    unit: str
    place: str
    title: str
    words: list[str] = json_column()  # what it says of resolutions, as written
    mentions: list[dict[str, Any]] = json_column()
    resolutions: list[str] = json_column()  # of the rows that count it, plenums too
    waiting: bool  # some of its words are ambiguous
    places: list[str] = json_column()
    sessions: int = large()
    points: int | None = large(nullable=True)
    participants: int | None = large(nullable=True)
    invited: int | None = large(nullable=True)
    language: str
    note: str
    source: str
    rules_version: str
    catalogue_version: str
    generation: int  # of its classification
    classified_offset: int = offset()
    classified_ms: int = offset()


class ActivityClassification(SQLModel, table=True):
    """The same for activities as ItemClassification for items."""

    __tablename__ = "activity_classification"
    activity_id: str = Field(primary_key=True)
    revision: str = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    classification: dict[str, Any] = json_column()
    classified_offset: int = offset()
    classified_ms: int = offset()


class ActivityRevision(SQLModel, table=True):
    """Every content that was reported of an activity, once."""

    __tablename__ = "activity_revision"
    activity_id: str = Field(primary_key=True)
    revision: str = Field(primary_key=True)
    first_reported_at: datetime = instant()
    reported_at: datetime = instant()
    stated: dict[str, Any] = json_column()


class ActivityResolution(SQLModel, table=True):
    """The rows by resolution that count an activity; none for the row `null`."""

    __tablename__ = "activity_resolution"
    activity_id: str = Field(primary_key=True)
    resolution: str = Field(primary_key=True, index=True)


class ActivityPlace(SQLModel, table=True):
    """The programme's places that an activity's place names."""

    __tablename__ = "activity_place"
    activity_id: str = Field(primary_key=True)
    place: str = Field(primary_key=True)


class CorrectionRow(SQLModel, table=True):
    """What a human corrected of an item. Nothing is ever deleted here; `withdraws` takes another one back."""

    __tablename__ = "correction"
    id: str = Field(primary_key=True)
    item: str = Field(index=True)
    made_at: datetime = instant()
    by: str
    because: str
    fields: dict[str, Any] = json_column()
    withdraws: str | None = Field(index=True)


class ReportRow(SQLModel, table=True):
    """A report as it was filed: its figures do not change any more."""

    __tablename__ = "report"
    id: int | None = Field(primary_key=True, default=None)
    programme: str
    period: str
    frozen_at: datetime = instant()
    by: str
    figures: dict[str, Any] = json_column()


class ReportEntry(SQLModel, table=True):
    """What a filed report counted: each item and activity, as it counted then."""

    __tablename__ = "report_entry"
    report: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # item | activity
    id: str = Field(primary_key=True)
    state: dict[str, Any] = json_column()


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


class SourceSchedule(SQLModel, table=True):
    """When a source is fetched next. `night` is the nightly moment that it was fetched for last."""

    __tablename__ = "source_schedule"
    source_id: str = Field(primary_key=True)
    night: datetime = instant()
    next_at: datetime = instant()
    claimed_until: datetime = instant()  # a fetcher is about to fetch it
    interval_minutes: int
    failures: float  # in a row, weighed (producers/backoff.py)
    failing_since: datetime | None = instant(nullable=True)
    given_up: bool  # fetched again only on request


class RobotsRow(SQLModel, table=True):
    """What a host's robots.txt said last; an origin is scheme, host and port."""

    __tablename__ = "robots"
    origin: str = Field(primary_key=True)
    fetched_at: datetime = instant()
    status: int
    body: str


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
