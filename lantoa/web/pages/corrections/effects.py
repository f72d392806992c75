"""Publishes a correction, waits until it is counted, and computes what it changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lantoa.commands.correcting import publish_corrections
from lantoa.commands.correction_checks import changes
from lantoa.views.corrections import expected_cells
from lantoa.views.evidence import evidence
from lantoa.web.office import Office
from models.counting.cells import values_in
from models.database import reading
from models.messages.correction import Correction
from models.queries.tally import cells_by_key
from models.sql import Row

PATIENCE_SECONDS = 20.0  # time that a page waits until a correction is counted
SHOWN = ("items", "stories", "outlets")


@dataclass(frozen=True, slots=True)
class MovedCell:
    """A cell of the tallies: its period, its dimensions, and each figure before and after."""

    period: str
    values: dict[str, str | None]
    figures: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a correction. `counted` is False while no worker has taken it; one will. `others` were corrected
    with it."""

    correction: Correction
    counted: bool
    item: Row
    fields: list[dict[str, Any]]
    moved: list[MovedCell]
    others: Sequence[Correction] = ()


def carry_out(office: Office, correction: Correction, others: Sequence[Correction] = ()) -> Effect:
    """Publishes the correction and waits until it is counted. Raises BrokerError if Kafka is unavailable; nothing is
    corrected then."""
    with reading(office.engine) as connection:
        before = evidence(connection, correction.item)
        later = expected_cells(connection, office.programme, office.catalogue, correction)
        keys = set(before["cells"]) | later
        figures = cells_by_key(connection, keys)
    said = [correction, *others]
    outcome = publish_corrections(office.runtime, office.engine, said, within=PATIENCE_SECONDS)
    with reading(office.engine) as connection:
        after = evidence(connection, correction.item)
        now = cells_by_key(connection, keys)
    moved = _moved(keys, figures, now)
    fields = changes(before["item"], after["item"])
    return Effect(correction, outcome.counted, after["item"], fields, moved, others)


def _moved(keys: Iterable[str], before: dict[str, Any], after: dict[str, Any]) -> list[MovedCell]:
    """Sorts years before their parts and totals before their rows."""
    moved = []
    for key in sorted(keys, key=lambda key: (len(key.split("|")[1]), len(values_in(key)), key)):
        figures = {
            name: (before.get(key, {}).get(name, 0), after.get(key, {}).get(name, 0)) for name in SHOWN
        }
        if any(was != now for was, now in figures.values()):
            moved.append(MovedCell(key.split("|")[1], values_in(key), figures))
    return moved
