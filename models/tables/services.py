"""What processes note about themselves: loops, workers at partitions, dead letters that were handled."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer
from sqlmodel import Field, SQLModel

from models.tables.columns import instant


class BegunPlace(SQLModel, table=True):
    """One row a partition. `worker` is empty once it ended in order; `ends` counts those without a word near `at`."""

    __tablename__ = "begun_place"
    topic: str = Field(primary_key=True)
    partition: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    worker: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    ends: int


class DeadLetterState(SQLModel, table=True):
    """One letter, known by its offset and its time on the topic: offsets begin again when a topic is created again."""

    __tablename__ = "dead_letter_state"
    letter: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    written_ms: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    outcome: str
    because: str
    by: str
    settled_at: datetime = instant()


class LoopState(SQLModel, table=True):
    """`place` distinguishes loops of one name: the machine, or one process of it. `began_at` is set while a round is running
    that must not be repeated at once when its process dies."""

    __tablename__ = "loop_state"
    name: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    noted_at: datetime = instant()
    succeeded_at: datetime | None = instant(nullable=True)
    failing_since: datetime | None = instant(nullable=True)
    began_at: datetime | None = instant(nullable=True)
    failures: int  # in a row
    failed_rounds: int = Field(sa_column=Column(BigInteger, nullable=False))  # ever
    error: str
