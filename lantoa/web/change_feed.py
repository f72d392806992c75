"""Notifies open pages by server-sent events when `lantoa.tallies` shows that figures have changed."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from config.errors import BrokerError, Busy
from config.settings import Settings
from lantoa.language import _
from lantoa.runtime.tallies_topic import follow_tallies
from models.database import Engine
from models.loops import Loop

logger = logging.getLogger(__name__)
UNAVAILABLE_SECONDS = 5.0  # between two searches for a broker
LONGEST_PAUSE_SECONDS = 10.0  # seconds between two attempts after any other failure
LOOK_SECONDS = 0.5
HEARTBEAT_SECONDS = 15.0
LEAST_SECONDS = 1.0  # between two events to one page
LONGEST_SECONDS = 60 * 60.0  # of one stream; a page that is still open reconnects
MOST_OF_ONE, MOST = 20, 400  # streams of one account, and of all accounts
Check = Callable[[], Awaitable[bool]]


@dataclass(eq=False, slots=True)
class Stream:
    """The stream to one open page. `session` is the hash of its session; it is empty on a machine with one owner."""

    account: str
    session: str
    loop: asyncio.AbstractEventLoop
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False


class ChangeFeed:
    """One consumer of the topic for all open pages, which runs only while there are any.

    `mark` is a growing number of the state of the figures, in microseconds of the clock. A page that was rendered
    under another mark may show older figures, whatever messages it received or missed.
    """

    def __init__(
        self, settings: Settings, address: Callable[[], str], programme: str, noted: Engine | None = None
    ) -> None:
        self._settings, self._address = settings, address
        self._loop = Loop("news", noted, longest=LONGEST_PAUSE_SECONDS)
        self._programme = programme
        self._pages: set[Stream] = set()
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self.mark = time.time_ns() // 1000

    def open(self, account: str, session: str) -> Stream:
        """Raises Busy if there are too many streams."""
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
        """Ends the streams of a session that was closed."""
        with self._lock:
            for stream in self._pages:
                if stream.session == session:
                    stream.is_over = True
                    stream.loop.call_soon_threadsafe(stream.changed.set)

    async def changes(self, stream: Stream, may: Check) -> AsyncIterator[str]:
        """Yields server-sent events with the mark, at once and after each change, until the page is closed, its user
        loses the right to it, or the time limit is reached."""
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
            follow_tallies(
                self._settings,
                self._address(),
                self._programme,
                lambda: bool(self._pages),
                self._notify_pages,
            )
        except (BrokerError, OSError) as error:  # a dashboard may run without a broker
            logger.debug("tallies.unavailable", extra={"reason": error})
            time.sleep(UNAVAILABLE_SECONDS)

    def _wanted(self) -> bool:
        with self._lock:
            if not self._pages:
                self._reader = None
            return bool(self._pages)

    def _notify_pages(self) -> None:
        with self._lock:
            self.mark = max(self.mark + 1, time.time_ns() // 1000)
            for stream in list(self._pages):
                try:
                    stream.loop.call_soon_threadsafe(stream.changed.set)
                except RuntimeError:  # the server of the stream has ended
                    self._pages.discard(stream)
