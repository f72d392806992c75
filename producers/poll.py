"""The flow: each source is fetched, read, normalised and published; then, and only then, its state moves on."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from config.errors import FetchError
from config.programme import Programme, Source
from config.settings import Settings
from models.database import make_engine
from models.messages import Item, SourceFetched
from models.tables import SourceState
from producers.feeds import Entry, read_feed
from producers.fetch import Fetched, Fetcher
from producers.items import items
from producers.memory import Left, Memory
from producers.pace import by_host
from producers.publish import Ends, Publisher

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What became of one source. `seconds` is the time of the fetch."""

    source: Source
    status: Literal["ok", "not-modified", "failed"]
    reason: str = ""
    message: str = ""
    entries: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PollResult:
    """`published` tells, for each (topic, partition) written to, the offset behind the last message."""

    results: tuple[SourceResult, ...]
    published: Ends


@dataclass(frozen=True, slots=True)
class _Visit:
    source: Source
    left: Left
    fetched: Fetched | FetchError
    at: datetime
    seconds: float


def now_in_utc() -> datetime:
    return datetime.now(UTC)


def poll(
    settings: Settings,
    programme: Programme,
    bootstrap: str,
    sources: Sequence[Source] | None = None,
    *,
    now: Clock = now_in_utc,
    on_result: Callable[[SourceResult], None] = lambda _result: None,
) -> PollResult:
    """Fetches the sources, all of them by default. One that fails disturbs no other. Raises BrokerError."""
    engine = make_engine(settings)
    memory = Memory(engine)
    results = []
    try:
        with Fetcher(settings) as fetcher, Publisher(settings, bootstrap) as publisher:
            chosen = list(programme.sources.values()) if sources is None else list(sources)
            for visit in by_host(chosen, settings.host_delay, lambda s: _visit(s, fetcher, memory, now)):
                results.append(_settle(visit, programme, memory, publisher))
                on_result(results[-1])
            return PollResult(tuple(results), dict(publisher.ends))
    finally:
        engine.dispose()


def _visit(source: Source, fetcher: Fetcher, memory: Memory, now: Clock) -> _Visit:
    began, at, left = time.monotonic(), now(), memory.left(source.id, source.url)
    fetched: Fetched | FetchError
    try:
        fetched = fetcher.fetch(source.url, left.etag, left.last_modified)
    except FetchError as error:
        fetched = error
    return _Visit(source, left, fetched, at, time.monotonic() - began)


def _settle(visit: _Visit, programme: Programme, memory: Memory, publisher: Publisher) -> SourceResult:
    try:
        result = _publish(visit, programme, memory, publisher)
    except FetchError as error:
        memory.failed(visit.source.id, visit.source.url, visit.at, error.reason, str(error))
        result = SourceResult(visit.source, "failed", error.reason, str(error), seconds=visit.seconds)
    publisher.fetched(_report(result, visit.at))
    publisher.confirm()
    logger.info(
        "source.fetched source=%s status=%s new=%d changed=%d unchanged=%d reason=%s seconds=%.2f",
        result.source.id, result.status, result.new, result.changed, result.unchanged, result.reason, result.seconds,
    )  # fmt: skip
    return result


def _publish(visit: _Visit, programme: Programme, memory: Memory, publisher: Publisher) -> SourceResult:
    """Raises FetchError when there is nothing to publish because of the source."""
    source, fetched = visit.source, visit.fetched
    if isinstance(fetched, FetchError):
        raise fetched
    if fetched.body is None or sha256(fetched.body).hexdigest() == visit.left.body_hash:
        memory.move_on(_state(visit, fetched, visit.left.body_hash, "not-modified"), (), ())
        return SourceResult(source, "not-modified", seconds=visit.seconds)
    entries = read_feed(fetched.body, fetched.url, {"content-type": fetched.content_type})
    read = list(items(entries, source, programme.outlets[source.outlet], programme.timezone, visit.at))
    shown = _distinct(one for one in read if isinstance(one, Item))
    seen = memory.seen_by(source.id, list(shown))
    published = memory.published(list(shown))
    fresh = [item for item in shown.values() if seen.get(item.id) != item.revision]
    sent = [item for item in fresh if published.get(item.id) != item.revision]
    publisher.items(sent)
    rejected = [one for one in read if isinstance(one, Entry)]
    for entry in rejected:
        publisher.rejected(
            source.id, entry, "no-identity", "neither address, guid nor enclosure, or no text at all"
        )
    publisher.confirm()
    memory.move_on(_state(visit, fetched, sha256(fetched.body).hexdigest(), "ok"), fresh, sent)
    new = sum(item.id not in published for item in sent)
    result = SourceResult(source, "ok", entries=len(entries), rejected=len(rejected), seconds=visit.seconds)
    return replace(result, new=new, changed=len(sent) - new, unchanged=len(shown) - len(sent))


def _distinct(read: Iterable[Item]) -> dict[str, Item]:
    """An item that stands twice in one feed is the revision that would win anyway (counting.md, Revisions)."""
    found: dict[str, Item] = {}
    for item in read:
        if item.id not in found or item.revision > found[item.id].revision:
            found[item.id] = item
    return found


def _state(visit: _Visit, fetched: Fetched, body_hash: str, status: str) -> SourceState:
    return SourceState(
        source_id=visit.source.id,
        url=visit.source.url,
        etag=fetched.etag or (visit.left.etag if fetched.body is None else ""),
        last_modified=fetched.last_modified or (visit.left.last_modified if fetched.body is None else ""),
        body_hash=body_hash,
        fetched_at=visit.at,
        status=status,
        reason="",
        message="",
    )


def _report(result: SourceResult, at: datetime) -> SourceFetched:
    return SourceFetched(
        source=result.source.id,
        outlet=result.source.outlet,
        status=result.status,
        reason=result.reason,
        message=result.message,
        fetched_at=at,
        seconds=round(result.seconds, 3),
        entries=result.entries,
        new=result.new,
        changed=result.changed,
        unchanged=result.unchanged,
        rejected=result.rejected,
    )
