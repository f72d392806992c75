"""The sources fetched now and every night, for as long as somebody lets it run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from config.errors import LantoaError
from config.programme import Programme
from lantoa.ingesting import ingest, one_at_a_time
from lantoa.language import _
from lantoa.running import Running, Say
from producers.poll import PollResult

RETRY_AFTER = timedelta(
    minutes=1
)  # a night that failed as a whole, for instance because the broker went away
Round = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Schedule:
    """`nightly` is in the programme's time zone."""

    nightly: time
    at_once: bool = True

    def first(self, now: datetime) -> datetime:
        return now if self.at_once else self.following(now)

    def following(self, now: datetime) -> datetime:
        """The next night after `now`, which carries the programme's time zone."""
        tonight = datetime.combine(now.date(), self.nightly, tzinfo=now.tzinfo)
        return tonight if tonight > now else tonight + timedelta(days=1)


class Nights:
    """Call `look` often: it runs a night when one is due and returns at once otherwise."""

    def __init__(self, running: Running, programme: Programme, schedule: Schedule, say: Say) -> None:
        self._running = running
        self._programme = programme
        self._schedule = schedule
        self._say = say
        self._due = schedule.first(self._now())

    def look(self) -> None:
        if self._now() < self._due:
            return
        try:
            self._run()
            self._due = self._schedule.following(self._now())
        except LantoaError as error:
            self._say(_("This run failed: {reason}. Trying again in a minute.", reason=error))
            self._due = self._now() + RETRY_AFTER
        self._say(_("Next run: {time}", time=self._due.isoformat(" ", "minutes")))

    def _run(self) -> None:
        with one_at_a_time(self._running.settings, self._say):
            found = ingest(
                self._running,
                self._programme,
                None,
                on_result=lambda _result: None,
                on_remaining=lambda _left: None,
            )
        self._say(summary(found))
        for result in found.results:
            if result.status == "failed":
                self._say(f"  {result.source.id}: {result.message}")

    def _now(self) -> datetime:
        return datetime.now(self._programme.timezone)


def summary(found: PollResult) -> str:
    sums = {name: sum(getattr(r, name) for r in found.results) for name in ("new", "changed", "unchanged")}
    failed = sum(result.status == "failed" for result in found.results)
    text = "{new} new, {changed} changed, {unchanged} unchanged; {failed} of {all} sources failed"
    return _(text, **sums, failed=failed, all=len(found.results))
