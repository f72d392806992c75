"""Everything on one machine: broker, topics, database, workers, dashboard, and the sources fetched now and every night."""

import socket
from contextlib import ExitStack, suppress
from datetime import time
from math import inf
from time import monotonic, sleep

from config.programme import Programme
from config.settings import Settings
from lantoa.broker import RunningBroker, ensure_topics, start_broker
from lantoa.language import _
from lantoa.nightly import Nights
from lantoa.running import Running, Say
from lantoa.supervisor import Supervised
from models.database import make_engine, migrate

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
    """`nightly` in the programme's time zone, else as the programme says; `fetch`: everything at the start too. Runs until it is interrupted (KeyboardInterrupt); then everything that it started is stopped in order."""
    with ExitStack() as stack:
        node = Node(settings, say)
        stack.callback(node.stop)
        ensure_topics(settings, node.bootstrap)
        migrate(make_engine(settings))
        ours = settings.model_copy(update={"kafka_bootstrap_servers": node.bootstrap})
        for number in range(1, workers + 1):
            stack.enter_context(Supervised(f"worker-{number}", ["worker"], ours))
        pages = Dashboard(ours, stack, say) if dashboard else None
        running = Running(settings, node.bootstrap, say)
        text = "Ready: Kafka at {address}, data in {folder}. Ctrl-C stops it."
        say(_(text, address=node.bootstrap, folder=settings.data_dir))
        nights = stack.enter_context(Nights(running, programme, nightly, say, at_once=fetch))
        while True:
            node.keep_alive()
            if pages:
                pages.look()
            nights.look()
            sleep(LOOK_SECONDS)


def _free_port(stated: int) -> int:
    """The stated one, for 0 any; 0 when it is taken."""
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((HERE, stated))
        except OSError:
            return 0
        return int(trying.getsockname()[1])


class Dashboard:
    """Started beside the workers; its address is told as soon as it answers, however long that takes."""

    def __init__(self, settings: Settings, stack: ExitStack, say: Say) -> None:
        self._say = say
        self._port = _free_port(settings.port)
        self._told = not self._port
        self._late_at = monotonic() + ANSWER_SECONDS
        if not self._port:
            text = "Port {port} is taken, so no dashboard starts; LANTOA_PORT names another."
            say(_(text, port=settings.port))
            return
        command = ["dashboard", "--port", str(self._port)]
        self._child = stack.enter_context(Supervised("dashboard", command, settings))

    def look(self) -> None:
        if self._told:
            return
        with suppress(OSError), socket.create_connection((HERE, self._port), LOOK_SECONDS):
            self._told = True
            self._say(_("The dashboard is at http://{host}:{port}/.", host=HERE, port=self._port))
            return
        if monotonic() > self._late_at:
            self._late_at = inf
            self._say(_("The dashboard does not answer yet; see {log}.", log=self._child.log))


class Node:
    """The broker: our own embedded one, started again should it die, or the one that the settings name."""

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
