"""A cell of the tallies as others may read it, and the word that one has changed (architecture.md, Which cells are kept)."""

from datetime import datetime
from typing import ClassVar

from models.cells import values_in
from models.figures import Figures
from models.limits import CellKey, Moment, Name, Sum
from models.messages import Message


class TallyCell(Message):
    """The absolute figures of one cell (`lantoa.tallies`); a null value in its place: the cell is empty."""

    ce_type: ClassVar[str] = "vn.lantoa.tally.v1"

    cell: CellKey  # `<programme>|<period>|<dimension>=<id>,…`
    programme: Name
    period: Name
    values: dict[Name, Name | None]  # dimension → id; null is the row without a value
    items: Sum
    stories: Sum
    outlets: Sum
    activities: Sum
    participants: Sum
    points: Sum | None
    invited: Sum | None
    attendance_rate: float | None
    waiting: Sum
    flagged: Sum
    as_of: Moment
    rules_version: Name  # of the worker that publishes
    catalogue_version: Name

    def key(self) -> str:
        return self.cell


class CellTouched(Message):
    """The cell may have changed: whoever owns its partition publishes it as it is now (`lantoa.tallies.touched`)."""

    ce_type: ClassVar[str] = "vn.lantoa.tally.touched.v1"

    cell: CellKey

    def key(self) -> str:
        return self.cell


def tally_cell(
    key: str, figures: Figures, as_of: datetime, rules_version: str, catalogue_version: str
) -> TallyCell:
    programme, period, _values = key.split("|", 2)
    return TallyCell.stored(
        cell=key,
        programme=programme,
        period=period,
        values=values_in(key),
        **figures,
        as_of=as_of,
        rules_version=rules_version,
        catalogue_version=catalogue_version,
    )
