"""The cells of the tallies, with what makes their distinct counts exact."""

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import large


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


class TouchedCell(SQLModel, table=True):
    """`mark` is another one at every change, so that a change while the key was on its way is not forgotten."""

    __tablename__ = "tally_touched"
    key: str = Field(primary_key=True)
    mark: int = Field(sa_column=Column(BigInteger, nullable=False))
