"""What has to run for a command to do its work: what runs already, else a broker and a worker of its own."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker import ensure_topics, running_bootstrap, start_broker
from lantoa.language import _
from lantoa.progress import has_workers
from lantoa.supervisor import Supervised

GIVE_UP_AFTER = 4  # ends in a row of a worker that somebody waits for
READY_SECONDS = 60.0
LOOK_EVERY_SECONDS = 5.0
Say = Callable[[str], None]


class Running:
    """Brokers, and workers: somebody else's, or our own where nobody has any."""

    def __init__(
        self, settings: Settings, bootstrap: str, own_broker: bool, stack: ExitStack, say: Say
    ) -> None:
        self.settings = settings
        self.bootstrap = bootstrap
        self._own_broker = own_broker
        self._stack = stack
        self._say = say
        self._workers: list[Supervised] = []
        self._looked_at = 0.0

    def ensure_workers(self) -> None:
        """Starts one where there is none, and waits until it takes part.

        Nobody else can work for a broker that we started; the group may still name members that are dead.
        """
        if not self._own_broker and has_workers(self.settings, self.bootstrap):
            return
        self._say(_("Starting the worker …"))
        ours = self.settings.model_copy(update={"kafka_bootstrap_servers": self.bootstrap})
        self._workers.append(self._stack.enter_context(Supervised("worker", ["worker"], ours)))
        self._wait_for_workers()

    def check(self) -> None:
        """Called while somebody waits. Raises LantoaError when a worker of ours cannot be kept alive; replaces
        workers of others that have gone."""
        for worker in self._workers:
            worker.give_up_after(GIVE_UP_AFTER)
        if not self._workers and time.monotonic() - self._looked_at > LOOK_EVERY_SECONDS:
            self._looked_at = time.monotonic()
            self.ensure_workers()

    def _wait_for_workers(self) -> None:
        patience = time.monotonic() + READY_SECONDS
        while not has_workers(self.settings, self.bootstrap):
            self.check()
            if time.monotonic() > patience:
                logs = ", ".join(str(worker.log) for worker in self._workers)
                raise BrokerError(f"no worker came up within {READY_SECONDS:.0f} s; see {logs}")
            time.sleep(0.1)


@contextmanager
def everything_running(settings: Settings, say: Say) -> Iterator[Running]:
    """Those of a running `lantoa up` or a cluster, else a broker and a worker for the time of the block."""
    with ExitStack() as stack:
        bootstrap = settings.kafka_bootstrap_servers or running_bootstrap(settings)
        own_broker = not bootstrap
        if not bootstrap:
            say(_("Starting Kafka …"))
            bootstrap = stack.enter_context(start_broker(settings, progress=say)).bootstrap
        ensure_topics(settings, bootstrap)
        running = Running(settings, bootstrap, own_broker, stack, say)
        running.ensure_workers()
        yield running
