"""Metrics of the database from a few cheap queries: items by state, sources by status, failures, pending alarms and
digests."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from sqlalchemy import Connection, func, select

from config.programme import Programme
from lantoa.metrics.metric_labels import by_label
from models.queries.loop_states import failing, states
from models.sql import table_of, total
from models.tables.items import ItemRow
from models.tables.sources import PendingPage, SourceState
from models.tables.tallies import Cell, TouchedCell

YEAR = 4  # characters of the period of a year


def families(connection: Connection, programme: Programme) -> Iterator[Metric]:
    yield from _items(connection, programme.id)
    yield from _sources(connection, programme)
    pages = connection.execute(select(func.count()).select_from(table_of(PendingPage))).scalar_one()
    yield GaugeMetricFamily(
        "lantoa_pages_pending", "Pending article pages: unreadable so far, and fetched again later", pages
    )
    cells = connection.execute(select(func.count()).select_from(table_of(TouchedCell))).scalar_one()
    yield GaugeMetricFamily(
        "lantoa_outbox_cells", "Changed cells in the outbox, not yet published to lantoa.tallies", cells
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
    """Takes counted items from the cells of the years; an index counts the others."""
    cell, item = table_of(Cell), table_of(ItemRow)
    years = (cell.c.programme == programme, cell.c.dimensions == "", func.length(cell.c.period) == YEAR)
    sums = [func.coalesce(total(cell.c[name]), 0) for name in ("items", "waiting", "flagged")]
    counted, waiting, flagged = map(int, connection.execute(select(*sums).where(*years)).one())
    here = (item.c.programme == programme, item.c.counts.is_(False))
    others = connection.execute(select(func.count()).where(*here)).scalar_one()
    named = select(func.count()).where(*here, item.c.same_as.is_not(None), item.c.in_scope)
    copies = connection.execute(named).scalar_one()
    states = {"counted": counted, "copy": copies, "out_of_scope": others - copies}
    yield by_label("lantoa_items", "Items by state", "state", states)
    yield GaugeMetricFamily(
        "lantoa_items_waiting", "Counted items with an ambiguous mention, which need a human", waiting
    )
    yield GaugeMetricFamily("lantoa_items_flagged", "Counted items whose own date is not usable", flagged)


def _sources(connection: Connection, programme: Programme) -> Iterator[Metric]:
    table = table_of(SourceState)
    rows = connection.execute(select(table.c.source_id, table.c.status, table.c.reason)).all()
    last = {row.source_id: row for row in rows if row.source_id in programme.sources}
    statuses = {"ok": 0, "not-modified": 0, "failed": 0, "never": len(programme.sources) - len(last)}
    for row in last.values():
        statuses[row.status] += 1
    failed = Counter(row.reason for row in last.values() if row.status == "failed")
    yield by_label("lantoa_sources", "Sources by the outcome of their last fetch", "status", statuses)
    yield by_label("lantoa_source_failures", "Sources whose last fetch failed, by reason", "reason", failed)
