"""What a human decides, on its way through the topic of corrections until it counts."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from config.settings import Settings
from lantoa.progress import Remaining, wait_until_counted
from lantoa.running import Say, everything_running
from models.correction import Correction
from models.topics import CORRECTIONS
from producers.publish import open_publisher

SPEAKER = "/lantoa/correct"


def make_correction(item: str, by: str, because: str, **fields: Any) -> Correction:
    """`fields` as models.correction has them."""
    return Correction(id=uuid4().hex, item=item, made_at=datetime.now(UTC), by=by, because=because, **fields)


def decide(
    settings: Settings,
    corrections: Sequence[Correction],
    say: Say,
    on_remaining: Callable[[Remaining], None] = lambda _remaining: None,
) -> None:
    """Returns when the workers have counted them; uses what is running, else starts it for so long."""
    with everything_running(settings, say) as running:
        with open_publisher(settings, running.bootstrap) as publisher:
            publisher.publish_messages(CORRECTIONS, corrections, SPEAKER)

        def look(remaining: Remaining) -> None:
            running.check()
            on_remaining(remaining)

        wait_until_counted(settings, running.bootstrap, publisher.ends, look)
