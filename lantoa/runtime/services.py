"""The services that a command needs: running ones if there are any, otherwise a broker and a worker of its own."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from config.errors import BrokerError, LantoaError
from config.settings import Settings
from lantoa.broker import ensure_topics, start_broker
from lantoa.broker.admin import open_admin
from lantoa.language import _
from lantoa.process.supervisor import Supervised
from lantoa.runtime.broker_address import find_brokers
from lantoa.runtime.bus import Bus
from lantoa.runtime.consumer_lag import Ends, Remaining, has_workers, not_counted, wait_until_counted
from lantoa.runtime.tallies_topic import wait_until_published
from producers.publish import Sent

GIVE_UP_AFTER = 4  # a command stops waiting after its worker ended so many times in a row
READY_SECONDS = 60.0
PUBLISH_SECONDS = 10.0
LOOK_EVERY_SECONDS = 5.0
Say = Callable[[str], None]
logger = logging.getLogger(__name__)


def ignore(_remaining: Remaining) -> None:
    """Serves callers that show no progress."""


def until(seconds: float, on_remaining: Callable[[Remaining], None] = ignore) -> Callable[[Remaining], None]:
    """Returns a callback for a wait. It raises TimeoutError if messages remain after `seconds`."""
    deadline = time.monotonic() + seconds

    def look(remaining: Remaining) -> None:
        if remaining.total and time.monotonic() > deadline:
            raise TimeoutError
        on_remaining(remaining)

    return look


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of publishing: counted, or pending because the workers have not finished; they will later."""

    counted: bool

    @property
    def pending(self) -> bool:
        return not self.counted


class Runtime:
    """Brokers whose workers belong to others: to a cluster or to `lantoa up`."""

    def __init__(self, settings: Settings, address: Callable[[], str], say: Say) -> None:
        self.settings = settings
        self.bus = Bus(settings, address)
        self._say = say
        self._looked_at = time.monotonic()
        self._missed = False

    def close(self) -> None:
        """Closes the clients of the bus. Brokers and workers continue."""
        self.bus.close()

    @property
    def bootstrap(self) -> str:
        """Returns the address. Raises BrokerError if no broker runs."""
        return self.bus.bootstrap

    def publish_and_wait(
        self,
        sent: Iterable[Sent],
        on_remaining: Callable[[Remaining], None] = ignore,
        *,
        within: float | None = None,
    ) -> Outcome:
        """Returns when all messages are counted or dead-lettered, or pending after `within` seconds. Raises
        BrokerError if the brokers may not have taken them, NotCounted if nothing moves."""
        published = self.bus.publish(sent)
        try:
            self.wait(published, on_remaining if within is None else until(within, on_remaining))
        except TimeoutError:
            return Outcome(counted=False)
        return Outcome(counted=True)

    def check(self) -> None:
        """Reports from time to time during a wait that no worker runs. The messages stay in the topics."""
        if time.monotonic() - self._looked_at < LOOK_EVERY_SECONDS:
            return
        self._looked_at = time.monotonic()
        if has_workers(self.bus.admin):
            self._missed = False
        else:
            self._nobody_works()

    def wait(self, published: Ends, on_remaining: Callable[[Remaining], None]) -> None:
        """Returns when all of it is counted or dead-lettered; `on_remaining` receives what is left. Raises
        NotCounted."""
        self._wait(published, on_remaining)

    def wait_for_everything(self, on_remaining: Callable[[Remaining], None]) -> None:
        """Waits for everything that the topics hold now, by any publisher."""
        self._wait(None, on_remaining)

    def finish(self) -> None:
        """Ends the work. Here nothing has to be done, because the workers continue."""

    def _wait(self, published: Ends | None, on_remaining: Callable[[Remaining], None]) -> None:
        def look(remaining: Remaining) -> None:
            if remaining.total:
                self._check_for(remaining)
            on_remaining(remaining)

        wait_until_counted(self.bus.admin, self.settings.counting_patience, published, look)

    def _check_for(self, remaining: Remaining) -> None:
        try:
            self.check()
        except LantoaError as error:
            raise not_counted(remaining.behind, f"{error}\n") from error

    def _nobody_works(self) -> None:
        if not self._missed:
            self._missed = True
            self._say(_("No worker is running; waiting for one. `lantoa worker` starts one."))


class EphemeralRuntime(Runtime):
    """Services for the time of a block. It starts a worker of its own if no other is there, or when the others are
    gone. The group still lists a killed worker for some seconds."""

    def __init__(
        self, settings: Settings, bootstrap: str, say: Say, stack: ExitStack, *, others: bool = False
    ) -> None:
        super().__init__(settings, lambda: bootstrap, say)
        stack.callback(self.close)
        self._stack = stack
        self._worker: Supervised | None = None
        if not others:
            self._start_worker()

    def check(self) -> None:
        """Raises LantoaError if the worker keeps ending."""
        if self._worker:
            self._worker.give_up_after(GIVE_UP_AFTER)
        else:
            super().check()

    def finish(self) -> None:
        """Waits, before the worker ends, until the topic of the tallies is up to date for its readers."""
        if self._worker:
            wait_until_published(self.settings, self.bus.admin, PUBLISH_SECONDS)

    def _nobody_works(self) -> None:
        self._say(_("No worker is running any more."))
        self._start_worker()

    def _start_worker(self) -> None:
        self._say(_("Starting the worker …"))
        ours = self.settings.model_copy(update={"kafka_bootstrap_servers": self.bootstrap})
        self._worker = self._stack.enter_context(Supervised("worker", ["worker"], ours))
        patience = time.monotonic() + READY_SECONDS
        while not has_workers(self.bus.admin):
            self.check()
            if time.monotonic() > patience:
                raise BrokerError(f"no worker came up within {READY_SECONDS:.0f} s; see {self._worker.log}")
            time.sleep(0.1)


@contextmanager
def open_runtime(settings: Settings, say: Say) -> Iterator[Runtime]:
    """Uses a running `lantoa up` or a cluster; otherwise starts a broker and a worker for the time of the block."""
    with ExitStack() as stack:
        bootstrap = find_brokers(settings)
        if bootstrap:
            ensure_topics(settings, bootstrap)
            others = has_workers(partial(open_admin, settings, bootstrap))
            runtime = EphemeralRuntime(settings, bootstrap, say, stack, others=others)
            yield runtime
            runtime.finish()
            return
        say(_("Starting Kafka …"))
        broker = stack.enter_context(start_broker(settings, progress=say))
        ensure_topics(settings, broker.bootstrap)
        here = EphemeralRuntime(settings, broker.bootstrap, say, stack)  # workers still listed are dead
        yield here
        here.finish()


@contextmanager
def open_brokers(settings: Settings, say: Say) -> Iterator[str]:
    """Yields the address of the running brokers, or starts the embedded broker for the time of the block."""
    if bootstrap := find_brokers(settings):
        yield bootstrap
    else:
        with start_broker(settings, progress=say) as broker:
            yield broker.bootstrap
