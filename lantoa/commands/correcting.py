"""Corrects items: publishes what a person states, waits until it is counted, and returns what it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from pydantic import ValidationError

from config.catalogue import Catalogue
from config.errors import UsageError
from config.programme import Programme
from lantoa.language import _
from lantoa.runtime.services import Outcome, Runtime
from models.counting.cells import values_in
from models.counting.figures import Figures
from models.database import Connection, Engine, reading
from models.messages.correction import Correction
from models.messages.item import Item
from models.messages.monotonic_time import not_before
from models.messages.topics import CORRECTIONS, ITEMS
from models.queries.correctable_items import CorrectableItem, correctable_item, reached_cells
from models.queries.stored_corrections import last_corrections
from models.queries.tally import cells_by_key
from producers.publish import to_send

SPEAKER, CLIPPING_SPEAKER = "/lantoa/correct", "/lantoa/clipping"
FIELDS = ("in_scope", "resolutions", "channel", "form", "day", "same_as", "waiting", "counts")
SHOWN = ("items", "stories", "outlets")
FieldValue = bool | str | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True)
class MovedCell:
    """A cell of the tallies: its period, its dimensions, and each figure before and after."""

    period: str
    values: dict[str, str | None]
    figures: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a correction. `counted` is False while no worker has taken it; one will. `item` is the item now, or
    None if it has not come yet. `others` were corrected with it."""

    correction: Correction
    counted: bool
    item: CorrectableItem | None
    fields: tuple[FieldChange, ...]
    moved: tuple[MovedCell, ...]
    others: tuple[Correction, ...] = ()


def make_correction(item: str, by: str, because: str, *, id: str = "", **fields: object) -> Correction:
    """Makes a correction, with a new id if none is given; `fields` are those of the message. Raises UsageError if a
    value exceeds the limits."""
    try:
        return Correction(
            id=id or uuid4().hex, item=item, made_at=datetime.now(UTC), by=by, because=because, **fields
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            _("This correction is invalid: {field}: {problem}", field=place, problem=first["msg"])
        ) from error


def correct(
    runtime: Runtime,
    engine: Engine,
    programme: Programme,
    catalogue: Catalogue,
    corrections: Sequence[Correction],
    *,
    within: float | None = None,
) -> Effect:
    """Publishes corrections, waits until they are counted, and returns their effect on the figures, and on the item of the
    first one. Raises BrokerError if Kafka is unavailable; nothing is corrected then."""
    with reading(engine) as connection:
        first, *others = _later(connection, corrections)
        before = correctable_item(connection, first.item)
        keys = _reached(connection, programme, catalogue, [first, *others])
        figures = cells_by_key(connection, keys)
    outcome = runtime.publish_and_wait(to_send(CORRECTIONS, [first, *others], SPEAKER), within=within)
    with reading(engine) as connection:
        after = correctable_item(connection, first.item)
        now = cells_by_key(connection, keys)
    return Effect(first, outcome.counted, after, _changes(before, after), _moved(figures, now), tuple(others))


def publish_clipping(
    runtime: Runtime, item: Item, stated: Sequence[Correction], *, within: float | None = None
) -> Outcome:
    """Publishes a clipping with its corrections. The outcome is pending if they are not counted `within` seconds. Raises
    BrokerError."""
    sent = [*to_send(ITEMS, [item], CLIPPING_SPEAKER), *to_send(CORRECTIONS, stated, CLIPPING_SPEAKER)]
    return runtime.publish_and_wait(sent, within=within)


def as_text(value: FieldValue) -> str:
    """Returns a value as tables and the audit show it."""
    return ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _reached(
    connection: Connection, programme: Programme, catalogue: Catalogue, corrections: Sequence[Correction]
) -> frozenset[str]:
    """Collects the cells of the figures that any of the corrections may change."""
    reached = [reached_cells(connection, programme, catalogue.plenums, each) for each in corrections]
    return frozenset().union(*(each.before | each.after for each in reached))


def _later(connection: Connection, corrections: Sequence[Correction]) -> list[Correction]:
    """Dates each correction after those that its item has, even if the clock was set back."""
    last = last_corrections(connection, {each.item for each in corrections})
    return [
        each.model_copy(update={"made_at": not_before(each.made_at, last.get(each.item))})
        for each in corrections
    ]


def _changes(before: CorrectableItem | None, after: CorrectableItem | None) -> tuple[FieldChange, ...]:
    if before is None or after is None:
        return ()
    found = (FieldChange(name, getattr(before, name), getattr(after, name)) for name in FIELDS)
    return tuple(each for each in found if each.before != each.after)


def _moved(before: Mapping[str, Figures], after: Mapping[str, Figures]) -> tuple[MovedCell, ...]:
    """Sorts years before their parts and totals before their rows."""
    moved = []
    for key in sorted({*before, *after}, key=lambda key: (len(key.split("|")[1]), len(values_in(key)), key)):
        figures = {
            name: (before.get(key, {}).get(name, 0), after.get(key, {}).get(name, 0)) for name in SHOWN
        }
        if any(was != now for was, now in figures.values()):
            moved.append(MovedCell(key.split("|")[1], values_in(key), figures))
    return tuple(moved)
