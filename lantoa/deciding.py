"""What a human decides, on its way through the topic of corrections until it counts."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import func, select

from config.errors import UsageError
from config.settings import Settings
from lantoa.language import _
from lantoa.progress import Remaining
from lantoa.running import Running, Say, everything_running
from models.clock import not_before
from models.correction import Correction
from models.database import make_engine, reading
from models.sql import table_of
from models.tables import CorrectionRow
from models.topics import CORRECTIONS
from producers.publish import open_publisher

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


def decide(
    settings: Settings,
    corrections: Sequence[Correction],
    say: Say,
    on_remaining: Callable[[Remaining], None] = lambda _remaining: None,
) -> None:
    """Returns when the workers have counted them; uses what is running, else starts it for so long."""
    with everything_running(settings, say) as running:
        decide_beside(running, corrections, on_remaining)


def decide_beside(
    running: Running, corrections: Sequence[Correction], on_remaining: Callable[[Remaining], None]
) -> None:
    """The same with what runs. `on_remaining` may raise: what is published is counted all the same, later."""
    with open_publisher(running.settings, running.bootstrap) as publisher:
        publisher.publish_messages(CORRECTIONS, _later(running.settings, corrections), SPEAKER)
    running.wait(publisher.ends, on_remaining)


def _later(settings: Settings, corrections: Sequence[Correction]) -> list[Correction]:
    """A decision made now is later than the ones that the item has, whatever the clock says."""
    engine, table = make_engine(settings), table_of(CorrectionRow)
    later = []
    try:
        with reading(engine) as connection:
            for each in corrections:
                latest = select(func.max(table.c.made_at)).where(table.c.item == each.item)
                made_at = not_before(each.made_at, connection.execute(latest).scalar())
                later.append(each.model_copy(update={"made_at": made_at}))
    finally:
        engine.dispose()
    return later
