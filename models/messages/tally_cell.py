"""The messages of the tallies: a cell with its figures, and the notice that a cell has changed."""

from typing import ClassVar

from pydantic import Field

from models.messages.limits import CellKey, Moment, Name, Sum
from models.messages.message import Message


class TallyCell(Message):
    """The absolute figures of one cell (`lantoa.tallies`). A record with a null value states that the cell is empty."""

    ce_type: ClassVar[str] = "vn.lantoa.tally.v1"

    cell: CellKey = Field(description="Key of the cell: `<programme>|<period>|<dimension>=<id>,…`.")
    programme: Name = Field(description="Identifier of the programme.")
    period: Name = Field(description="A year (`2024`), a quarter (`2024-Q3`) or a month (`2024-07`).")
    values: dict[Name, Name | None] = Field(
        description="Identifier of each dimension's value; null is the row of what has no value."
    )
    items: Sum = Field(description="Distinct items.")
    stories: Sum = Field(description="Distinct stories among the items.")
    outlets: Sum = Field(description="Distinct outlets among the items.")
    activities: Sum = Field(description="Sessions of activities.")
    participants: Sum = Field(description="Participants of activities.")
    points: Sum | None = Field(description="Connection points; null when no report states them.")
    invited: Sum | None = Field(description="People invited; null when no report states them.")
    attendance_rate: float | None = Field(
        allow_inf_nan=False,
        description="Participants divided by people invited, over the reports that state who was invited; null without any.",
    )
    waiting: Sum = Field(description="Items with an ambiguous mention, which need a human.")
    flagged: Sum = Field(
        description="Items that count on the day they were first seen because their date is not usable."
    )
    as_of: Moment = Field(description="Time at which the figures were read from the database.")
    rules_version: Name = Field(description="Version of the rules of the worker that published the message.")
    catalogue_version: Name = Field(
        description="Version of the catalogue of the worker that published the message."
    )

    def key(self) -> str:
        return self.cell


class CellTouched(Message):
    """A notice that a cell may have changed (`lantoa.tallies.touched`). The worker that owns its partition publishes the
    cell's current figures."""

    ce_type: ClassVar[str] = "vn.lantoa.tally.touched.v1"

    cell: CellKey = Field(description="Key of the cell.")

    def key(self) -> str:
        return self.cell
