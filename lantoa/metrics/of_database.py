"""Metrics of the database from a few cheap queries: items by state, sources by status, failures, pending alarms and
digests."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from config.programme import Programme
from lantoa.metrics.metric_labels import by_label
from models.counting.period import ALWAYS
from models.database import Connection
from models.queries.item_counts import cells_in_outbox, item_counts, pages_pending
from models.queries.loop_states import failing, states
from models.queries.source_rows import last_fetches
from models.queries.waiting import KINDS
from models.queries.waiting_cases import counts_by_kind, waiting_cases


def families(connection: Connection, programme: Programme) -> Iterator[Metric]:
    yield from _items(connection, programme.id)
    yield _waiting(connection, programme)
    yield from _sources(connection, programme)
    yield GaugeMetricFamily(
        "lantoa_pages_pending",
        "Pending article pages: unreadable so far, and fetched again later",
        pages_pending(connection),
    )
    yield GaugeMetricFamily(
        "lantoa_outbox_cells",
        "Changed cells in the outbox, not yet published to lantoa.tallies",
        cells_in_outbox(connection),
    )
    yield from _loops(connection)


def _loops(connection: Connection) -> Iterator[Metric]:
    """Yields each loop by its name, whatever process it runs in."""
    failed, succeeded, now = Counter[str](), dict[str, float](), datetime.now(UTC)
    rounds = CounterMetricFamily("lantoa_loop_failed_rounds", "Failed rounds of a loop", labels=["loop"])
    last = GaugeMetricFamily(
        "lantoa_loop_last_success_seconds", "Unix time of the last successful round", labels=["loop"]
    )
    for state in states(connection):
        failed[state.name] += state.failed_rounds
        if state.succeeded_at:
            at = state.succeeded_at.timestamp()
            succeeded[state.name] = max(at, succeeded.get(state.name, at))
    for name, count in failed.items():
        rounds.add_metric([name], count)
    for name, at in succeeded.items():
        last.add_metric([name], at)
    at_present = Counter(each.name for each in failing(connection, now))
    yield from (rounds, last)
    yield by_label(
        "lantoa_loop_failing", "Number of places in which the loop fails at present", "loop", at_present
    )


def _items(connection: Connection, programme: str) -> Iterator[Metric]:
    found = item_counts(connection, programme)
    states = {"counted": found.counted, "copy": found.copies, "out_of_scope": found.out_of_scope}
    yield by_label("lantoa_items", "Items by state", "state", states)
    yield GaugeMetricFamily(
        "lantoa_items_waiting", "Counted items with an ambiguous mention, which need a human", found.waiting
    )
    yield GaugeMetricFamily(
        "lantoa_items_flagged", "Counted items whose own date is not usable", found.flagged
    )


def _waiting(connection: Connection, programme: Programme) -> Metric:
    """Counts what the room Chờ xử lý counts, in all years together."""
    counts = counts_by_kind(waiting_cases(connection, programme, ALWAYS))
    about = "Cases that a human has to decide, by kind; an item may be a case of several kinds"
    return by_label("lantoa_cases_waiting", about, "kind", {kind: counts.get(kind, 0) for kind in KINDS})


def _sources(connection: Connection, programme: Programme) -> Iterator[Metric]:
    fetched = last_fetches(connection)
    last = {source: each for source, each in fetched.items() if source in programme.sources}
    statuses = {"ok": 0, "not-modified": 0, "failed": 0, "never": len(programme.sources) - len(last)}
    for row in last.values():
        statuses[row.status] += 1
    failed = Counter(row.reason for row in last.values() if row.status == "failed")
    yield by_label("lantoa_sources", "Sources by the outcome of their last fetch", "status", statuses)
    yield by_label("lantoa_source_failures", "Sources whose last fetch failed, by reason", "reason", failed)
