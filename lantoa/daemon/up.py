"""Runs everything on one machine: broker, topics, database, workers, dashboard and nightly schedule."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import time
from functools import partial
from math import inf
from threading import Event, Thread
from time import monotonic, sleep

from config.programme import Programme
from config.settings import Settings
from lantoa.broker import RunningBroker, start_broker
from lantoa.daemon.scheduler import FetchScheduler, unfailing
from lantoa.language import _
from lantoa.process.supervisor import Supervised
from lantoa.runtime.availability import database_when_there, topics_when_there
from lantoa.runtime.owner_secret import SecretFile
from lantoa.runtime.services import Runtime, Say
from models.database import Engine
from models.loops import Loop

HERE = "127.0.0.1"
LOOK_SECONDS = 0.5
ANSWER_SECONDS = 30.0


def run(
    settings: Settings,
    programme: Programme,
    nightly: time | None,
    fetch: bool,
    workers: int,
    dashboard: bool,
    say: Say,
) -> None:
    """Runs until it is interrupted (KeyboardInterrupt), and then stops in order what it started. `nightly` is a time
    in the programme's time zone; None means the time in the programme. `fetch` also fetches everything at the start.
    """
    with (
        _started(settings, workers, say, dashboard=dashboard) as (runtime, look),
        FetchScheduler(runtime, programme, nightly, say, at_once=fetch) as nights,
    ):
        while True:
            look()
            nights.look()
            sleep(LOOK_SECONDS)


def serve(settings: Settings, say: Say, period: str) -> None:
    """Runs a worker and the dashboard on what the data folder holds, until it is interrupted (KeyboardInterrupt). It
    fetches nothing, not at night either. The address that it prints opens a period. Where the port of the settings is
    taken, it uses a free one."""
    free = _free_port(settings.port) or _free_port(0)
    ours = settings.model_copy(update={"port": free})
    with _started(ours, 1, say, dashboard=True, period=period) as (_runtime, look):
        while True:
            look()
            sleep(LOOK_SECONDS)


@contextmanager
def _started(
    settings: Settings, workers: int, say: Say, *, dashboard: bool, period: str = ""
) -> Iterator[tuple[Runtime, Callable[[], object]]]:
    """Starts everything but the schedule. The caller calls the second value often: it starts a broker again that has
    ended."""
    with ExitStack() as stack:
        node = Node(settings, say)
        stack.callback(node.stop)
        topics_when_there(settings, node.bootstrap, say)
        engine = database_when_there(settings, say)
        stack.callback(engine.dispose)
        ours = settings.model_copy(update={"kafka_bootstrap_servers": node.bootstrap})
        for number in range(1, workers + 1):
            stack.enter_context(Supervised(f"worker-{number}", ["worker"], ours, engine))
        if dashboard:
            start_dashboard(ours, stack, say, engine, period=period)
        runtime = stack.enter_context(closing(Runtime(settings, lambda: node.bootstrap, say)))
        text = "Ready: Kafka at {address}, data in {folder}. Ctrl-C stops it."
        say(_(text, address=node.bootstrap, folder=settings.data_dir))
        yield runtime, partial(Loop("broker", engine).run, node.keep_alive)


def start_dashboard(
    settings: Settings, stack: ExitStack, say: Say, noted: Engine | None = None, *, period: str = ""
) -> None:
    """Runs the dashboard as long as the stack is open, and reports its address as soon as it answers: that of a
    period, if one is given."""
    port = _free_port(settings.port)
    if not port:
        say(_("Port {port} is taken, so no dashboard starts; LANTOA_PORT names another.", port=settings.port))
        return
    address = SecretFile.of(settings).current().address(HERE, port) + (f"&period={period}" if period else "")
    command = ["dashboard", "--port", str(port), "--address-only"]  # the secret must not appear in its log
    dashboard = stack.enter_context(Supervised("dashboard", command, settings, noted))
    over = Event()
    stack.callback(over.set)
    arguments = (dashboard, port, address, over, unfailing(say))
    Thread(target=_report_address, args=arguments, name="dashboard-address", daemon=True).start()


def _report_address(dashboard: Supervised, port: int, address: str, over: Event, say: Say) -> None:
    late_at = monotonic() + ANSWER_SECONDS
    while not over.wait(LOOK_SECONDS):
        with suppress(OSError), socket.create_connection((HERE, port), LOOK_SECONDS):
            say(_("The dashboard is at {address}", address=address))
            return
        if monotonic() > late_at:
            late_at = inf
            say(_("The dashboard does not answer yet; see {log}.", log=dashboard.log))


def _free_port(stated: int) -> int:
    """Returns the stated port, a free one for 0, and 0 if the stated port is taken."""
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((HERE, stated))
        except OSError:
            return 0
        return int(trying.getsockname()[1])


class Node:
    """The broker: the embedded one, which is restarted if it dies, or the one that the settings name."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self._settings = settings
        self._say = say
        self._broker: RunningBroker | None = None
        if not settings.kafka_bootstrap_servers:
            say(_("Starting Kafka …"))
            self._broker = start_broker(settings, progress=say)

    @property
    def bootstrap(self) -> str:
        return self._broker.bootstrap if self._broker else self._settings.kafka_bootstrap_servers

    def keep_alive(self) -> None:
        if self._broker and not self._broker.alive():
            self._say(_("Kafka ended; starting it again …"))
            self._broker.stop()
            self._broker = start_broker(self._settings, progress=self._say)

    def stop(self) -> None:
        if self._broker:
            self._broker.stop()
