"""The outcome of a poll, for the summary, for the topic of fetches and for the daily counts of a source."""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from config.errors import FetchError
from config.programme import Source
from models.messages.limits import NOTE
from models.messages.source import SourceFetched
from models.messages.topics import SOURCES_FETCHED
from models.store.source_days import DayCounts
from models.store.source_state import Content, FetchState, StateUpdate
from producers.batches import Ledger
from producers.document_plan import Counts, DocumentPlan
from producers.html_to_text import clean
from producers.http.failure_codes import concerns_all
from producers.http.fetch import Fetched
from producers.parse.documents import SELECTOR_DRIFT
from producers.publish import SPEAKER

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceResult:
    """`reason` is a stable code for a failure, `message` the text for people. A source that failed may still have
    produced items: those that could be read."""

    source: Source
    status: Literal["ok", "not-modified", "failed"]
    reason: str = ""
    message: str = ""
    entries: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    pages: int = 0  # article pages requested
    missing: int = 0  # of these, pages that could not be read; they are requested again on later nights
    undated: int = 0  # of the published items, those with an unreadable or implausible date
    drifted: int = 0  # of the pages, those with an article in which the outlet's selectors matched nothing
    collapsed: int = 0  # items that combine several entries of one document with different titles
    seconds: float = 0.0
    rest_seconds: float = 0.0  # how long the host asked us to wait


@dataclass(frozen=True, slots=True)
class PollResult:
    """`published` maps (topic, partition) to the offset after the last acknowledged message."""

    results: tuple[SourceResult, ...]
    published: dict[tuple[str, int], int]


def finish(
    ledger: Ledger, first: DocumentPlan, total: Counts, error: FetchError | None, *, counts_day: bool
) -> SourceResult:
    """Publishes and stores the outcome of a source's fetch: its first document, with the counters and the first failure of
    all. A backfill does not count for the health of the source."""
    result = source_result(first, total, error)
    day = ledger.programme.day(first.fetched.fetched_at)
    state = _fetch_state(first, total, result, day_counts(result, total.known, day) if counts_day else None)
    ledger.publisher.publish_messages(SOURCES_FETCHED, [source_fetched(first.fetched, result)], SPEAKER)
    ledger.store.save(first.source.id, StateUpdate(), state)
    return result


def give_up(
    ledger: Ledger, source: Source, at: datetime, error: FetchError, *, counts_day: bool
) -> SourceResult:
    """Records a fetch that failed unexpectedly. What the source shows is read in full next time."""
    result = SourceResult(source, "failed", error.reason, f"{source.url}: {error}")
    fetched = Fetched(source.url, at, 0.0, error=error)
    counts = day_counts(result, 0, ledger.programme.day(at)) if counts_day else None
    state = FetchState(source.id, source.url, at, "failed", result.reason, result.message, counts=counts)
    try:
        ledger.publisher.publish_messages(SOURCES_FETCHED, [source_fetched(fetched, result)], SPEAKER)
        ledger.store.save(source.id, StateUpdate(), state)
    except Exception as further:
        if concerns_all(further):
            raise
        logger.exception("source.unremembered", extra={"source": source.id})
    return result


def _fetch_state(
    first: DocumentPlan, total: Counts, result: SourceResult, counts: DayCounts | None
) -> FetchState:
    """`content` stays unset after a partial answer, so that the server cannot answer `not modified` next time.
    The same holds where pieces were left for later, and for an index, which may stay the same while the documents
    that it names change."""
    fetched, content = first.fetched, None
    if result.status == "ok" and not first.is_index and not total.left:
        etag, last_modified = fetched.headers.get("etag", ""), fetched.headers.get("last-modified", "")
        content = Content(etag, last_modified, sha256(fetched.body).hexdigest())
    source, at = first.source, fetched.fetched_at
    return FetchState(
        source.id, source.url, at, result.status, result.reason, result.message, content, counts
    )


def source_result(first: DocumentPlan, total: Counts, error: FetchError | None) -> SourceResult:
    source, fetched = first.source, first.fetched
    return SourceResult(
        source=source,
        status="failed" if error else "not-modified" if fetched.not_modified else "ok",
        reason=error.reason if error else "",
        message=NOTE.cut(clean(f"{source.url}: {error}")) if error else "",
        entries=total.entries,
        new=total.new,
        changed=total.changed,
        unchanged=total.items - total.published - total.left,
        rejected=total.rejected,
        pages=total.pages,
        missing=total.missing,
        undated=total.undated,
        drifted=total.drifted,
        collapsed=total.collapsed,
        seconds=fetched.seconds,
        rest_seconds=max(fetched.rest_seconds, total.rest_seconds),
    )


def day_counts(result: SourceResult, known: int, day: date) -> DayCounts:
    """`known` is the number of items that the source has shown before. A selector that matches nothing is not a
    failure of the server."""
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
