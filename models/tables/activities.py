"""Activities with their revisions and classifications."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, json_column, large, offset


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
