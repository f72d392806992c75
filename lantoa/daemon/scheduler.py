"""Fetches the sources every night, and more often where necessary, until it is stopped.

It takes a lease on a due source in the database and publishes its name to `lantoa.sources.due`. The consumer that
reads the name fetches the source and schedules its next fetch. Therefore several schedulers may run: one of them
names a source, and all sources of a host go to one consumer.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Self

from config.catalogue import load_catalogue
from config.errors import ConfigError
from config.programme import Programme, Source
from config.programme_watcher import ProgrammeWatcher
from config.visible import on_one_line
from lantoa.commands.ingesting import FetchedNotCounted, ingest, one_at_a_time
from lantoa.language import _
from lantoa.notify.alarms import watch
from lantoa.notify.digest import send_due
from lantoa.runtime.due_queue import DueSources
from lantoa.runtime.services import Runtime, Say
from models.database import make_engine
from models.loops import Loop
from models.messages.source import NightFetched, SourceDue
from models.messages.topics import SOURCES_DUE, SOURCES_FETCHED
from producers.http.address import host_of
from producers.poll import PollResult, SourceResult
from producers.publish import SPEAKER, to_send
from producers.state.schedule import FetchOutcome, Schedule

NAME_EVERY = timedelta(seconds=10)
SUMS = ("new", "changed", "unchanged", "pages", "missing")
LONGEST_PAUSE_SECONDS = 600.0  # seconds; what keeps failing is tried at most so often
logger = logging.getLogger(__name__)


class FetchScheduler:
    """The scheduler, a context manager. Call `look` often: it names what is due, fetches what was named, and returns
    at once if there is nothing. A failure of one part affects neither the others nor the next `look`."""

    def __init__(
        self, runtime: Runtime, programme: Programme, nightly: time | None, say: Say, *, at_once: bool
    ) -> None:
        self._running, self._nightly, self._say = runtime, nightly, unfailing(say)
        self._engine = make_engine(runtime.settings)
        self._watcher = ProgrammeWatcher(programme.folder, programme.id)
        self._due: DueSources | None = None
        self._work_by(programme)
        self._claimed: list[SourceDue] = []  # leased, not named yet; no other scheduler will name them
        self._taken: list[SourceDue] = []  # received, not fetched yet
        self._unsettled: list[tuple[datetime, list[FetchOutcome]]] = []
        self._untold: list[NightFetched] = []
        self._watched = self._mailed = True  # whether alarms and digests were sent after the last fetch
        self._everything = at_once
        self._name_at = datetime.now(UTC) if at_once else self._next_night()
        self._rereading, self._naming, self._taking, self._settling = map(
            self._loop, ("programme", "schedule", "due", "settle")
        )
        self._fetching, self._summing, self._watching, self._mailing = (
            self._loop(name, LONGEST_PAUSE_SECONDS) for name in ("fetch", "night", "alarms", "digest")
        )

    def __enter__(self) -> Self:
        self._fetching.resume()
        return self

    def __exit__(self, *_error: object) -> None:
        self._close_reader()
        self._engine.dispose()

    def look(self) -> None:
        self._rereading.run(self._reread)
        self._naming.run(self._name_what_is_due)
        if not (self._taken or self._fetching.paused):
            self._taking.run(self._take)
        self._fetching.run(self._fetch)
        self._settling.run(self._settle)
        self._summing.run(self._sum_up)
        self._watching.run(self._watch)
        self._mailing.run(self._mail)

    def _loop(self, name: str, longest: float = 60.0) -> Loop:
        return Loop(name, self._engine, longest=longest, on_failure=self._say_failure)

    def _say_failure(self, error: Exception, pause: float) -> None:
        reason = on_one_line(str(error) or type(error).__name__)
        text = "This run failed: {reason}. Trying again in {seconds} s."
        self._say(_(text, reason=reason, seconds=round(pause)))

    def _reread(self) -> None:
        """Uses the changed files for everything that is named and fetched from now on."""
        try:
            loaded = self._watcher.load_if_changed()
        except ConfigError as error:
            self._say(_("{error}. Keeping the previous programme.", error=error))
            return
        if loaded:
            self._work_by(loaded.programme)
            self._say(_("The programme has changed and was reloaded."))

    def _work_by(self, programme: Programme) -> None:
        self._programme = programme
        self._schedule = Schedule(self._engine, timedelta(minutes=programme.office.polling.oftenest_minutes))
        self._hosts = {source.id: host_of(source.url) for source in programme.sources.values()}
        self._close_reader()

    def _close_reader(self) -> None:
        """Closes the consumer. Another one gets what it did not acknowledge."""
        reader, self._due, self._taken = self._due, None, []
        if reader:
            try:
                reader.close()
            except Exception as error:  # the broker notices by itself that the consumer is gone
                logger.warning("due.unclosed", extra={"error": error})

    def _name_what_is_due(self) -> None:
        now = datetime.now(UTC)
        if now >= self._name_at:
            self._name(now)
            self._name_at = now + NAME_EVERY

    def _name(self, now: datetime) -> None:
        night = self._programme.last_night(now, self._nightly)
        self._claimed += self._schedule.claim(self._hosts, night, now, everything=self._everything)
        self._everything = False
        if self._claimed:
            self._running.bus.publish(to_send(SOURCES_DUE, self._claimed, SPEAKER))
            self._claimed = []

    def _take(self) -> None:
        """Receives sources, by whichever scheduler they were named."""
        try:
            if self._due is None:
                runtime = self._running
                self._due = DueSources(runtime.settings, runtime.bootstrap, self._programme, self._engine)
            self._taken = self._due.take()
        except Exception:
            self._close_reader()
            raise

    def _fetch(self) -> None:
        if not (self._taken and self._due):
            return
        try:
            with self._fetching.at_work():
                self._fetch_all(self._taken)
            self._due.done()
            self._taken = []
        except Exception:
            self._close_reader()  # the next consumer gets what was not fetched
            raise

    def _fetch_all(self, due: Sequence[SourceDue]) -> None:
        began = datetime.now(UTC)
        night = self._programme.last_night(began, self._nightly)
        sources = [self._programme.sources[each.source] for each in due]
        results: list[SourceResult] = []
        try:
            found, late = self._ingest(sources, results)
        finally:  # the fetched sources are scheduled, even if the others fail
            if results:
                self._unsettled.append((night, [outcome(result, began) for result in results]))
                self._watched = self._mailed = False
        sums = counts(found)
        logger.info("night.fetched", extra=sums)
        if late:
            self._say(str(late))
        elif any(each.reason == "nightly" for each in due):
            now = datetime.now(UTC)
            night_fetched = NightFetched(
                programme=self._programme.id, night=night, began_at=began, ended_at=now, **sums
            )
            self._untold.append(night_fetched)
        self._say_result(found)

    def _ingest(
        self, sources: Sequence[Source], results: list[SourceResult]
    ) -> tuple[PollResult, FetchedNotCounted | None]:
        """Adds the fetched sources to `results`, even if not all is counted yet or the round fails."""
        with one_at_a_time(self._running.settings, self._say):
            try:
                found = ingest(
                    self._running,
                    self._programme,
                    sources,
                    on_result=results.append,
                    on_remaining=lambda _left: None,
                )
            except FetchedNotCounted as error:
                return error.found, error
        return found, None

    def _settle(self) -> None:
        while self._unsettled:
            night, outcomes = self._unsettled[0]
            self._schedule.settle(outcomes, night)
            del self._unsettled[0]

    def _sum_up(self) -> None:
        if self._untold:
            self._running.bus.publish(to_send(SOURCES_FETCHED, self._untold, SPEAKER))
            self._untold = []

    def _watch(self) -> None:
        if not self._watched:
            settings, now = self._running.settings, datetime.now(UTC)
            raise_first(watch(settings, self._programme, self._engine, now, self._say))
            self._watched = True

    def _mail(self) -> None:
        """Sends the digests that are due to recipients of the programme."""
        if not self._mailed and self._programme.office.digest:
            catalogue = load_catalogue(*self._programme.resolutions)
            settings, now = self._running.settings, datetime.now(UTC)
            sent = send_due(settings, self._programme, catalogue, self._engine, now, self._say)
            raise_first(sent.failed)
        self._mailed = True

    def _say_result(self, found: PollResult) -> None:
        self._say(summary(found))
        for result in found.results:
            if result.status == "failed":
                self._say(f"  {result.source.id}: {result.message}")
        self._say(_("Next run: {time}", time=self._next_night().isoformat(" ", "minutes")))

    def _next_night(self) -> datetime:
        now = datetime.now(self._programme.timezone)
        return self._programme.last_night(now, self._nightly) + timedelta(days=1)


def unfailing(say: Say) -> Say:
    """Ignores errors of `say`, so that the work continues without a terminal."""

    def say_if_possible(text: str) -> None:
        try:
            say(text)
        except Exception as error:
            logger.warning("say.failed", extra={"error": repr(error), "text": text})

    return say_if_possible


def raise_first(errors: Sequence[Exception]) -> None:
    for error in errors:
        raise error


def counts(found: PollResult) -> dict[str, int]:
    """Counts the results. `quiet` counts sources that answered and had nothing new."""
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
    if collapsed := sum(result.collapsed for result in found.results):
        parts.append(_("{count} items are several entries of one document: `lantoa review`", count=collapsed))
    if undated := sum(result.undated for result in found.results):
        parts.append(
            _("{undated} pieces state no date that can be read and count as seen today", undated=undated)
        )
    return "; ".join(parts)


def outcome(result: SourceResult, at: datetime) -> FetchOutcome:
    known = 1.0 if result.status == "not-modified" else None
    if result.entries:
        known = result.unchanged / result.entries
    reason = result.reason if result.status == "failed" else ""
    return FetchOutcome(result.source.id, at, reason, known, result.rest_seconds)
