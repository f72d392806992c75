"""Open pages hear that figures have changed as soon as `lantoa.tallies` says so."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from config.errors import BrokerError
from config.settings import Settings
from lantoa.running import broker_that_runs
from models.connection import client_options
from models.topics import TALLIES

router = APIRouter()
logger = logging.getLogger(__name__)
POLL_MS = 1000
AWAY_SECONDS = 5.0  # between two looks for a broker
HEARTBEAT_SECONDS = 15.0
LEAST_SECONDS = 1.0  # between two words to one page


class News:
    """One reader of the topic for all open pages; it reads only while there are any.

    `mark` numbers the state of the figures, growing, in microseconds of the clock when it began: a page that was made
    under another mark than the present one may show older figures, whatever its reader was told or missed.
    """

    def __init__(self, settings: Settings, programme: str) -> None:
        self._settings = settings
        self._mine = f"{programme}|".encode()
        self._pages: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self.mark = time.time_ns() // 1000

    async def changes(self) -> AsyncIterator[str]:
        """Server-sent events, until the page goes away: the mark, at once and whenever there is another."""
        changed = asyncio.Event()
        self._add(changed)
        try:
            yield "retry: 5000\n\n"
            changed.set()
            while True:
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ":\n\n"
                    continue
                changed.clear()
                yield f"event: tallies\ndata: {self.mark}\n\n"
                await asyncio.sleep(LEAST_SECONDS)
        finally:
            with self._lock:
                self._pages.pop(changed, None)

    def _add(self, changed: asyncio.Event) -> None:
        with self._lock:
            self._pages[changed] = asyncio.get_running_loop()
            if self._reader is None:
                self._reader = threading.Thread(target=self._read, name="tallies", daemon=True)
                self._reader.start()

    def _read(self) -> None:
        while self._wanted():
            try:
                self._follow(broker_that_runs(self._settings))
            except (BrokerError, KafkaError, OSError) as error:
                logger.debug("tallies.away reason=%s", error)
                time.sleep(AWAY_SECONDS)

    def _wanted(self) -> bool:
        with self._lock:
            if not self._pages:
                self._reader = None
            return bool(self._pages)

    def _follow(self, bootstrap: str) -> None:
        """From now on, until nobody looks. What came before that is told of as well: nobody read it."""
        consumer = KafkaConsumer(**client_options(self._settings, bootstrap), enable_auto_commit=False)
        try:
            numbers = consumer.partitions_for_topic(TALLIES.name) or ()
            partitions = [TopicPartition(TALLIES.name, each) for each in numbers]
            consumer.assign(partitions)
            consumer.seek_to_end()
            for each in partitions:
                consumer.position(each)  # asks for the end now, not with the first poll
            self._tell()
            while partitions and self._pages:
                batches = consumer.poll(timeout_ms=POLL_MS).values()
                if any((record.key or b"").startswith(self._mine) for batch in batches for record in batch):
                    self._tell()
        finally:
            consumer.close()
        if not partitions:
            raise BrokerError(f"there is no topic {TALLIES.name}")

    def _tell(self) -> None:
        with self._lock:
            self.mark = max(self.mark + 1, time.time_ns() // 1000)
            for changed, loop in self._pages.items():
                loop.call_soon_threadsafe(changed.set)


@router.get("/events")
async def events(request: Request) -> Response:
    news: News = request.app.state.news
    return StreamingResponse(news.changes(), media_type="text/event-stream")
