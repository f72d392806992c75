"""The schedule: when each source is fetched next. Every source is fetched nightly, and more often where it shows more
new entries between two fetches than it can hold.

The shares are those of Media Cloud's rss-fetcher: below a third known, sooner; from two thirds on, later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import Connection, Engine, select

from models.database import retry_until_available, writing
from models.messages.source import SourceDue
from models.sql import Row, put, table_of
from models.tables.sources import SourceSchedule
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
            return any(_due(hosts, _rows(connection), night, now, everything))

    def _claim(
        self, hosts: Mapping[str, str], night: datetime, now: datetime, everything: bool
    ) -> list[SourceDue]:
        with writing(self._engine) as connection:
            rows = _rows(connection)
            due = list(_due(hosts, rows, night, now, everything))
            until = {"claimed_until": now + CLAIM}
            put(
                connection,
                SourceSchedule,
                [(rows.get(d.source) or _unknown(d.source, now)) | until for d in due],
            )
        return due

    def _settle(self, outcomes: Sequence[FetchOutcome], night: datetime) -> None:
        with writing(self._engine) as connection:
            rows = _rows(connection)
            before = [(rows.get(o.source_id) or _unknown(o.source_id, o.at), o) for o in outcomes]
            put(connection, SourceSchedule, [self._settled(row, outcome, night) for row, outcome in before])

    def _settled(self, row: Row, outcome: FetchOutcome, night: datetime) -> Row:
        standing = after(
            BackoffState(row["failures"], row["failing_since"]),
            outcome.reason,
            outcome.at,
            self._chance,
            outcome.rest_seconds,
        )
        done = row | {
            "night": max(night, row["night"]),
            "claimed_until": outcome.at,
            "failures": standing.failures,
            "failing_since": standing.failing_since,
            "given_up": standing.given_up,
        }
        if outcome.reason:
            return done | {"next_at": standing.next_at}
        last = timedelta(minutes=row["interval_minutes"])
        first = row["night"] == NEVER  # every entry is new in a source's first fetch
        interval = next_interval(last, None if first else outcome.known_share, self._oftenest)
        next_at = max(outcome.at + interval, standing.next_at or outcome.at)
        return done | {"interval_minutes": interval // timedelta(minutes=1), "next_at": next_at}


def next_interval(interval: timedelta, known_share: float | None, oftenest: timedelta) -> timedelta:
    """Halves the interval when most entries are new and doubles it when few are; at most a day."""
    if known_share is not None and known_share < FEW_KNOWN:
        return max(interval / 2, oftenest)
    if known_share is not None and known_share >= MOST_KNOWN:
        return min(interval * 2, DAY)
    return interval


def _due(
    hosts: Mapping[str, str], rows: Mapping[str, Row], night: datetime, now: datetime, everything: bool
) -> Iterator[SourceDue]:
    for source, host in hosts.items():
        row = rows.get(source) or _unknown(source, now)
        waits = row["given_up"] or (row["night"] >= night and row["next_at"] > now)
        everything_here = everything and now - row["claimed_until"] > FRESH
        if row["claimed_until"] > now or (waits and not everything_here):
            continue
        reason = (
            "nightly" if everything_here or row["night"] < night else "retry" if row["failures"] else "often"
        )
        yield SourceDue(source=source, host=host, reason=reason, named_at=now)


def _rows(connection: Connection) -> dict[str, Row]:
    found = connection.execute(select(table_of(SourceSchedule))).mappings()
    return {row["source_id"]: dict(row) for row in found}


def _unknown(source: str, now: datetime) -> Row:
    """Returns the row of a source that the schedule has never fetched."""
    minutes = DAY // timedelta(minutes=1)
    return {
        "source_id": source, "night": NEVER, "next_at": now, "claimed_until": NEVER,
        "interval_minutes": minutes, "failures": 0.0, "failing_since": None, "given_up": False,
    }  # fmt: skip
