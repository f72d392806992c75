"""The message that publishes the figures of one cell."""

from datetime import datetime

from models.counting.cells import values_in
from models.counting.figures import Figures
from models.messages.tally_cell import TallyCell


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
