"""Open pages hear that figures have changed as soon as `lantoa.tallies` says so."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from sqlalchemy import Engine
from starlette.types import Receive, Scope, Send

from config.errors import BrokerError, Busy
from config.settings import Settings
from lantoa.language import _
from lantoa.web.access.guard import Access, still_may
from models.accounts import hashed
from models.kafka_options import client_options
from models.loops import Loop
from models.topics import TALLIES

router = APIRouter()
logger = logging.getLogger(__name__)
POLL_MS = 1000
AWAY_SECONDS = 5.0  # between two looks for a broker
LONGEST_PAUSE = 10.0  # seconds between two tries after anything else
LOOK_SECONDS = 0.5
HEARTBEAT_SECONDS = 15.0
LEAST_SECONDS = 1.0  # between two words to one page
LONGEST_SECONDS = 60 * 60.0  # of one stream; a page that is still open asks again
MOST_OF_ONE, MOST = 20, 400  # streams of one account, and of all
Check = Callable[[], Awaitable[bool]]


@dataclass(eq=False, slots=True)
class Stream:
    """To one open page. `session` is how the database knows whose it is; empty on a machine of one owner."""

    account: str
    session: str
    loop: asyncio.AbstractEventLoop
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False


class News:
    """One reader of the topic for all open pages; it reads only while there are any.

    `mark` numbers the state of the figures, growing, in microseconds of the clock when it began: a page that was made
    under another mark than the present one may show older figures, whatever its reader was told or missed.
    """

    def __init__(
        self, settings: Settings, address: Callable[[], str], programme: str, noted: Engine | None = None
    ) -> None:
        self._settings, self._address = settings, address
        self._loop = Loop("news", noted, longest=LONGEST_PAUSE)
        self._mine = f"{programme}|".encode()
        self._pages: set[Stream] = set()
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self.mark = time.time_ns() // 1000

    def open(self, account: str, session: str) -> Stream:
        """Raises Busy when there are as many as there may be."""
        stream = Stream(account, session, asyncio.get_running_loop())
        with self._lock:
            own = sum(each.account == account for each in self._pages)
            if own >= MOST_OF_ONE or len(self._pages) >= MOST:
                raise Busy(_("Too many pages are open that follow the figures."), int(HEARTBEAT_SECONDS))
            self._pages.add(stream)
            if self._reader is None or not self._reader.is_alive():
                self._reader = threading.Thread(target=self._read, name="tallies", daemon=True)
                self._reader.start()
        return stream

    def end(self, session: str) -> None:
        """Of a session that is over."""
        with self._lock:
            for stream in self._pages:
                if stream.session == session:
                    stream.is_over = True
                    stream.loop.call_soon_threadsafe(stream.changed.set)

    async def changes(self, stream: Stream, may: Check) -> AsyncIterator[str]:
        """Server-sent events, until the page goes away, its reader may not look any more, or it has been long: the mark, at
        once and whenever there is another."""
        end_at = time.monotonic() + LONGEST_SECONDS
        look_at = time.monotonic() + HEARTBEAT_SECONDS
        yield "retry: 5000\n\n"
        stream.changed.set()
        while not stream.is_over and time.monotonic() < end_at:
            if time.monotonic() >= look_at:
                if not await may():
                    return
                look_at = time.monotonic() + HEARTBEAT_SECONDS
            try:
                await asyncio.wait_for(stream.changed.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ":\n\n"
                continue
            stream.changed.clear()
            if not stream.is_over:
                yield f"event: tallies\ndata: {self.mark}\n\n"
                await asyncio.sleep(LEAST_SECONDS)

    def close(self, stream: Stream) -> None:
        with self._lock:
            self._pages.discard(stream)

    def _read(self) -> None:
        while self._wanted():
            if not self._loop.run(self._round):
                time.sleep(LOOK_SECONDS)

    def _round(self) -> None:
        try:
            self._follow(self._address())
        except (BrokerError, KafkaError, OSError) as error:  # a dashboard may well run without a broker
            logger.debug("tallies.unavailable", extra={"reason": error})
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
            for stream in list(self._pages):
                try:
                    stream.loop.call_soon_threadsafe(stream.changed.set)
                except RuntimeError:  # its server has ended
                    self._pages.discard(stream)


@router.get("/events")
async def events(request: Request) -> Response:
    news: News = request.app.state.news
    access: Access = request.app.state.access
    cookie = request.cookies.get(access.cookie)
    stream = news.open(request.state.actor, hashed(cookie) if cookie else "")

    async def may() -> bool:
        return await still_may(access, request)

    return Following(news, stream, may)


class Following(StreamingResponse):
    """Closes its stream also when the page went before it heard anything."""

    def __init__(self, news: News, stream: Stream, may: Check) -> None:
        super().__init__(news.changes(stream, may), media_type="text/event-stream")
        self._news, self._stream = news, stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._news.close(self._stream)
