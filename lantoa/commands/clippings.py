"""Printed pieces on their way through the topic of items until they count."""

from collections.abc import Callable, Sequence

from lantoa.runtime.consumer_lag import Remaining
from lantoa.runtime.services import Running
from models.correction import Correction
from models.messages import Item
from models.topics import CORRECTIONS, ITEMS
from producers.publish import open_publisher

SPEAKER = "/lantoa/clipping"


def publish_clipping(
    running: Running,
    item: Item,
    stated: Sequence[Correction],
    on_remaining: Callable[[Remaining], None],
) -> None:
    """With what a human states of it. Returns when it is counted; `on_remaining` may raise, and it counts later."""
    messages = [(ITEMS, item), *((CORRECTIONS, each) for each in stated)]
    with open_publisher(running.settings, running.bootstrap) as publisher:
        publisher.publish_bytes(
            [(topic, each.key().encode(), each.encode(), each.headers(SPEAKER)) for topic, each in messages]
        )
    running.wait(publisher.ends, on_remaining)
