"""The desk where fetched sources arrive: what is new is published, and only then remembered (invariant 4)."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from config.errors import FetchError
from config.programme import Programme, Source
from models.messages import Item
from models.page_texts import PageText
from models.pending_pages import Pending
from models.topics import CORRECTIONS, SOURCES_FETCHED
from producers.address import stated_ports
from producers.changes import Published, compare, unpublished
from producers.claims import Claim, Settled, settle
from producers.documents import Listing
from producers.entry import Entry
from producers.fetch import FEEDS, Fetched, Request
from producers.lessons import recall
from producers.memory import Content, Document, Learnt, SourceMemory, State
from producers.normalise import Shown, normalise
from producers.pages import Told
from producers.publish import SPEAKER, Publisher
from producers.reading import Piece, Reading
from producers.reasons import concerns_all
from producers.result import SourceResult, day_counts, source_fetched, source_result
from producers.same_text import Judged, judge, text_hash

MOST_PAGES = 500  # of one document in one night; those of a map of 50,000 come in a hundred nights
NIGHTS = 7  # on which a page is tried
AGAIN_AFTER = timedelta(hours=20)  # so that the next night finds it due
logger = logging.getLogger(__name__)


class Desk:
    """`open` what was fetched, `take` its batches one after the other, then `close`; one caller at a time may take or close.

    `since`: pieces of days before it are left alone, and nothing is expected of a source by what it gives.
    """

    def __init__(
        self, programme: Programme, memory: SourceMemory, publisher: Publisher, since: date | None = None
    ) -> None:
        self._programme = programme
        self._since = since
        self._memory = memory
        self._publisher = publisher
        self._published = Published()

    def request(self, source: Source) -> Request:
        last = Content() if self._since else self._memory.content(source.id, source.url)
        return Request(
            source.url,
            last.etag,
            last.last_modified,
            last.body_hash,
            accept=FEEDS,
            ports=stated_ports(source.url),
        )

    def open(self, source: Source, fetched: Fetched, listing: Listing) -> Reading:
        outlet = self._programme.outlets[source.outlet]
        known = recall(self._memory, source, outlet, listing.entries)
        found = normalise(
            listing.entries, source, outlet, self._programme.timezone, fetched.fetched_at, known
        )
        days = {item.id: self._day(item) for item in found.items}
        wanted = tuple(each for each in found.shown if not self._is_before(days[each.item.id]))
        found = replace(found, shown=wanted)
        changes = compare(found, source, self._memory)
        reading = Reading(
            source,
            fetched,
            found.maker,
            changes,
            entries=len(listing.entries),
            items=len(found.shown),
            rejected=len(found.rejected),
            known=len(changes.known),
            is_index=bool(listing.more) and not listing.entries,
            more=listing.more,
            newest=max((day for day in days.values() if day), default=None),
            error=fetched.error or listing.problem,
            notes=found.known.notes,
            lessons=found.known.lessons,
            document=Document(days.keys(), found.collapsed, fetched.fetched_at),
            collapsed=len(found.collapsed),
        )
        self._plan(reading)
        return reading

    def take(self, reading: Reading, told: Sequence[tuple[Piece, Told]], *, last: bool) -> None:
        """Publishes, and only then remembers. The last batch carries what the document says beside its pieces."""
        texts = list(filter(None, (text_hash(each) for _, each in told)))
        outlet = reading.source.outlet
        judged = judge(outlet, reading.source.id, told, self._memory.page_texts(outlet, texts))
        told = judged.told
        standing = [(piece, each) for piece, each in told if not (each.error and piece.keeps)]
        items = [reading.maker.item(each.entry, piece.identity, each.fetched_at) for piece, each in standing]
        before = self._memory.items([item.id for item in items])
        publish = unpublished(items, before)
        reading.add(told, publish, before.keys())
        days = [day for day in (reading.newest, *map(self._day, items)) if day]
        reading.newest = max(days, default=None)
        self._publisher.publish(reading.source.id, publish, reading.changes.dead if last else ())
        settled = self._claimed(reading, standing, items)
        if settled.corrections:
            self._publisher.publish_messages(CORRECTIONS, settled.corrections, SPEAKER)
        learnt = self._learnt(reading, judged, publish, last=last)
        self._memory.save(reading.source.id, replace(learnt, notes={**learnt.notes, **settled.notes}))
        self._published.add(publish)

    def _claimed(
        self, reading: Reading, standing: Sequence[tuple[Piece, Told]], items: Sequence[Item]
    ) -> Settled:
        outlet = self._programme.outlets[reading.source.outlet]
        claims = [
            Claim(item, told.canonical, day.isoformat())
            for (_piece, told), item in zip(standing, items, strict=True)
            if told.canonical and (day := self._day(item))
        ]
        return settle(self._memory, outlet, reading.lessons, claims)

    def close(self, reading: Reading) -> SourceResult:
        """The outcome of the source's fetch: `reading` is of its first document, with the sums of all."""
        result = source_result(reading)
        self._publisher.publish_messages(SOURCES_FETCHED, [source_fetched(reading.fetched, result)], SPEAKER)
        self._memory.save(reading.source.id, Learnt(), self._state(reading, result))
        return result

    def give_up(self, source: Source, at: datetime, error: FetchError) -> SourceResult:
        """A source of which nothing can be said but that its fetch ended so. What it shows is read anew next time."""
        result = SourceResult(source, "failed", error.reason, f"{source.url}: {error}")
        fetched = Fetched(source.url, at, 0.0, error=error)
        day = None if self._since else day_counts(result, 0, self._programme.day(at))
        try:
            self._publisher.publish_messages(SOURCES_FETCHED, [source_fetched(fetched, result)], SPEAKER)
            self._memory.save(
                source.id,
                Learnt(),
                State(source.id, source.url, at, "failed", result.reason, result.message, counts=day),
            )
        except Exception as further:
            if concerns_all(further):
                raise
            logger.exception("source.unremembered", extra={"source": source.id})
        return result

    def _plan(self, reading: Reading) -> None:
        """What another source of the outlet has shown with its page is quiet; the page of everything else that is fresh,
        or waits for it, is asked for."""
        ids = [shown.item.id for shown in reading.changes.fresh]
        published, waiting = self._memory.items(ids), self._memory.pending(ids)
        quiet, pieces = {}, {}
        for shown in reading.changes.fresh:
            name = shown.item.id
            wants_page, first_here = _wants_page(reading.source, shown), name not in reading.changes.known
            stands = wants_page and name in published and name not in waiting
            if stands and first_here:
                quiet[name] = shown.item.revision
            else:
                pieces[name] = Piece(
                    shown.entry,
                    shown.item.identity,
                    name,
                    shown.item.revision,
                    wants_page,
                    keeps=stands,
                    failed=waiting.get(name, 0) if first_here else 0,  # a changed entry begins anew
                    dated=shown.item.claimed.isoformat() if shown.item.claimed else shown.entry.modified,
                )
        for piece in self._due(reading):
            pieces.setdefault(piece.item_id, piece)
        reading.quiet, reading.pieces = quiet, tuple(pieces.values())
        if not self._since:
            reading.leave_for_later(MOST_PAGES)

    def _due(self, reading: Reading) -> Iterator[Piece]:
        for each in self._memory.due_pages(reading.source.id, reading.fetched.fetched_at):
            entry = Entry.model_validate_json(each.entry)
            keeps = each.attempts > 0  # a text that stands, unless it is disputed
            yield Piece(entry, each.identity, each.item_id, "", True, keeps=keeps, failed=each.attempts)

    def _learnt(self, reading: Reading, judged: Judged, publish: Sequence[Item], *, last: bool) -> Learnt:
        told = judged.told
        failed = [(piece, each.error) for piece, each in told if each.error]
        pending = [_pending(reading, piece, error) for piece, error in failed if piece.failed + 1 < NIGHTS]
        pending += [_disputed(each, reading) for each in judged.disputed]
        waits = {each.item_id for each in pending}
        shown = {piece.item_id: piece.shown for piece, _ in told if piece.shown}
        return Learnt(
            entries={**reading.changes.notes, **reading.quiet, **shown} if last else shown,
            items={item.id: item.revision for item in publish if self._published.wins(item)},
            pending=pending,
            told=[piece.item_id for piece, _ in told if piece.wants_page and piece.item_id not in waits],
            outlet=reading.source.outlet,
            notes=reading.notes,
            document=reading.document if last else None,
            texts=judged.texts,
        )

    def _state(self, reading: Reading, result: SourceResult) -> State:
        """A server that has given a part only must not answer `not modified` next time; nor one of whose pieces some are left
        for later, or whose index may stay the same while what it names does not."""
        fetched, content = reading.fetched, None
        if result.status == "ok" and not reading.is_index and not reading.left:
            etag, last_modified = fetched.headers.get("etag", ""), fetched.headers.get("last-modified", "")
            content = Content(etag, last_modified, sha256(fetched.body).hexdigest())
        return State(
            reading.source.id,
            reading.source.url,
            fetched.fetched_at,
            result.status,
            result.reason,
            result.message,
            content,
            None
            if self._since
            else day_counts(result, reading.known, self._programme.day(fetched.fetched_at)),
        )

    def _day(self, item: Item) -> date | None:
        """None where it is not known."""
        return self._programme.day(item.claimed) if item.claimed and not item.date_flag else None

    def _is_before(self, day: date | None) -> bool:
        return bool(day and self._since and day < self._since)


def _wants_page(source: Source, shown: Shown) -> bool:
    has_page = shown.item.identity.startswith(("article:", "url:"))
    return source.text == "page" and source.kind != "podcast" and has_page and not shown.entry.is_audio


def _disputed(text: PageText, reading: Reading) -> Pending:
    """A piece that was told by a page which now turns out to show the same to others: its page is asked for at once."""
    at = reading.fetched.fetched_at
    return Pending(text.item_id, text.source_id, text.identity, text.entry, 0, at, "same-text")


def _pending(reading: Reading, piece: Piece, error: FetchError) -> Pending:
    logger.info(
        "page.failed",
        extra={
            "source": reading.source.id,
            "reason": error.reason,
            "attempt": piece.failed + 1,
            "url": piece.entry.url,
        },
    )
    return Pending(
        piece.item_id,
        reading.source.id,
        piece.identity,
        piece.entry.model_dump_json(exclude_defaults=True),
        piece.failed + 1,
        reading.fetched.fetched_at + AGAIN_AFTER,
        error.reason,
    )
