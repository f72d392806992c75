"""The sources fetched every night, and oftener where they need it, for as long as somebody lets it run.

What is due is claimed in the database and named on `lantoa.sources.due`; who reads that topic fetches it and settles when
it is due next. So several of them may run: a source is named by one, and all sources of a host are one reader's.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Self

from config.catalogue import load_catalogue
from config.errors import ConfigError, LantoaError
from config.programme import Programme, load_programme
from config.programme_files import ProgrammeFiles
from lantoa.alarms import watch
from lantoa.digest import send_due
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
SUMS = ("new", "changed", "unchanged", "pages", "missing")
RETRY_AFTER = timedelta(minutes=1)  # what failed as a whole, for instance because the broker went away
logger = logging.getLogger(__name__)


class Nights:
    """A context manager. Call `look` often: it names what is due, fetches what was named, and returns at once when
    there is nothing."""

    def __init__(
        self, running: Running, programme: Programme, nightly: time | None, say: Say, *, at_once: bool
    ) -> None:
        self._running, self._nightly, self._say = running, nightly, say
        self._engine = make_engine(running.settings)
        self._files = ProgrammeFiles(programme.folder)
        self._due: DueSources | None = None
        self._work_by(programme)
        self._claimed: list[SourceDue] = []  # and not named yet: nobody else will
        self._everything = at_once
        self._name_at = datetime.now(UTC) if at_once else self._next_night()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._due:
            self._due.close()
        self._engine.dispose()

    def look(self) -> None:
        if self._files.changed():
            self._reread()
        now = datetime.now(UTC)
        try:
            if now >= self._name_at:
                self._name(now)
                self._name_at = now + NAME_EVERY
            self._fetch()
        except LantoaError as error:
            self._say(_("This run failed: {reason}. Trying again in a minute.", reason=error))
            self._name_at = now + RETRY_AFTER

    def _reread(self) -> None:
        """What is named and fetched from now on is what the files say."""
        try:
            self._work_by(load_programme(self._programme.folder))
        except ConfigError as error:
            self._say(_("{error}. The programme is worked by as it was before.", error=error))
            return
        self._say(_("The programme has changed; it is read anew."))

    def _work_by(self, programme: Programme) -> None:
        self._programme = programme
        self._schedule = Schedule(self._engine, timedelta(minutes=programme.office.polling.oftenest_minutes))
        self._hosts = {source.id: host_of(source.url) for source in programme.sources.values()}
        if self._due:
            self._due.close()
            self._due = None

    def _name(self, now: datetime) -> None:
        night = self._programme.last_night(now, self._nightly)
        self._claimed += self._schedule.claim(self._hosts, night, now, everything=self._everything)
        self._everything = False
        if self._claimed:
            with open_publisher(self._running.settings, self._running.bootstrap) as publisher:
                publisher.publish_messages(SOURCES_DUE, self._claimed, SPEAKER)
            self._claimed = []

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
        self._mail()
        sums = counts(found)
        logger.info("night.fetched %s", " ".join(f"{name}={value}" for name, value in sums.items()))
        if any(each.reason == "nightly" for each in due):
            self._publish(night, began, sums)
        self._tell(found)

    def _mail(self) -> None:
        """To those of the programme who are due."""
        if self._programme.office.digest:
            catalogue = load_catalogue(*self._programme.resolutions)
            settings, now = self._running.settings, datetime.now(UTC)
            send_due(settings, self._programme, catalogue, self._engine, now, self._say)

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
        **{name: sum(getattr(r, name) for r in found.results) for name in SUMS},
        "failed": len(found.results) - len(answered),
        "quiet": sum(not (result.new or result.changed) for result in answered),
    }


def summary(found: PollResult) -> str:
    text = "{new} new, {changed} changed, {unchanged} unchanged; of {sources} sources {failed} failed, {quiet} gave nothing new"
    sums = counts(found)
    parts = [_(text, **sums)]
    if sums["missing"]:
        parts.append(_("{missing} of {pages} pages could not be read", **sums))
    return "; ".join(parts)


def outcome(result: SourceResult, at: datetime) -> Outcome:
    known = 1.0 if result.status == "not-modified" else None
    if result.entries:
        known = result.unchanged / result.entries
    reason = result.reason if result.status == "failed" else ""
    return Outcome(result.source.id, at, reason, known, result.rest_seconds)
