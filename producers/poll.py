"""The flow: fetch each source, read its feed, normalise the entries, publish what is new or changed."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from config.errors import FeedError, FetchError
from config.programme import Programme, Source
from config.settings import Settings
from models.clock import not_before
from producers.address import stated_ports
from producers.changes import Changes, Published, compare, recall
from producers.feeds import Feed, read_feed
from producers.fetch import FEEDS, Fetched, Fetcher, Request
from producers.memory import Content, SourceMemory, State, open_memory
from producers.normalise import normalise
from producers.pace import visit
from producers.publish import Publisher, open_publisher
from producers.result import PollResult, SourceResult, day_counts, source_fetched, source_result
from producers.robots_cache import open_robots

__all__ = ["PollResult", "SourceResult", "poll"]
logger = logging.getLogger(__name__)


def poll(
    settings: Settings,
    programme: Programme,
    bootstrap: str,
    sources: Sequence[Source] | None = None,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    on_result: Callable[[SourceResult], None] = lambda _result: None,
) -> PollResult:
    """Fetches `sources`, all of the programme when None. `on_result` is called for each as it is done.

    What is wrong with a source stands in its result. Raises BrokerError when the broker stays away, LantoaError when
    the database does; what was under way is fetched again next time.
    """
    chosen = tuple(programme.sources.values()) if sources is None else tuple(sources)
    results: list[SourceResult] = []
    with (
        open_memory(settings) as memory,
        open_robots(settings) as robots,
        open_publisher(settings, bootstrap) as publisher,
    ):
        desk = _Desk(programme, memory, publisher)
        last = memory.last_fetch()

        def clock() -> datetime:
            nonlocal last
            last = not_before(now(), last)
            return last

        async def fetch_all() -> None:
            one_at_a_time = asyncio.Lock()
            legacy = programme.legacy_tls_hosts
            async with Fetcher(settings, clock, robots=robots, legacy_tls=legacy) as fetcher:

                async def handle(source: Source) -> None:
                    fetched = await fetcher.fetch(desk.request(source))
                    async with one_at_a_time:
                        result = await asyncio.to_thread(desk.take, source, fetched)
                    results.append(result)
                    on_result(result)

                await visit(chosen, lambda source: source.url, handle)

        asyncio.run(fetch_all())
    return PollResult(tuple(results), publisher.ends)


@dataclass(frozen=True, slots=True)
class _Read:
    """`error` beside entries: a part could be read."""

    entries: int = 0
    changes: Changes = field(default_factory=Changes)
    error: FetchError | None = None


class _Desk:
    """Where fetched sources arrive, one at a time."""

    def __init__(self, programme: Programme, memory: SourceMemory, publisher: Publisher) -> None:
        self._programme = programme
        self._memory = memory
        self._publisher = publisher
        self._published = Published()

    def request(self, source: Source) -> Request:
        last = self._memory.content(source.id, source.url)
        return Request(
            source.url,
            last.etag,
            last.last_modified,
            last.body_hash,
            accept=FEEDS,
            ports=stated_ports(source.url),
        )

    def take(self, source: Source, fetched: Fetched) -> SourceResult:
        """Read, publish, and only then remember (invariant 4)."""
        read = self._read(source, fetched)
        result = source_result(source, fetched, read.entries, read.changes, read.error)
        self._publisher.publish(read.changes.publish, read.changes.dead, source_fetched(fetched, result))
        counts = day_counts(result, read.changes.known, self._programme.day(fetched.fetched_at))
        state = replace(_state(source, fetched, result), counts=counts)
        self._memory.save(state, read.changes.entries, read.changes.items)
        self._published.add(read.changes.publish)
        logger.info(
            "source.fetched source=%s status=%s reason=%s new=%d changed=%d seconds=%.2f",
            result.source.id, result.status, result.reason, result.new, result.changed, result.seconds,
        )  # fmt: skip
        return result

    def _read(self, source: Source, fetched: Fetched) -> _Read:
        if fetched.error or fetched.not_modified:
            return _Read(error=fetched.error)
        try:
            feed = read_feed(fetched.body, fetched.headers.get("content-type", ""), fetched.address)
            return _Read(len(feed.entries), self._compare(feed, source, fetched), feed.problem)
        except FetchError as error:
            return _Read(error=error)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, MemoryError) as error:
            logger.exception("source.unreadable source=%s", source.id)  # ours to mend; the others go on
            return _Read(error=FeedError("unreadable", f"{type(error).__name__}: {error}"))

    def _compare(self, feed: Feed, source: Source, fetched: Fetched) -> Changes:
        programme = self._programme
        outlet = programme.outlets[source.outlet]
        known = recall(self._memory, source, outlet, feed.entries)
        found = normalise(feed.entries, source, outlet, programme.timezone, fetched.fetched_at, known)
        return compare(found, source, outlet, self._memory, self._published)


def _state(source: Source, fetched: Fetched, result: SourceResult) -> State:
    """A server that has given a part only must not answer `not modified` next time."""
    headers = fetched.headers
    content = None
    if result.status == "ok":
        etag, last_modified = headers.get("etag", ""), headers.get("last-modified", "")
        content = Content(etag, last_modified, sha256(fetched.body).hexdigest())
    return State(
        source.id,
        source.url,
        fetched.fetched_at,
        result.status,
        result.reason,
        result.message,
        content,
    )
