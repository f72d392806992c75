"""The schedule: when each source is fetched next. Every source is fetched nightly, and more often where it shows more
new entries between two fetches than it can hold.

The shares are those of Media Cloud's rss-fetcher: below a third known, sooner; from two thirds on, later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from models.database import Engine, retry_until_available, writing
from models.messages.source import SourceDue
from models.store.source_schedules import ScheduledSource, put_schedules, scheduled_sources
from producers.state.backoff import BackoffState, after

DAY = timedelta(days=1)
CLAIM = timedelta(hours=6)  # a claimed source that was not fetched within this time is due again
FRESH = timedelta(minutes=15)  # a source that was fetched within this time is not fetched again by a restart
FEW_KNOWN, MOST_KNOWN = 1 / 3, 2 / 3
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """The outcome of one fetch. `reason` is empty when it succeeded; `known_share` is None when it cannot be
    computed; `rest_seconds` is how long the host asked us to wait."""

    source_id: str
    at: datetime
    reason: str = ""
    known_share: float | None = None
    rest_seconds: float = 0.0


class Schedule:
    """A due source is claimed before its fetch (a lease) and settled after it, so that no failure makes a source be
    polled all the time, or never again."""

    def __init__(self, engine: Engine, oftenest: timedelta, chance: Random | None = None) -> None:
        self._engine = engine
        self._chance = chance or Random()  # noqa: S311  # it spreads visits and keeps no secret
        self._oftenest = oftenest

    def claim(
        self, hosts: Mapping[str, str], night: datetime, now: datetime, *, everything: bool = False
    ) -> list[SourceDue]:
        """`hosts` maps a source to its host; `night` is the latest nightly moment. A night that was missed is due
        now. With `everything`, every source is due that no other process has claimed and that was not fetched just
        before."""
        if not retry_until_available(self._is_any_due, hosts, night, now, everything):
            return []
        return retry_until_available(self._claim, hosts, night, now, everything)

    def settle(self, outcomes: Sequence[FetchOutcome], night: datetime) -> None:
        """Stores the outcomes and the next fetch of each source."""
        retry_until_available(self._settle, outcomes, night)

    def _is_any_due(self, hosts: Mapping[str, str], night: datetime, now: datetime, everything: bool) -> bool:
        with self._engine.connect() as connection:
            return any(_due(hosts, scheduled_sources(connection), night, now, everything))

    def _claim(
        self, hosts: Mapping[str, str], night: datetime, now: datetime, everything: bool
    ) -> list[SourceDue]:
        with writing(self._engine) as connection:
            known = scheduled_sources(connection)
            due = list(_due(hosts, known, night, now, everything))
            claimed = (known.get(each.source) or _unknown(each.source, now) for each in due)
            put_schedules(connection, [replace(each, claimed_until=now + CLAIM) for each in claimed])
        return due

    def _settle(self, outcomes: Sequence[FetchOutcome], night: datetime) -> None:
        with writing(self._engine) as connection:
            known = scheduled_sources(connection)
            before = [(known.get(o.source_id) or _unknown(o.source_id, o.at), o) for o in outcomes]
            put_schedules(connection, [self._settled(source, outcome, night) for source, outcome in before])

    def _settled(self, source: ScheduledSource, outcome: FetchOutcome, night: datetime) -> ScheduledSource:
        standing = after(
            BackoffState(source.failures, source.failing_since),
            outcome.reason,
            outcome.at,
            self._chance,
            outcome.rest_seconds,
        )
        done = replace(
            source,
            night=max(night, source.night),
            claimed_until=outcome.at,
            failures=standing.failures,
            failing_since=standing.failing_since,
            given_up=standing.given_up,
        )
        if outcome.reason:
            return replace(done, next_at=standing.next_at or done.next_at)
        last = timedelta(minutes=source.interval_minutes)
        first = source.night == NEVER  # every entry is new in a source's first fetch
        interval = next_interval(last, None if first else outcome.known_share, self._oftenest)
        next_at = max(outcome.at + interval, standing.next_at or outcome.at)
        return replace(done, interval_minutes=interval // timedelta(minutes=1), next_at=next_at)


def next_interval(interval: timedelta, known_share: float | None, oftenest: timedelta) -> timedelta:
    """Halves the interval when most entries are new and doubles it when few are; at most a day."""
    if known_share is not None and known_share < FEW_KNOWN:
        return max(interval / 2, oftenest)
    if known_share is not None and known_share >= MOST_KNOWN:
        return min(interval * 2, DAY)
    return interval


def _due(
    hosts: Mapping[str, str],
    known: Mapping[str, ScheduledSource],
    night: datetime,
    now: datetime,
    everything: bool,
) -> Iterator[SourceDue]:
    for name, host in hosts.items():
        source = known.get(name) or _unknown(name, now)
        waits = source.given_up or (source.night >= night and source.next_at > now)
        everything_here = everything and now - source.claimed_until > FRESH
        if source.claimed_until > now or (waits and not everything_here):
            continue
        reason = (
            "nightly" if everything_here or source.night < night else "retry" if source.failures else "often"
        )
        yield SourceDue(source=name, host=host, reason=reason, named_at=now)


def _unknown(source: str, now: datetime) -> ScheduledSource:
    """Returns a source that the schedule has never fetched."""
    return ScheduledSource(source, NEVER, now, NEVER, DAY // timedelta(minutes=1))
