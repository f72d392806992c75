"""The outcome of a poll, for the summary, for the topic of fetches and for the daily counts of a source."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from config.programme import Source
from models.messages.limits import NOTE
from models.messages.source import SourceFetched
from models.store.source_days import DayCounts
from producers.document_plan import DocumentPlan
from producers.html_to_text import clean
from producers.http.fetch import Fetched
from producers.parse.documents import SELECTOR_DRIFT


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


def source_result(plan: DocumentPlan) -> SourceResult:
    source, fetched, error = plan.source, plan.fetched, plan.error
    return SourceResult(
        source=source,
        status="failed" if error else "not-modified" if fetched.not_modified else "ok",
        reason=error.reason if error else "",
        message=NOTE.cut(clean(f"{source.url}: {error}")) if error else "",
        entries=plan.entries,
        new=plan.new,
        changed=plan.changed,
        unchanged=plan.items - plan.published - plan.left,
        rejected=plan.rejected,
        pages=plan.pages,
        missing=plan.missing,
        undated=plan.undated,
        drifted=plan.drifted,
        collapsed=plan.collapsed,
        seconds=fetched.seconds,
        rest_seconds=max(fetched.rest_seconds, plan.rest_seconds),
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
