"""From the entries of a source to items: identity, date and revision of each (counting.md)."""

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
class Maker:
    """Makes items of what one source shows. `local` is the programme's time zone."""

    source: Source
    outlet: Outlet
    order: Order
    local: tzinfo

    def item(self, entry: Entry, key: str, fetched_at: datetime, document_at: datetime | None = None) -> Item:
        """`key` as `identity` gives it; `document_at` where the document was fetched before it is read now."""
        claim = read_claim(entry.dates, self.order, self.local, fetched_at)
        return Item(
            id=item_id(self.outlet.id, key),
            identity=key,
            revision=revision(entry, claim.moment, self.source.form or entry.media),
            outlet=self.outlet.id,
            source=self.source.id,
            url=entry.url,
            title=entry.title,
            lead=entry.lead,
            text=entry.text,
            text_from="page" if entry.served_by else "feed",
            text_flag="text-missing" if entry.text_missing else None,
            served_by=entry.served_by,
            claimed=claim.moment,
            date_text=claim.text,
            date_flag=claim.flag,
            fetched_at=fetched_at,
            document_at=document_at or fetched_at,
            guid=entry.guid,
            enclosures=entry.enclosures,
            categories=entry.categories,
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry and the item that it makes as it stands in its source."""

    entry: Entry
    item: Item


@dataclass(frozen=True, slots=True)
class Normalised:
    shown: tuple[Shown, ...]  # one for each identity
    rejected: tuple[Rejected, ...]
    known: Known
    maker: Maker

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(each.item for each in self.shown)


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
    maker = Maker(source, outlet, order, local)
    shown: dict[str, Shown] = {}
    rejected = []
    for entry in entries:
        key = identity(outlet, entry, shared)
        if key is None or len(entry.as_json()) > LARGEST:
            rejected.append(_rejected(entry))
            continue
        one = Shown(entry, maker.item(entry, key, fetched_at))
        shown[one.item.id] = _winner(shown.get(one.item.id), one)
    learnt = Known(frozenset(shared), proven or known.order)
    return Normalised(tuple(shown.values()), tuple(rejected), learnt, maker)


def _winner(one: Shown | None, other: Shown) -> Shown:
    """Of two entries about one piece in one fetch: by content, never by place, so that an order of entries that
    changes from night to night publishes nothing."""
    if one is None:
        return other
    return max(one, other, key=lambda each: (each.item.date_flag is None, each.item.revision))


def _rejected(entry: Entry) -> Rejected:
    if entry.url and len(entry.url) > LONGEST:
        return Rejected(
            entry, "address-too-long", f"an address of {len(entry.url)} characters, at most {LONGEST}"
        )
    if (size := len(entry.as_json())) > LARGEST:
        return Rejected(entry, "too-large", f"{size} bytes, at most {LARGEST}")
    return Rejected(entry, "no-identity", "neither a page of its own, a guid nor an enclosure")
