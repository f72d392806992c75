"""What became of a poll, for the summary, for the topic of fetches and for the days of a source."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from config.programme import Source
from models.limits import NOTE
from models.messages import SourceFetched
from models.source_days import DayCounts
from producers.documents import SELECTOR_DRIFT
from producers.fetch import Fetched
from producers.plain import clean
from producers.reading import Reading


@dataclass(frozen=True, slots=True)
class SourceResult:
    """`reason` is a stable code when it failed, `message` the same for people. A source that failed may have
    given items all the same: those that could be read."""

    source: Source
    status: Literal["ok", "not-modified", "failed"]
    reason: str = ""
    message: str = ""
    entries: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    pages: int = 0  # that were asked for
    missing: int = 0  # of them could not be read; they are tried again on later nights
    undated: int = 0  # of what was published have a date that cannot be read or believed
    drifted: int = 0  # of them held an article where the outlet's selectors matched nothing
    collapsed: int = 0  # items that are several entries of one document, called differently
    seconds: float = 0.0
    rest_seconds: float = 0.0  # for which the host wants to be left alone


@dataclass(frozen=True, slots=True)
class PollResult:
    """`published`: (topic, partition) → the offset behind the last message that was acknowledged."""

    results: tuple[SourceResult, ...]
    published: dict[tuple[str, int], int]


def source_result(reading: Reading) -> SourceResult:
    source, fetched, error = reading.source, reading.fetched, reading.error
    return SourceResult(
        source=source,
        status="failed" if error else "not-modified" if fetched.not_modified else "ok",
        reason=error.reason if error else "",
        message=NOTE.cut(clean(f"{source.url}: {error}")) if error else "",
        entries=reading.entries,
        new=reading.new,
        changed=reading.changed,
        unchanged=reading.items - reading.published - reading.left,
        rejected=reading.rejected,
        pages=reading.pages,
        missing=reading.missing,
        undated=reading.undated,
        drifted=reading.drifted,
        collapsed=reading.collapsed,
        seconds=fetched.seconds,
        rest_seconds=max(fetched.rest_seconds, reading.rest_seconds),
    )


def day_counts(result: SourceResult, known: int, day: date) -> DayCounts:
    """`known`: items that the source has shown before. A selector that matches nothing is no failure of the server."""
    drifted = result.reason == SELECTOR_DRIFT or 2 * result.drifted > result.pages
    return DayCounts(
        day=day,
        failed=int(result.status == "failed" and result.reason != SELECTOR_DRIFT),
        drifted=int(drifted),
        entries=result.new + result.changed + result.unchanged,
        known=known,
    )


def source_fetched(fetched: Fetched, result: SourceResult) -> SourceFetched:
    return SourceFetched(
        source=result.source.id,
        outlet=result.source.outlet,
        status=result.status,
        reason=result.reason,
        message=result.message,
        fetched_at=fetched.fetched_at,
        seconds=result.seconds,
        entries=result.entries,
        new=result.new,
        changed=result.changed,
        unchanged=result.unchanged,
        rejected=result.rejected,
        pages=result.pages,
        missing=result.missing,
        collapsed=result.collapsed,
    )
