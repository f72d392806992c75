"""Reports as they were filed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, json_column


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


class DigestTold(SQLModel, table=True):
    """One row a recipient; `seen` is `States` as compressed JSON, of two years at most."""

    __tablename__ = "digest_told"
    programme: str = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    told_at: datetime = instant()
    seen: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    totals: dict[str, Any] = json_column()
