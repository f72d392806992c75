"""Items with their revisions and classifications, and the corrections of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, json_column, offset

VECTOR = "array_to_tsvector(string_to_array(item.words, ' '))"  # PostgreSQL's, of models.queries.searching


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
    words: str  # of the title and the lead, to be searched (models.queries.searching)
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
    classified_offset: int = (
        offset()
    )  # of the message that classified it: models.counting.classification_history
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
