"""Publishes a batch of a document, and only then stores what the source showed (invariant 4)."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from config.errors import FetchError
from config.programme import Programme, Source
from models.messages.correction import Correction
from models.messages.item import Item
from models.messages.topics import CORRECTIONS
from models.store.page_texts import PageText
from models.store.pending_pages import Pending
from models.store.source_state import SourceStateRepository, StateUpdate
from producers.diff import day_of, unpublished
from producers.document_plan import Counts, DocumentPlan, RevisionCandidate
from producers.item.claims import AddressClaim, Settled, settle
from producers.item.normalise import Rejected
from producers.item.same_text import CandidatePage, Judged, judge, text_hash
from producers.publish import SPEAKER, Publisher

NIGHTS = 7  # nights on which an unreadable page is requested
AGAIN_AFTER = timedelta(hours=20)  # less than a day, so that the next night finds the page due
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where items are published and sources are remembered. `winners` holds of every item that this run published the
    winning revision: the greatest (fetched_at, revision), as downstream."""

    programme: Programme
    store: SourceStateRepository
    publisher: Publisher
    winners: dict[str, Item] = field(default_factory=dict)

    def wins(self, item: Item) -> bool:
        other = self.winners.get(item.id)
        return other is None or (item.fetched_at, item.revision) >= (other.fetched_at, other.revision)


def publish_batch(
    ledger: Ledger, plan: DocumentPlan, results: Sequence[CandidatePage], *, last: bool
) -> Counts:
    """Returns what the batch adds to the counters. The last batch also stores what the document says besides its
    pieces. Only one caller at a time may publish."""
    judged = _judged(ledger, plan, results)
    standing = [
        (candidate, each) for candidate, each in judged.results if not (each.error and candidate.keeps)
    ]
    items = [plan.maker.item(each.entry, candidate.identity, each.fetched_at) for candidate, each in standing]
    before = ledger.store.items([item.id for item in items])
    publish = unpublished(items, before)
    claims = _claims(ledger.programme, standing, items)
    settled = settle(ledger.store, ledger.programme.outlets[plan.source.outlet], plan.lessons, claims)
    won = [item for item in publish if ledger.wins(item)]
    update = _update(plan, judged, won, settled, last=last)
    dead = plan.dead if last else ()
    publish_then_remember(ledger, plan.source, publish, update, dead=dead, corrections=settled.corrections)
    ledger.winners.update({item.id: _bare(item) for item in won})
    return _counts(ledger.programme, judged.results, items, publish, before)


def publish_then_remember(
    ledger: Ledger,
    source: Source,
    items: Sequence[Item],
    update: StateUpdate,
    *,
    dead: Sequence[Rejected] = (),
    corrections: Sequence[Correction] = (),
) -> None:
    """Invariant 4: what is stored has been acknowledged by the broker."""
    ledger.publisher.publish(source.id, items, dead)
    if corrections:
        ledger.publisher.publish_messages(CORRECTIONS, corrections, SPEAKER)
    ledger.store.save(source.id, update)


def _judged(ledger: Ledger, plan: DocumentPlan, results: Sequence[CandidatePage]) -> Judged:
    outlet = plan.source.outlet
    texts = list(filter(None, (text_hash(each) for _, each in results)))
    return judge(outlet, plan.source.id, results, ledger.store.page_texts(outlet, texts))


def _claims(
    programme: Programme, standing: Sequence[CandidatePage], items: Sequence[Item]
) -> list[AddressClaim]:
    return [
        AddressClaim(item, page.canonical, day.isoformat())
        for (_candidate, page), item in zip(standing, items, strict=True)
        if page.canonical and (day := day_of(item, programme))
    ]


def _counts(
    programme: Programme,
    results: Sequence[CandidatePage],
    items: Sequence[Item],
    publish: Sequence[Item],
    before: Collection[str],
) -> Counts:
    """`before` are the items that were published before this batch."""
    new = sum(item.id not in before for item in publish)
    shown = {candidate.item_id for candidate, _ in results if candidate.shown}
    return Counts(
        new=new,
        changed=len(publish) - new,
        published=sum(item.id in shown for item in publish),
        undated=sum(item.date_flag is not None for item in publish),
        pages=sum(candidate.wants_page for candidate, _ in results),
        missing=sum(each.error is not None for _, each in results),
        drifted=sum(each.drifted for _, each in results),
        rest_seconds=max((each.rest_seconds for _, each in results), default=0.0),
        newest=max((day for item in items if (day := day_of(item, programme))), default=None),
    )


def _update(
    plan: DocumentPlan, judged: Judged, won: Sequence[Item], settled: Settled, *, last: bool
) -> StateUpdate:
    failed = [(candidate, each.error) for candidate, each in judged.results if each.error]
    pending = [
        _pending(plan, candidate, error) for candidate, error in failed if candidate.failed + 1 < NIGHTS
    ]
    pending += [_disputed(each, plan) for each in judged.disputed]
    retried = {each.item_id for each in pending}
    shown = {candidate.item_id: candidate.shown for candidate, _ in judged.results if candidate.shown}
    update = StateUpdate(
        entries=shown,
        items={item.id: item.revision for item in won},
        pending=pending,
        no_longer_pending=[
            candidate.item_id
            for candidate, _ in judged.results
            if candidate.wants_page and candidate.item_id not in retried
        ],
        outlet=plan.source.outlet,
        outlet_hints={**plan.outlet_hints, **settled.hints},
        texts=judged.texts,
    )
    return _with_document(update, plan) if last else update


def _with_document(update: StateUpdate, plan: DocumentPlan) -> StateUpdate:
    entries: Mapping[str, str] = {**plan.quiet, **update.entries}
    return replace(update, entries=entries, hints=plan.hints, document=plan.document)


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


def _disputed(text: PageText, plan: DocumentPlan) -> Pending:
    """Returns a piece whose page now turns out to show the same text as other pages: its page is requested again at
    once."""
    at = plan.fetched.fetched_at
    return Pending(text.item_id, text.source_id, text.identity, text.entry, 0, at, "same-text")


def _bare(item: Item) -> Item:
    """Returns the item without its texts, which a long run need not keep in memory."""
    return item.model_copy(update={"title": "", "lead": "", "text": "", "enclosures": (), "categories": ()})
