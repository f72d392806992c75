"""What a human decides, on its way through the topic of corrections until it counts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import Engine, func, select

from config.errors import UsageError
from lantoa.language import _
from lantoa.runtime.services import Outcome, Running
from models.correction import Correction
from models.database import reading
from models.monotonic_time import not_before
from models.sql import table_of
from models.tables import CorrectionRow
from models.topics import CORRECTIONS
from producers.publish import to_send

SPEAKER = "/lantoa/correct"


def make_correction(item: str, by: str, because: str, **fields: Any) -> Correction:
    """`fields` as models.correction has them. Raises UsageError for what lies beyond the limits of a correction."""
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
    running: Running, engine: Engine, corrections: Sequence[Correction], *, within: float | None = None
) -> Outcome:
    """Returns when the workers have counted them, or pending after `within` seconds. Raises BrokerError."""
    sent = to_send(CORRECTIONS, _later(engine, corrections), SPEAKER)
    return running.publish_and_wait(sent, within=within)


def _later(engine: Engine, corrections: Sequence[Correction]) -> list[Correction]:
    """A decision made now is later than the ones that the item has, whatever the clock says."""
    table, later = table_of(CorrectionRow), []
    with reading(engine) as connection:
        for each in corrections:
            latest = select(func.max(table.c.made_at)).where(table.c.item == each.item)
            made_at = not_before(each.made_at, connection.execute(latest).scalar())
            later.append(each.model_copy(update={"made_at": made_at}))
    return later
