"""Plans what of a fetched document is new, publishes it, and only then stores what the source showed (invariant
4)."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from config.errors import FetchError
from config.programme import Programme, Source
from models.messages.item import Item
from models.messages.topics import CORRECTIONS, SOURCES_FETCHED
from models.store.page_texts import PageText
from models.store.pending_pages import Pending
from models.store.source_state import Content, FetchState, SeenDocument, SourceStateRepository, StateUpdate
from producers.document_plan import DocumentPlan, RevisionCandidate
from producers.http.address import stated_ports
from producers.http.failure_codes import concerns_all
from producers.http.fetch import FEEDS, Fetched, Request
from producers.item.claims import AddressClaim, Settled, settle
from producers.item.entry import Entry
from producers.item.normalise import ShownEntry, normalise
from producers.item.same_text import Judged, judge, text_hash
from producers.page_fetcher import PageResult
from producers.parse.documents import Listing
from producers.publish import SPEAKER, Publisher
from producers.result import SourceResult, day_counts, source_fetched, source_result
from producers.state.changes import PublishedRevisions, compare, unpublished
from producers.state.source_hints import load_hints

MOST_PAGES = 500  # pages of one document in one night; the pages of a sitemap of 50,000 take a hundred nights
NIGHTS = 7  # nights on which an unreadable page is requested
AGAIN_AFTER = timedelta(hours=20)  # less than a day, so that the next night finds the page due
logger = logging.getLogger(__name__)


class SourceIngest:
    """Call `plan` for a fetched document, `publish_batch` for each of its batches in turn, then `finish`; only one
    caller at a time may publish or finish.

    With `since`, pieces of earlier days are ignored, and the day's volume is not recorded for the health of the
    source.
    """

    def __init__(
        self,
        programme: Programme,
        store: SourceStateRepository,
        publisher: Publisher,
        since: date | None = None,
    ) -> None:
        self._programme = programme
        self._since = since
        self._store = store
        self._publisher = publisher
        self._published = PublishedRevisions()

    def request(self, source: Source) -> Request:
        last = Content() if self._since else self._store.content(source.id, source.url)
        return Request(
            source.url,
            last.etag,
            last.last_modified,
            last.body_hash,
            accept=FEEDS,
            ports=stated_ports(source.url),
        )

    def plan(self, source: Source, fetched: Fetched, listing: Listing) -> DocumentPlan:
        outlet = self._programme.outlets[source.outlet]
        known = load_hints(self._store, source, outlet, listing.entries)
        found = normalise(
            listing.entries, source, outlet, self._programme.timezone, fetched.fetched_at, known
        )
        days = {item.id: self._day(item) for item in found.items}
        wanted = tuple(each for each in found.shown if not self._is_before(days[each.item.id]))
        found = replace(found, shown=wanted)
        changes = compare(found, source, self._store)
        plan = DocumentPlan(
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
            document=SeenDocument(days.keys(), found.collapsed, fetched.fetched_at),
            collapsed=len(found.collapsed),
        )
        self._choose_candidates(plan)
        return plan

    def publish_batch(
        self, plan: DocumentPlan, results: Sequence[tuple[RevisionCandidate, PageResult]], *, last: bool
    ) -> None:
        """Publishes the items and only then stores the new state. The last batch also stores what the document says
        besides its pieces."""
        texts = list(filter(None, (text_hash(each) for _, each in results)))
        outlet = plan.source.outlet
        judged = judge(outlet, plan.source.id, results, self._store.page_texts(outlet, texts))
        results = judged.results
        standing = [(candidate, each) for candidate, each in results if not (each.error and candidate.keeps)]
        items = [
            plan.maker.item(each.entry, candidate.identity, each.fetched_at) for candidate, each in standing
        ]
        before = self._store.items([item.id for item in items])
        publish = unpublished(items, before)
        plan.add(results, publish, before.keys())
        days = [day for day in (plan.newest, *map(self._day, items)) if day]
        plan.newest = max(days, default=None)
        self._publisher.publish(plan.source.id, publish, plan.changes.dead if last else ())
        settled = self._settled_claims(plan, standing, items)
        if settled.corrections:
            self._publisher.publish_messages(CORRECTIONS, settled.corrections, SPEAKER)
        update = self._update(plan, judged, publish, last=last)
        self._store.save(plan.source.id, replace(update, notes={**update.notes, **settled.notes}))
        self._published.add(publish)

    def _settled_claims(
        self,
        plan: DocumentPlan,
        standing: Sequence[tuple[RevisionCandidate, PageResult]],
        items: Sequence[Item],
    ) -> Settled:
        outlet = self._programme.outlets[plan.source.outlet]
        claims = [
            AddressClaim(item, page.canonical, day.isoformat())
            for (_candidate, page), item in zip(standing, items, strict=True)
            if page.canonical and (day := self._day(item))
        ]
        return settle(self._store, outlet, plan.lessons, claims)

    def finish(self, plan: DocumentPlan) -> SourceResult:
        """Publishes and stores the outcome of the source's fetch. `plan` is that of its first document, with the sums
        of all."""
        result = source_result(plan)
        self._publisher.publish_messages(SOURCES_FETCHED, [source_fetched(plan.fetched, result)], SPEAKER)
        self._store.save(plan.source.id, StateUpdate(), self._fetch_state(plan, result))
        return result

    def give_up(self, source: Source, at: datetime, error: FetchError) -> SourceResult:
        """Records a fetch that failed unexpectedly. What the source shows is read in full next time."""
        result = SourceResult(source, "failed", error.reason, f"{source.url}: {error}")
        fetched = Fetched(source.url, at, 0.0, error=error)
        day = None if self._since else day_counts(result, 0, self._programme.day(at))
        try:
            self._publisher.publish_messages(SOURCES_FETCHED, [source_fetched(fetched, result)], SPEAKER)
            self._store.save(
                source.id,
                StateUpdate(),
                FetchState(source.id, source.url, at, "failed", result.reason, result.message, counts=day),
            )
        except Exception as further:
            if concerns_all(further):
                raise
            logger.exception("source.unremembered", extra={"source": source.id})
        return result

    def _choose_candidates(self, plan: DocumentPlan) -> None:
        """An entry whose page another source of the outlet has shown already needs no revision (`quiet`). For every
        other entry that is fresh, or whose page is pending, the page is requested."""
        ids = [shown.item.id for shown in plan.changes.fresh]
        published, pending_attempts = self._store.items(ids), self._store.pending(ids)
        quiet, candidates = {}, {}
        for shown in plan.changes.fresh:
            name = shown.item.id
            wants_page, first_here = _wants_page(plan.source, shown), name not in plan.changes.known
            has_text = wants_page and name in published and name not in pending_attempts
            if has_text and first_here:
                quiet[name] = shown.item.revision
            else:
                candidates[name] = RevisionCandidate(
                    shown.entry,
                    shown.item.identity,
                    name,
                    shown.item.revision,
                    wants_page,
                    keeps=has_text,
                    failed=pending_attempts.get(name, 0)
                    if first_here
                    else 0,  # a changed entry starts with no failures
                    dated=shown.item.claimed.isoformat() if shown.item.claimed else shown.entry.modified,
                )
        for candidate in self._due(plan):
            candidates.setdefault(candidate.item_id, candidate)
        plan.quiet, plan.candidates = quiet, tuple(candidates.values())
        if not self._since:
            plan.leave_for_later(MOST_PAGES)

    def _due(self, plan: DocumentPlan) -> Iterator[RevisionCandidate]:
        for each in self._store.due_pages(plan.source.id, plan.fetched.fetched_at):
            entry = Entry.model_validate_json(each.entry)
            keeps = each.attempts > 0  # the item has a text already, unless that text is disputed
            yield RevisionCandidate(
                entry, each.identity, each.item_id, "", True, keeps=keeps, failed=each.attempts
            )

    def _update(
        self, plan: DocumentPlan, judged: Judged, publish: Sequence[Item], *, last: bool
    ) -> StateUpdate:
        results = judged.results
        failed = [(candidate, each.error) for candidate, each in results if each.error]
        pending = [
            _pending(plan, candidate, error) for candidate, error in failed if candidate.failed + 1 < NIGHTS
        ]
        pending += [_disputed(each, plan) for each in judged.disputed]
        retried = {each.item_id for each in pending}
        shown = {candidate.item_id: candidate.shown for candidate, _ in results if candidate.shown}
        return StateUpdate(
            entries={**plan.changes.notes, **plan.quiet, **shown} if last else shown,
            items={item.id: item.revision for item in publish if self._published.wins(item)},
            pending=pending,
            no_longer_pending=[
                candidate.item_id
                for candidate, _ in results
                if candidate.wants_page and candidate.item_id not in retried
            ],
            outlet=plan.source.outlet,
            notes=plan.notes,
            document=plan.document if last else None,
            texts=judged.texts,
        )

    def _fetch_state(self, plan: DocumentPlan, result: SourceResult) -> FetchState:
        """`content` stays unset after a partial answer, so that the server cannot answer `not modified` next time.
        The same holds where pieces were left for later, and for an index, which may stay the same while the documents
        that it names change."""
        fetched, content = plan.fetched, None
        if result.status == "ok" and not plan.is_index and not plan.left:
            etag, last_modified = fetched.headers.get("etag", ""), fetched.headers.get("last-modified", "")
            content = Content(etag, last_modified, sha256(fetched.body).hexdigest())
        return FetchState(
            plan.source.id,
            plan.source.url,
            fetched.fetched_at,
            result.status,
            result.reason,
            result.message,
            content,
            None if self._since else day_counts(result, plan.known, self._programme.day(fetched.fetched_at)),
        )

    def _day(self, item: Item) -> date | None:
        """Returns the day of the item; None where it is not known."""
        return self._programme.day(item.claimed) if item.claimed and not item.date_flag else None

    def _is_before(self, day: date | None) -> bool:
        return bool(day and self._since and day < self._since)


def _wants_page(source: Source, shown: ShownEntry) -> bool:
    has_page = shown.item.identity.startswith(("article:", "url:"))
    return source.text == "page" and source.kind != "podcast" and has_page and not shown.entry.is_audio


def _disputed(text: PageText, plan: DocumentPlan) -> Pending:
    """Returns a piece whose page now turns out to show the same text as other pages: its page is requested again at
    once."""
    at = plan.fetched.fetched_at
    return Pending(text.item_id, text.source_id, text.identity, text.entry, 0, at, "same-text")


def _pending(plan: DocumentPlan, candidate: RevisionCandidate, error: FetchError) -> Pending:
    logger.info(
        "page.failed",
        extra={
            "source": plan.source.id,
            "reason": error.reason,
            "attempt": candidate.failed + 1,
            "url": candidate.entry.url,
        },
    )
    return Pending(
        candidate.item_id,
        plan.source.id,
        candidate.identity,
        candidate.entry.model_dump_json(exclude_defaults=True),
        candidate.failed + 1,
        plan.fetched.fetched_at + AGAIN_AFTER,
        error.reason,
    )
