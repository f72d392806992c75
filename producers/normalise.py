"""From the entries of a feed to items: identity, date and revision of each (counting.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from config.programme import Outlet, Source
from models.messages import Item
from producers.dates import Order, proven_order, read_claim
from producers.entry import Entry
from producers.identity import LONGEST, identity, item_id, shared_pages
from producers.revision import revision

LARGEST = (
    800_000  # bytes of an entry: Kafka takes messages of up to 1 MiB, and what the rules add must fit too
)


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that cannot be an item: it ends in the dead letters."""

    entry: Entry
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier fetches of a source found out about it."""

    shared_pages: frozenset[str] = frozenset()
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Normalised:
    items: tuple[Item, ...]  # one for each identity
    rejected: tuple[Rejected, ...]
    known: Known


def normalise(
    entries: Sequence[Entry],
    source: Source,
    outlet: Outlet,
    local: tzinfo,
    fetched_at: datetime,
    known: Known,
) -> Normalised:
    """`local` is the programme's time zone. Order of the entries and repetition among them change nothing."""
    dates = [text for entry in entries for text in entry.dates]
    proven = proven_order(dates)
    order = proven or outlet.dates or known.order or "day-first"
    shared = known.shared_pages | shared_pages(outlet, entries)
    items: dict[str, Item] = {}
    rejected = []
    for entry in entries:
        key = identity(outlet, entry, shared)
        if key is None or len(entry.as_json()) > LARGEST:
            rejected.append(_rejected(entry))
            continue
        item = _item(entry, key, source, outlet, order, local, fetched_at)
        items[item.id] = _winner(items.get(item.id), item)
    return Normalised(tuple(items.values()), tuple(rejected), Known(frozenset(shared), proven or known.order))


def _item(
    entry: Entry, key: str, source: Source, outlet: Outlet, order: Order, local: tzinfo, fetched_at: datetime
) -> Item:
    claim = read_claim(entry.dates, order, local, fetched_at)
    return Item(
        id=item_id(outlet.id, key),
        identity=key,
        revision=revision(entry, claim.moment, source.form or entry.media),
        outlet=outlet.id,
        source=source.id,
        url=entry.url,
        title=entry.title,
        lead=entry.lead,
        text=entry.text,
        claimed=claim.moment,
        date_text=claim.text,
        date_flag=claim.flag,
        fetched_at=fetched_at,
        guid=entry.guid,
        enclosures=entry.enclosures,
        categories=entry.categories,
    )


def _winner(one: Item | None, other: Item) -> Item:
    """Of two entries about one piece in one fetch: by content, never by place, so that an order of entries that
    changes from night to night publishes nothing."""
    if one is None:
        return other
    return max(one, other, key=lambda item: (item.date_flag is None, item.revision))


def _rejected(entry: Entry) -> Rejected:
    if entry.url and len(entry.url) > LONGEST:
        return Rejected(
            entry, "address-too-long", f"an address of {len(entry.url)} characters, at most {LONGEST}"
        )
    if (size := len(entry.as_json())) > LARGEST:
        return Rejected(entry, "too-large", f"{size} bytes, at most {LARGEST}")
    return Rejected(entry, "no-identity", "neither a page of its own, a guid nor an enclosure")
