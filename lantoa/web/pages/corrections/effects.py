"""A decision on its way from a page until it counts, and what it changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from lantoa.commands.correcting import publish_corrections
from lantoa.commands.correction_checks import changes
from lantoa.views.evidence import evidence
from lantoa.web.office import Office
from models.apply_corrections import apply_corrections, corrections_of, stated
from models.cells import cells, values_in
from models.correction import Correction
from models.database import reading
from models.item_state import counted
from models.sql import Row, table_of
from models.tables import ItemRow
from models.tally import cells_by_key

PATIENCE_SECONDS = 20.0  # that a page waits until it is counted
SHOWN = ("items", "stories", "outlets")


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell of the tallies: its period, what it is by, and each figure before and after."""

    period: str
    values: dict[str, str | None]
    figures: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Effect:
    """`counted` is false while no worker has taken the decision: it counts when one does. `others` were decided with it."""

    correction: Correction
    counted: bool
    item: Row
    fields: list[dict[str, Any]]
    moved: list[Moved]
    others: Sequence[Correction] = ()


def carry_out(office: Office, correction: Correction, others: Sequence[Correction] = ()) -> Effect:
    """Publishes it and waits until it counts. Raises BrokerError when Kafka is away: nothing is decided then."""
    with reading(office.engine) as connection:
        before = evidence(connection, correction.item)
        keys = set(before["cells"]) | _expected(connection, office, correction)
        figures = cells_by_key(connection, keys)
    said = [correction, *others]
    outcome = publish_corrections(office.running, office.engine, said, within=PATIENCE_SECONDS)
    with reading(office.engine) as connection:
        after = evidence(connection, correction.item)
        now = cells_by_key(connection, keys)
    moved = _moved(keys, figures, now)
    fields = changes(before["item"], after["item"])
    return Effect(correction, outcome.counted, after["item"], fields, moved, others)


def _expected(connection: Connection, office: Office, correction: Correction) -> set[str]:
    """The cells in which the item will stand."""
    item = table_of(ItemRow)
    row: Row = dict(connection.execute(select(item).where(item.c.id == correction.item)).mappings().one())
    said = corrections_of(connection, [correction.item]).get(correction.item, [])
    new = correction.model_dump() | {"fields": stated(correction)}
    later = apply_corrections(row, [*said, new], office.programme, office.catalogue.plenums, row)
    later["counts"] = later["in_scope"] and not later["same_as"]
    return {cell.key for cell in cells(counted(later))}


def _moved(keys: Iterable[str], before: dict[str, Any], after: dict[str, Any]) -> list[Moved]:
    """Years first, then their parts; totals before what they are made of."""
    moved = []
    for key in sorted(keys, key=lambda key: (len(key.split("|")[1]), len(values_in(key)), key)):
        figures = {
            name: (before.get(key, {}).get(name, 0), after.get(key, {}).get(name, 0)) for name in SHOWN
        }
        if any(was != now for was, now in figures.values()):
            moved.append(Moved(key.split("|")[1], values_in(key), figures))
    return moved
