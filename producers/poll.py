"""One run over the sources: fetch each source and the pages of what is new in it, publish that, store what was
shown."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from config.programme import Programme, Source
from config.settings import Settings
from models.database import make_engine
from models.messages.monotonic_time import not_before
from models.store.source_state import SourceStateRepository
from producers.archive import Archive, open_archive
from producers.batches import Ledger
from producers.document_plan import Counts, DocumentPlan
from producers.http.failure_codes import concerns_all, unexpected
from producers.http.fetch import Fetcher
from producers.http.politeness import visit
from producers.http.robots import RobotsCache
from producers.ingest import Ingest, ingest_source
from producers.page_fetcher import PageFetcher
from producers.parse.readers import Readers
from producers.publish import Publisher, open_publisher
from producers.result import PollResult, SourceResult, give_up
from producers.state.robots_cache import DatabaseRobots

__all__ = ["PollDependencies", "PollResult", "SourceResult", "open_dependencies", "poll"]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PollDependencies:
    """What a poll uses besides its sources; the code that opens it must close it. `archive` is None where no archive
    is kept."""

    settings: Settings
    store: SourceStateRepository
    robots: RobotsCache
    publisher: Publisher
    archive: Archive | None


@contextmanager
def open_dependencies(settings: Settings, bootstrap: str) -> Iterator[PollDependencies]:
    """Opens what one poll needs. Raises BrokerError within seconds when no broker answers."""
    engine = make_engine(settings)
    try:
        with open_publisher(settings, bootstrap) as publisher, open_archive(settings) as archive:
            store, robots = SourceStateRepository(engine), DatabaseRobots(engine)
            yield PollDependencies(settings, store, robots, publisher, archive)
    finally:
        engine.dispose()


def poll(
    programme: Programme,
    dependencies: PollDependencies,
    sources: Sequence[Source] | None = None,
    *,
    since: date | None = None,
    now: Callable[[], datetime] | None = None,
    on_document: Callable[[DocumentPlan, Counts], None] = lambda _plan, _counts: None,
    on_result: Callable[[SourceResult], None] = lambda _result: None,
) -> PollResult:
    """Fetches `sources`, or all of the programme when None; with `since`, walks each back to that day. `on_result` is
    called for each source when it is done, `on_document` for each of its documents.

    A failure of a source is part of its result. Raises BrokerError when the broker stays unavailable, LantoaError
    when the database does; the sources that were under way are fetched again next time.
    """
    chosen = tuple(programme.sources.values()) if sources is None else tuple(sources)
    results: list[SourceResult] = []
    store, archive = dependencies.store, dependencies.archive
    ledger = Ledger(programme, store, dependencies.publisher)
    last = store.last_fetch()

    def clock() -> datetime:
        nonlocal last
        last = not_before(now() if now else datetime.now(UTC), last)
        return last

    async def fetch_all() -> None:
        legacy, robots = programme.legacy_tls_hosts, dependencies.robots
        async with Fetcher(dependencies.settings, clock, robots=robots, legacy_tls=legacy) as fetcher:
            with Readers() as readers:
                pages = PageFetcher(fetcher, readers, archive)
                run = Ingest(ledger, fetcher, pages, readers, archive, since, on_document)

                async def handle(source: Source) -> None:
                    result = await _isolated(source, run, clock)
                    _log(result)
                    results.append(result)
                    on_result(result)

                await visit(chosen, lambda source: source.url, handle)

    asyncio.run(fetch_all())
    return PollResult(tuple(results), dependencies.publisher.ends)


async def _isolated(source: Source, run: Ingest, clock: Callable[[], datetime]) -> SourceResult:
    """Turns any failure of one source into that source's result. Raises only what concerns all of them."""
    try:
        return await ingest_source(source, run)
    except Exception as error:
        if concerns_all(error):
            raise
        logger.exception("source.unexpected", extra={"source": source.id})
        failure, counts_day = unexpected(error), run.since is None
        return await asyncio.to_thread(give_up, run.ledger, source, clock(), failure, counts_day=counts_day)


def _log(result: SourceResult) -> None:
    logger.info(
        "source.fetched",
        extra={
            "source": result.source.id,
            "status": result.status,
            "reason": result.reason,
            "new": result.new,
            "changed": result.changed,
            "missing": result.missing,
            "seconds": round(result.seconds, 2),
        },
    )
