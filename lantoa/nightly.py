"""The sources fetched every night, and oftener where they need it, for as long as somebody lets it run.

What is due is claimed in the database and named on `lantoa.sources.due`; who reads that topic fetches it and settles when
it is due next. So several of them may run: a source is named by one, and all sources of a host are one reader's.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Self

from config.errors import LantoaError
from config.programme import Programme
from lantoa.alarms import watch
from lantoa.due import DueSources
from lantoa.ingesting import ingest, one_at_a_time
from lantoa.language import _
from lantoa.running import Running, Say
from models.database import make_engine
from models.messages import NightFetched, SourceDue
from models.topics import SOURCES_DUE, SOURCES_FETCHED
from producers.address import host_of
from producers.poll import PollResult, SourceResult
from producers.publish import SPEAKER, open_publisher
from producers.schedule import Outcome, Schedule

NAME_EVERY = timedelta(seconds=10)
RETRY_AFTER = timedelta(minutes=1)  # what failed as a whole, for instance because the broker went away
logger = logging.getLogger(__name__)


class Nights:
    """A context manager. Call `look` often: it names what is due, fetches what was named, and returns at once when
    there is nothing."""

    def __init__(
        self, running: Running, programme: Programme, nightly: time | None, say: Say, *, at_once: bool
    ) -> None:
        self._running, self._programme, self._nightly, self._say = running, programme, nightly, say
        self._engine = make_engine(running.settings)
        oftenest = timedelta(minutes=programme.office.polling.oftenest_minutes)
        self._schedule = Schedule(self._engine, oftenest)
        self._everything = at_once
        self._name_at = datetime.now(UTC) if at_once else self._next_night()
        self._hosts = {source.id: host_of(source.url) for source in programme.sources.values()}
        self._due: DueSources | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._due:
            self._due.close()
        self._engine.dispose()

    def look(self) -> None:
        now = datetime.now(UTC)
        try:
            if now >= self._name_at:
                self._name(now)
                self._name_at = now + NAME_EVERY
            self._fetch()
        except LantoaError as error:
            self._say(_("This run failed: {reason}. Trying again in a minute.", reason=error))
            self._name_at = now + RETRY_AFTER

    def _name(self, now: datetime) -> None:
        night = self._programme.last_night(now, self._nightly)
        due = self._schedule.claim(self._hosts, night, now, everything=self._everything)
        if due:
            with open_publisher(self._running.settings, self._running.bootstrap) as publisher:
                publisher.publish_messages(SOURCES_DUE, due, SPEAKER)
        self._everything = False

    def _fetch(self) -> None:
        """What is named, by whomever."""
        if self._due is None:
            running = self._running
            self._due = DueSources(running.settings, running.bootstrap, self._programme, self._engine)
        if due := self._due.take():
            self._fetch_all(due)
            self._due.done()

    def _fetch_all(self, due: Sequence[SourceDue]) -> None:
        began = datetime.now(UTC)
        night = self._programme.last_night(began, self._nightly)
        sources = [self._programme.sources[each.source] for each in due]
        with one_at_a_time(self._running.settings, self._say):
            found = ingest(
                self._running,
                self._programme,
                sources,
                on_result=lambda _result: None,
                on_remaining=lambda _left: None,
            )
        self._schedule.settle([outcome(result, began) for result in found.results], night)
        watch(self._running.settings, self._programme, self._engine, datetime.now(UTC), self._say)
        sums = counts(found)
        logger.info("night.fetched %s", " ".join(f"{name}={value}" for name, value in sums.items()))
        if any(each.reason == "nightly" for each in due):
            self._publish(night, began, sums)
        self._tell(found)

    def _publish(self, night: datetime, began: datetime, sums: dict[str, int]) -> None:
        told = NightFetched(
            programme=self._programme.id, night=night, began_at=began, ended_at=datetime.now(UTC), **sums
        )
        with open_publisher(self._running.settings, self._running.bootstrap) as publisher:
            publisher.publish_messages(SOURCES_FETCHED, [told], SPEAKER)

    def _tell(self, found: PollResult) -> None:
        self._say(summary(found))
        for result in found.results:
            if result.status == "failed":
                self._say(f"  {result.source.id}: {result.message}")
        self._say(_("Next run: {time}", time=self._next_night().isoformat(" ", "minutes")))

    def _next_night(self) -> datetime:
        now = datetime.now(self._programme.timezone)
        return self._programme.last_night(now, self._nightly) + timedelta(days=1)


def counts(found: PollResult) -> dict[str, int]:
    """`quiet`: sources that answered and gave nothing new."""
    answered = [result for result in found.results if result.status != "failed"]
    return {
        "sources": len(found.results),
        **{name: sum(getattr(r, name) for r in found.results) for name in ("new", "changed", "unchanged")},
        "failed": len(found.results) - len(answered),
        "quiet": sum(not (result.new or result.changed) for result in answered),
    }


def summary(found: PollResult) -> str:
    text = "{new} new, {changed} changed, {unchanged} unchanged; of {sources} sources {failed} failed, {quiet} gave nothing new"
    return _(text, **counts(found))


def outcome(result: SourceResult, at: datetime) -> Outcome:
    known = 1.0 if result.status == "not-modified" else None
    if result.entries:
        known = result.unchanged / result.entries
    reason = result.reason if result.status == "failed" else ""
    return Outcome(result.source.id, at, reason, known, result.rest_seconds)
