"""Printed pieces on their way through the topic of items until they count."""

from collections.abc import Sequence

from lantoa.runtime.services import Outcome, Running
from models.correction import Correction
from models.messages import Item
from models.topics import CORRECTIONS, ITEMS
from producers.publish import to_send

SPEAKER = "/lantoa/clipping"


def publish_clipping(
    running: Running, item: Item, stated: Sequence[Correction], *, within: float | None = None
) -> Outcome:
    """With the corrections that a human states of it; pending after `within` seconds. Raises BrokerError."""
    sent = [*to_send(ITEMS, [item], SPEAKER), *to_send(CORRECTIONS, stated, SPEAKER)]
    return running.publish_and_wait(sent, within=within)
