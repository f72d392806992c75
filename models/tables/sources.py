"""What producers remember of their sources and of robots.txt."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, json_column

Problem = Literal["dead", "drift", "silent"]
OUTLET = "outlet:"  # precedes the outlet's id in the column of the source's id, for hints of an outlet
HintKind = Literal["alias", "claim", "lesson", "rules", "dates", "dead", "page"]
WHOLE_HINTS = frozenset({"rules", "dates"})  # kinds of which there is one, without a key
Hints = Mapping[tuple[HintKind, str], str]  # (kind, key) → value


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
    failures: float  # in a row, weighed (producers/state/backoff.py)
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


class SourceHint(SQLModel, table=True):
    """What fetches have shown besides the entries. Of an outlet: aliases (the id that an item would have now → the identity
    under which it was published), claims of canonical addresses, lessons about identity, and the version of the rules
    by which its items were searched. Of a source: the order of day and month in its dates, entries that were reported as
    dead letters, and pages that several entries shared in an earlier version."""

    __tablename__ = "source_hint"
    source_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: str


class SourceWalk(SQLModel, table=True):
    """`ahead`: addresses of the documents that are still to be read, in their order."""

    __tablename__ = "source_walk"
    source_id: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    ahead: list[str] = json_column()


class CollapsedItem(SQLModel, table=True):
    __tablename__ = "collapsed_item"
    item_id: str = Field(primary_key=True)
    source_id: str = Field(primary_key=True)
    titles: list[str] = Field(sa_column=Column(JSON, nullable=False))
    seen_at: datetime = instant()


class PageTextRow(SQLModel, table=True):
    __tablename__ = "page_text"
    outlet: str = Field(primary_key=True)
    text_hash: str = Field(primary_key=True)
    item_id: str
    title: str
    named: bool
    source_id: str
    identity: str
    entry: str


class PendingPage(SQLModel, table=True):
    __tablename__ = "pending_page"
    item_id: str = Field(primary_key=True)
    source_id: str = Field(index=True)
    identity: str
    entry: str
    attempts: int
    next_at: datetime = instant()
    reason: str


class SourceAlarm(SQLModel, table=True):
    """`told` and `told_recovered` are the destinations that know."""

    __tablename__ = "source_alarm"
    __table_args__ = (
        Index(
            "ix_source_alarm_open",
            "source_id",
            unique=True,
            sqlite_where=text("recovered_at IS NULL"),
            postgresql_where=text("recovered_at IS NULL"),
        ),
    )
    source_id: str = Field(primary_key=True)
    problem: str = Field(primary_key=True)
    noticed_at: datetime = instant(primary_key=True)
    recovered_at: datetime | None = instant(nullable=True)
    told: list[str] = json_column()
    told_recovered: list[str] = json_column()


class SourceDay(SQLModel, table=True):
    """In the programme's time zone."""

    __tablename__ = "source_day"
    source_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True, index=True)
    fetches: int
    failed: int
    drifted: int
    entries: int
    known: int
