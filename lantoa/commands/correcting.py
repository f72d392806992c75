"""Publishes corrections and clippings by humans, and waits until they are counted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from config.errors import UsageError
from lantoa.language import _
from lantoa.runtime.services import Outcome, Runtime
from models.database import Engine, reading
from models.messages.correction import Correction
from models.messages.item import Item
from models.messages.monotonic_time import not_before
from models.messages.topics import CORRECTIONS, ITEMS
from models.queries.stored_corrections import last_corrected
from producers.publish import to_send

SPEAKER, CLIPPING_SPEAKER = "/lantoa/correct", "/lantoa/clipping"


def make_correction(item: str, by: str, because: str, **fields: Any) -> Correction:
    """Makes a correction; `fields` are those of the message. Raises UsageError if a value exceeds the limits."""
    try:
        return Correction(
            id=uuid4().hex, item=item, made_at=datetime.now(UTC), by=by, because=because, **fields
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            _("This correction is invalid: {field}: {problem}", field=place, problem=first["msg"])
        ) from error


def publish_corrections(
    runtime: Runtime, engine: Engine, corrections: Sequence[Correction], *, within: float | None = None
) -> Outcome:
    """Publishes corrections. The outcome is pending if the workers have not counted them `within` seconds. Raises
    BrokerError."""
    sent = to_send(CORRECTIONS, _later(engine, corrections), SPEAKER)
    return runtime.publish_and_wait(sent, within=within)


def publish_clipping(
    runtime: Runtime, item: Item, stated: Sequence[Correction], *, within: float | None = None
) -> Outcome:
    """Publishes a clipping with its corrections. The outcome is pending if they are not counted `within` seconds. Raises
    BrokerError."""
    sent = [*to_send(ITEMS, [item], CLIPPING_SPEAKER), *to_send(CORRECTIONS, stated, CLIPPING_SPEAKER)]
    return runtime.publish_and_wait(sent, within=within)


def _later(engine: Engine, corrections: Sequence[Correction]) -> list[Correction]:
    """Dates each correction after those that its item has, even if the clock was set back."""
    later = []
    with reading(engine) as connection:
        for each in corrections:
            made_at = not_before(each.made_at, last_corrected(connection, each.item))
            later.append(each.model_copy(update={"made_at": made_at}))
    return later
