"""Entries of one fetch into items: identity, dates and revision decided once, here."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from hashlib import sha256

from config.programme import Outlet, Source
from models.messages import Item
from producers.dates import Order, deduce_order, read_claim
from producers.feeds import Entry
from producers.identity import identity, is_address, item_id

DIGEST = 24  # hexadecimal digits of a revision


def items(
    entries: Sequence[Entry], source: Source, outlet: Outlet, zone: tzinfo, fetched_at: datetime
) -> Iterator[Item | Entry]:
    """An item for each entry, or the entry itself when nothing tells what makes it itself."""
    shared = shared_pages(entries)
    order: Order = deduce_order(entry.date for entry in entries) or outlet.dates or "day-first"
    for entry in entries:
        enclosure = entry.enclosures[0].url if entry.enclosures else ""
        key = identity(outlet, entry.url, entry.guid, enclosure, shared=entry.url in shared)
        if key is None or not (entry.title or entry.lead or entry.text):
            yield entry
            continue
        claim = read_claim(entry.date, order, zone, fetched_at)
        item = Item(
            id=item_id(outlet, key),
            identity=key,
            revision="",
            outlet=outlet.id,
            source=source.id,
            url=entry.url if is_address(entry.url) else None,
            title=entry.title,
            lead=entry.lead,
            text=entry.text,
            claimed=claim.moment,
            date_text=entry.date,
            date_flag=claim.flag,
            fetched_at=fetched_at,
            guid=entry.guid,
            enclosures=entry.enclosures,
            categories=entry.categories,
        )
        yield item.model_copy(update={"revision": revision(item)})


def revision(item: Item) -> str:
    """A hash of what a reader would see: title, lead, text, date, form (counting.md, Revisions).

    A date beyond belief counts as written: its reading hangs on the time of the fetch.
    """
    date = item.claimed.isoformat() if item.claimed and not item.date_flag else item.date_text
    media = ",".join(sorted(enclosure.type for enclosure in item.enclosures))
    return sha256("\0".join((item.title, item.lead, item.text, date, media)).encode()).hexdigest()[:DIGEST]


def shared_pages(entries: Sequence[Entry]) -> set[str]:
    """Addresses that several entries with different guids or enclosures give: a programme's page, not a piece's."""
    pieces: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for entry in entries:
        pieces[entry.url].add((entry.guid, entry.enclosures[0].url if entry.enclosures else ""))
    counts = Counter({url: len(marks) for url, marks in pieces.items() if url})
    return {url for url, number in counts.items() if number > 1}
