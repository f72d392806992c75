"""The flow: fetch each source and the pages of what is new in it, publish that, remember it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from config.programme import Programme, Source
from config.settings import Settings
from models.monotonic_time import not_before
from producers.archive import open_archive
from producers.desk import Desk
from producers.fetch import Fetcher
from producers.memory import open_memory
from producers.pace import visit
from producers.pages import Pages
from producers.publish import Publisher, open_publisher
from producers.readers import Readers
from producers.reading import Reading
from producers.reasons import concerns_all, unexpected
from producers.result import PollResult, SourceResult
from producers.robots_cache import open_robots
from producers.round import Round

__all__ = ["PollResult", "SourceResult", "poll"]
logger = logging.getLogger(__name__)


def poll(
    settings: Settings,
    programme: Programme,
    bootstrap: str,
    sources: Sequence[Source] | None = None,
    *,
    since: date | None = None,
    now: Callable[[], datetime] | None = None,
    publishing: Callable[[Settings, str], AbstractContextManager[Publisher]] = open_publisher,
    on_document: Callable[[Reading], None] = lambda _reading: None,
    on_result: Callable[[SourceResult], None] = lambda _result: None,
) -> PollResult:
    """Fetches `sources`, all of the programme when None; with `since`, walks each back to that day. `on_result` is called
    for each as it is done, `on_document` for each document of it.

    What is wrong with a source stands in its result. Raises BrokerError when the broker stays away, LantoaError when
    the database does; what was under way is fetched again next time.
    """
    chosen = tuple(programme.sources.values()) if sources is None else tuple(sources)
    results: list[SourceResult] = []
    with (
        open_memory(settings) as memory,
        open_robots(settings) as robots,
        publishing(settings, bootstrap) as publisher,
        open_archive(settings) as archive,
    ):
        desk = Desk(programme, memory, publisher, since)
        last = memory.last_fetch()

        def clock() -> datetime:
            nonlocal last
            last = not_before(now() if now else datetime.now(UTC), last)
            return last

        async def fetch_all() -> None:
            legacy = programme.legacy_tls_hosts
            async with Fetcher(settings, clock, robots=robots, legacy_tls=legacy) as fetcher:
                with Readers() as readers:
                    pages = Pages(fetcher, readers, archive)
                    each = Round(
                        fetcher,
                        pages,
                        readers,
                        desk,
                        memory,
                        archive=archive,
                        since=since,
                        on_document=on_document,
                    )

                    async def handle(source: Source) -> None:
                        result = await _by_itself(each, desk, source, clock)
                        _log(result)
                        results.append(result)
                        on_result(result)

                    await visit(chosen, lambda source: source.url, handle)

        asyncio.run(fetch_all())
    return PollResult(tuple(results), publisher.ends)


async def _by_itself(each: Round, desk: Desk, source: Source, clock: Callable[[], datetime]) -> SourceResult:
    """Whatever goes wrong with one source is that source's failure. Raises only what concerns all of them."""
    try:
        return await each.fetch(source)
    except Exception as error:
        if concerns_all(error):
            raise
        logger.exception("source.unexpected", extra={"source": source.id})
        return await asyncio.to_thread(desk.give_up, source, clock(), unexpected(error))


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
