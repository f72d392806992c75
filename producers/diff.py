"""What is new in a document, compared with what was seen before: a pure function."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256

from config.programme import Programme, Source
from models.messages.item import Item
from models.store.pending_pages import Pending
from models.store.source_state import SeenBefore, SeenDocument
from models.tables.sources import HintKind
from producers.document_plan import Counts, DocumentPlan, RevisionCandidate
from producers.http.fetch import Fetched
from producers.item.entry import Entry
from producers.item.normalise import Normalised, Rejected, ShownEntry
from producers.parse.documents import Listing

MOST_PAGES = 500  # pages of one document in one night; the pages of a sitemap of 50,000 take a hundred nights


def diff(
    found: Normalised,
    seen: SeenBefore,
    fetched: Fetched,
    listing: Listing,
    programme: Programme,
    since: date | None,
) -> DocumentPlan:
    """Splits the entries into those whose revision this source has shown before and fresh ones; of these, those that are
    to become a revision, with the pages that are due. With `since`, pieces of earlier days are ignored."""
    source = found.maker.source
    days = {item.id: day_of(item, programme) for item in found.items}
    wanted = [each for each in found.shown if not _is_before(days[each.item.id], since)]
    fresh = [each for each in wanted if seen.entries.get(each.item.id) != each.item.revision]
    quiet, candidates = _split(source, fresh, seen)
    left = 0
    if since is None:
        candidates, left = _newest(candidates, MOST_PAGES)
    dead = dead_names(found)
    hints: dict[tuple[HintKind, str], str] = {("dead", name): each.reason for name, each in dead.items()}
    if found.known.order:
        hints["dates", ""] = found.known.order
    return DocumentPlan(
        fetched=fetched,
        maker=found.maker,
        counts=Counts(
            entries=len(listing.entries),
            items=len(wanted),
            rejected=len(found.rejected),
            known=sum(each.item.id in seen.entries for each in wanted),
            left=left,
            collapsed=len(found.collapsed),
            newest=max((day for day in days.values() if day), default=None),
        ),
        is_index=bool(listing.more) and not listing.entries,
        more=listing.more,
        error=fetched.error or listing.problem,
        lessons=found.known.lessons,
        hints=hints,
        outlet_hints=found.known.hints,
        document=SeenDocument(days.keys(), found.collapsed, fetched.fetched_at),
        candidates=candidates,
        quiet=quiet,
        dead=tuple(rejected for name, rejected in dead.items() if name not in seen.reported),
    )


def day_of(item: Item, programme: Programme) -> date | None:
    """Returns the day of the item; None where it is not known."""
    return programme.day(item.claimed) if item.claimed and not item.date_flag else None


def dead_names(found: Normalised) -> dict[str, Rejected]:
    """Rejected entries by the hash under which they are known."""
    return {sha256(each.entry.as_json()).hexdigest()[:20]: each for each in found.rejected}


def unpublished(items: Sequence[Item], published: Mapping[str, str]) -> tuple[Item, ...]:
    """Returns the items whose revision is not the published one. `published` maps an item to its current revision,
    which another source may have published."""
    return tuple(item for item in items if published.get(item.id) != item.revision)


def _is_before(day: date | None, since: date | None) -> bool:
    return bool(day and since and day < since)


def _split(
    source: Source, fresh: Sequence[ShownEntry], seen: SeenBefore
) -> tuple[dict[str, str], list[RevisionCandidate]]:
    """An entry whose page another source of the outlet has shown already needs no revision (quiet). For every other
    entry that is fresh, or whose page is pending, the page is requested."""
    quiet: dict[str, str] = {}
    candidates: dict[str, RevisionCandidate] = {}
    for shown in fresh:
        name = shown.item.id
        wants_page, first_here = _wants_page(source, shown), name not in seen.entries
        has_text = wants_page and name in seen.published and name not in seen.attempts
        if has_text and first_here:
            quiet[name] = shown.item.revision
        else:
            # a changed entry starts with no failures
            failed = seen.attempts.get(name, 0) if first_here else 0
            candidates[name] = _candidate(shown, wants_page=wants_page, keeps=has_text, failed=failed)
    for pending in seen.due:
        candidates.setdefault(pending.item_id, _of_pending(pending))
    return quiet, list(candidates.values())


def _candidate(shown: ShownEntry, *, wants_page: bool, keeps: bool, failed: int) -> RevisionCandidate:
    item = shown.item
    dated = item.claimed.isoformat() if item.claimed else shown.entry.modified
    return RevisionCandidate(
        shown.entry,
        item.identity,
        item.id,
        item.revision,
        wants_page,
        keeps=keeps,
        failed=failed,
        dated=dated,
    )


def _of_pending(pending: Pending) -> RevisionCandidate:
    entry = Entry.model_validate_json(pending.entry)
    keeps = pending.attempts > 0  # the item has a text already, unless that text is disputed
    return RevisionCandidate(
        entry, pending.identity, pending.item_id, "", True, keeps=keeps, failed=pending.attempts
    )


def _newest(candidates: Sequence[RevisionCandidate], most: int) -> tuple[list[RevisionCandidate], int]:
    """Keeps this many pages, those of the newest pieces. Of the others, which are left for another night, it counts those
    that the source shows now."""
    asking = sorted(
        (candidate for candidate in candidates if candidate.wants_page),
        key=lambda candidate: candidate.dated,
        reverse=True,
    )
    later = {candidate.item_id for candidate in asking[most:]}
    left = sum(bool(candidate.shown) for candidate in asking[most:])
    return [candidate for candidate in candidates if candidate.item_id not in later], left


def _wants_page(source: Source, shown: ShownEntry) -> bool:
    has_page = shown.item.identity.startswith(("article:", "url:"))
    return source.text == "page" and source.kind != "podcast" and has_page and not shown.entry.is_audio
