"""What finding stories keeps: nothing of an item that does not count, or that is a story of its own by its length."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

WITHOUT_ROWID = {"sqlite_with_rowid": False}  # the key is the row: half the size


class StoryWording(SQLModel, table=True):
    """One wording of a programme, however many items share it."""

    __tablename__ = "story_wording"
    id: int | None = Field(primary_key=True, default=None)
    digest: bytes = Field(sa_column=Column(LargeBinary(16), nullable=False, unique=True))
    buckets: bytes = Field(
        sa_column=Column(LargeBinary, nullable=False)
    )  # as `models.counting.stories.sketch` packs them


class StoryBucket(SQLModel, table=True):
    """The index: a wording is in one bucket of each band for each day on which an item shows it.

    Days are ordinals (date.toordinal) here, as these are the rows that there are most of. A bucket begins with the
    weeks that it is of (`models.store.stories.index`).
    """

    __tablename__ = "story_bucket"
    __table_args__ = WITHOUT_ROWID
    bucket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    day: int = Field(primary_key=True)
    wording: int = Field(primary_key=True)


class StoryLikeness(SQLModel, table=True):
    """Two wordings that are alike, both ways; verified on the texts themselves."""

    __tablename__ = "story_likeness"
    __table_args__ = WITHOUT_ROWID
    wording: int = Field(primary_key=True)
    other: int = Field(primary_key=True)


class StoryMember(SQLModel, table=True):
    """An item that counts and is long enough to have company. `story` is null while it has none."""

    __tablename__ = "story_member"
    __table_args__ = (
        Index("ix_story_member_wording", "wording", "day"),
        Index(
            "ix_story_member_story",
            "story",
            sqlite_where=text("story IS NOT NULL"),
            postgresql_where=text("story IS NOT NULL"),
        ),
        WITHOUT_ROWID,
    )
    item_id: str = Field(primary_key=True)
    wording: int
    day: int
    story: str | None
