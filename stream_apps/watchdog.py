"""Ends a worker that is stuck: there are records to read, and nothing was committed for minutes.

It runs in a thread and asks the brokers over a connection of its own, so that neither a blocked event loop nor a
broken consumer can silence it. Code that holds Python's lock, such as an endless regular expression, can: for that
case there is a second watchdog in a thread in C.
"""

import asyncio
import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import NoReturn

from confluent_kafka import Consumer, KafkaException, TopicPartition

from config.settings import Settings
from models.kafka_options import confluent_options

logger = logging.getLogger(__name__)
CHECKS = 10  # checks within the time limit of a worker
LONGEST_PAUSE = 30.0  # seconds between two checks
ANSWER_SECONDS = 10.0
STOP_SECONDS = 0.5
EXIT_STATUS = 1
LATER = 1.25
AssignedPartition = tuple[str, int]  # topic, partition


def end_process() -> None:
    """Ends without an orderly stop, which would hang as well. The records are redelivered."""
    faulthandler.dump_traceback(sys.stderr)
    os._exit(EXIT_STATUS)


async def end_unless_alive(limit: float) -> NoReturn:
    """Ends the process, with the stacks of its threads, when the event loop does not run for longer than the limit.
    The other watchdog reports more, and comes first where it can run."""
    while True:
        faulthandler.dump_traceback_later(LATER * limit + 2, exit=True)
        await asyncio.sleep(min(limit / CHECKS, LONGEST_PAUSE))


class Watchdog:
    """`assigned` returns the partitions that this worker reads now; `excused` returns whether it waits on purpose."""

    def __init__(
        self,
        settings: Settings,
        bootstrap: str,
        group: str,
        assigned: Callable[[], Iterable[AssignedPartition]],
        excused: Callable[[], bool] = lambda: False,
        bite: Callable[[], None] = end_process,
    ) -> None:
        self._limit = settings.watchdog_minutes * 60
        self._assigned = assigned
        self._excused = excused
        self._bite = bite
        self._options = {
            **confluent_options(settings, bootstrap),
            "group.id": group,
            "client.id": "lantoa-watchdog",
            "enable.auto.commit": False,
            "log.connection.close": False,
        }
        self._moved: dict[
            AssignedPartition, tuple[int, float]
        ] = {}  # the committed offset, and the time since which it has not moved
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.ident is None:  # the thread was never started
            return
        self._thread.join(STOP_SECONDS)

    def _watch(self) -> None:
        pause = min(self._limit / CHECKS, LONGEST_PAUSE)
        consumer: Consumer | None = None
        while not self._stopping.wait(pause):
            try:
                consumer = consumer or Consumer(self._options, logger=logging.getLogger("librdkafka"))
                self._check(consumer)
            except KafkaException as error:  # the brokers are unavailable, so the worker is not stuck
                self._moved.clear()
                logger.debug("watchdog.blind", extra={"error": error})
        if consumer is not None:
            consumer.close()

    def _check(self, consumer: Consumer) -> None:
        places = [] if self._excused() else list(self._assigned())
        self._moved = {place: since for place, since in self._moved.items() if place in places}
        if not places:
            return
        now = time.monotonic()
        for found in consumer.committed([TopicPartition(*place) for place in places], ANSWER_SECONDS):
            stuck = self._stuck_for(consumer, found, now)
            if stuck > self._limit:
                logger.error(
                    "worker.stuck",
                    extra={
                        "topic": found.topic,
                        "partition": found.partition,
                        "offset": found.offset,
                        "seconds": round(stuck),
                    },
                )
                self._bite()

    def _stuck_for(self, consumer: Consumer, found: TopicPartition, now: float) -> float:
        """Returns the seconds for which the committed offset has not moved while there are records to read."""
        place = (found.topic, found.partition)
        low, high = consumer.get_watermark_offsets(found, ANSWER_SECONDS)
        offset, since = self._moved.get(place, (None, now))
        if max(found.offset, low) >= high or offset != found.offset:
            since = now
        self._moved[place] = (found.offset, since)
        return now - since
