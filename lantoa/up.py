"""Everything on one machine: broker, topics, database, workers, and the sources fetched now and every night."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from config.errors import LantoaError
from config.programme import Programme
from config.settings import Settings
from lantoa.broker import RunningBroker, ensure_topics, start_broker
from lantoa.ingesting import ingest, one_at_a_time
from lantoa.language import _
from lantoa.running import Running, Say
from lantoa.supervisor import Supervised
from models.database import make_engine, migrate

LOOK_SECONDS = 0.5
RETRY_AFTER = timedelta(
    minutes=1
)  # a night that failed as a whole, for instance because the broker went away


@dataclass(frozen=True, slots=True)
class Schedule:
    """`nightly` is in the programme's time zone."""

    nightly: time_of_day
    at_once: bool = True

    def first(self, programme: Programme, now: datetime) -> datetime:
        return now if self.at_once else self.following(programme, now)

    def following(self, programme: Programme, now: datetime) -> datetime:
        local = now.astimezone(ZoneInfo(programme.office.timezone))
        tonight = datetime.combine(local.date(), self.nightly, tzinfo=local.tzinfo)
        return tonight if tonight > local else tonight + timedelta(days=1)


def run(settings: Settings, programme: Programme, schedule: Schedule, workers: int, say: Say) -> None:
    """Runs until it is interrupted (KeyboardInterrupt); then everything that it started is stopped in order."""
    with ExitStack() as stack:
        node = Node(settings, say, stack)
        ensure_topics(settings, node.bootstrap)
        migrate(make_engine(settings))
        ours = settings.model_copy(update={"kafka_bootstrap_servers": node.bootstrap})
        for number in range(workers):
            name = f"worker-{number + 1}" if number else "worker"
            stack.enter_context(Supervised(name, ["worker"], ours))
        running = Running(settings, node.bootstrap, own_broker=False, stack=stack, say=say)
        say(
            _(
                "Ready: Kafka at {address}, data in {folder}. Ctrl-C stops it.",
                address=node.bootstrap,
                folder=settings.data_dir,
            )
        )
        due = schedule.first(programme, datetime.now(programme.timezone))
        while True:
            node.keep_alive()
            if datetime.now(programme.timezone) >= due:
                due = _night(running, programme, schedule, say)
                say(_("Next night: {time}", time=due.isoformat(" ", "minutes")))
            time.sleep(LOOK_SECONDS)


class Node:
    """The broker: our own embedded one, started again should it die, or the one that the settings name."""

    def __init__(self, settings: Settings, say: Say, stack: ExitStack) -> None:
        self._settings = settings
        self._say = say
        self._broker: RunningBroker | None = None
        stack.callback(self._stop)
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

    def _stop(self) -> None:
        if self._broker:
            self._broker.stop()


def _night(running: Running, programme: Programme, schedule: Schedule, say: Say) -> datetime:
    """Fetches every source; gives the time of the next run."""
    now = datetime.now(programme.timezone)
    try:
        with one_at_a_time(running.settings, say):
            found = ingest(
                running, programme, None, on_result=lambda _result: None, on_remaining=lambda _left: None
            )
    except LantoaError as error:
        say(_("This run failed: {reason}. Trying again in a minute.", reason=error))
        return now + RETRY_AFTER
    sums = {
        name: sum(getattr(result, name) for result in found.results)
        for name in ("new", "changed", "unchanged")
    }
    failed = [result for result in found.results if result.status == "failed"]
    text = "{new} new, {changed} changed, {unchanged} unchanged; {failed} of {all} sources failed"
    say(_(text, **sums, failed=len(failed), all=len(found.results)))
    for result in failed:
        say(f"  {result.source.id}: {result.message}")
    return schedule.following(programme, now)
