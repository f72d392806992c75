"""Makes items from the entries of a source: identity, date and revision of each (counting.md)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from pydantic import ValidationError

from config.programme import Outlet, Source
from models.messages.item import Item
from models.messages.limits import (
    ADDRESS,
    ADDRESS_BYTES,
    CATEGORY,
    DATE_TEXT,
    GUID,
    ITEM_BYTES,
    LEAD,
    MOMENT,
    MOST_CATEGORIES,
    MOST_ENCLOSURES,
    TITLE,
    octets,
)
from models.tables.sources import Hints
from producers.item.dates import Order, proven_order, read_claim
from producers.item.distinguishing import learn
from producers.item.entry import Entry
from producers.item.identity import identity, item_id, title_of
from producers.item.revision import revision
from producers.state.source_hints import SourceHints

LONGEST_REASON = 500  # characters of the description of what is wrong with an entry


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that cannot become an item; it is published as a dead letter."""

    entry: Entry
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes items from the entries of one source. `local` is the programme's time zone."""

    source: Source
    outlet: Outlet
    order: Order
    local: tzinfo

    def item(self, entry: Entry, key: str, fetched_at: datetime, document_at: datetime | None = None) -> Item:
        """`key` is what `identity` returns; `document_at` is set where the document was fetched earlier than it is
        read."""
        entry = _within_limits(entry)
        claim = read_claim(entry.dates, self.order, self.local, fetched_at)
        return Item(
            id=item_id(self.outlet.id, key),
            identity=key,
            revision=revision(entry, claim.moment, self.source.form or entry.media),
            outlet=self.outlet.id,
            source=self.source.id,
            url=entry.url if entry.url and ADDRESS.allows(entry.url) else None,
            title=entry.title,
            lead=entry.lead,
            text=entry.text,
            text_from="page" if entry.served_by else "feed",
            text_flag="text-missing" if entry.text_missing else None,
            text_reason=entry.text_reason if entry.text_missing else "",
            served_by=entry.served_by,
            claimed=claim.moment if claim.moment and MOMENT.allows(claim.moment) else None,
            date_text=DATE_TEXT.cut(claim.text),
            date_flag=claim.flag,
            fetched_at=fetched_at,
            document_at=document_at or fetched_at,
            guid=entry.guid,
            enclosures=entry.enclosures,
            categories=entry.categories,
        )


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry, and the item that it makes as it appears in its source."""

    entry: Entry
    item: Item


@dataclass(frozen=True, slots=True)
class Normalised:
    """`collapsed` maps an item to the titles of the entries that are one item although their titles differ."""

    shown: tuple[ShownEntry, ...]  # one for each identity
    rejected: tuple[Rejected, ...]
    known: SourceHints
    maker: Maker
    collapsed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(each.item for each in self.shown)


def normalise(
    entries: Sequence[Entry],
    source: Source,
    outlet: Outlet,
    local: tzinfo,
    fetched_at: datetime,
    known: SourceHints,
) -> Normalised:
    """`local` is the programme's time zone. The order of the entries and repetitions among them change nothing."""
    dates = [text for entry in entries for text in entry.dates]
    proven = proven_order(dates)
    order = proven or outlet.dates or known.order or "day-first"
    known = replace(known, order=proven or known.order, lessons=learn(outlet, entries, known.lessons))
    maker = Maker(source, outlet, order, local)
    made, rejected = [], []
    for entry in entries:
        key = identity(outlet, entry, known.lessons)
        if key is None or len(entry.as_json()) > ITEM_BYTES:
            rejected.append(_rejected(entry))
            continue
        try:
            made.append(ShownEntry(entry, maker.item(entry, key, fetched_at)))
        except ValidationError as error:
            rejected.append(Rejected(entry, "not-this-schema", str(error)[:LONGEST_REASON]))
    known = _still_shown(made, outlet, known)
    shown: dict[str, ShownEntry] = {}
    titles: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for each in made:
        one = _as_published(each, outlet, known)
        shown[one.item.id] = _winner(shown.get(one.item.id), one)
        if title := title_of(one.entry):
            titles[one.item.id][title] = max(one.item.title, titles[one.item.id].get(title, ""))
    collapsed = {name: tuple(sorted(found.values())) for name, found in titles.items() if len(found) > 1}
    return Normalised(tuple(shown.values()), tuple(rejected), known, maker, collapsed)


def _as_published(one: ShownEntry, outlet: Outlet, known: SourceHints) -> ShownEntry:
    """A piece keeps the identity under which it was published, even where it would be given another one now."""
    if (key := known.aliases.get(one.item.id)) is None:
        return one
    named = {"id": item_id(outlet.id, key), "identity": key}
    return ShownEntry(one.entry, one.item.model_copy(update=named))


def _still_shown(made: Sequence[ShownEntry], outlet: Outlet, known: SourceHints) -> SourceHints:
    """Adds aliases for items that this source has shown in the same form under another identity, before this document
    distinguished them from others; it does not matter whether they were counted since."""
    aliases: dict[str, str] = {}
    for one in sorted(made, key=lambda each: each.item.identity) if known.lessons != known.before else ():
        key = identity(outlet, one.entry, known.before)
        if key is None or key == one.item.identity or one.item.id in known.aliases:
            continue
        taken = {*known.aliases.values(), *aliases.values()}
        if key not in taken and known.shown.get(item_id(outlet.id, key)) == one.item.revision:
            aliases[one.item.id] = key
    hints: Hints = {("alias", name): key for name, key in aliases.items()}
    return replace(known, aliases={**known.aliases, **aliases}, hints={**known.hints, **hints})


def _within_limits(entry: Entry) -> Entry:
    """Cuts what is too long to be genuine, and leaves out an enclosure whose address is too long."""
    if not _is_long(entry):
        return entry
    enclosures = [each for each in entry.enclosures if ADDRESS.allows(each.url)]
    return entry.model_copy(
        update={
            "title": TITLE.cut(entry.title),
            "lead": LEAD.cut(entry.lead),
            "guid": entry.guid if GUID.allows(entry.guid) else "",
            "enclosures": tuple(enclosures[:MOST_ENCLOSURES]),
            "categories": tuple(CATEGORY.cut(each) for each in entry.categories[:MOST_CATEGORIES]),
        }
    )


def _is_long(entry: Entry) -> bool:
    return not (
        TITLE.allows(entry.title)
        and LEAD.allows(entry.lead)
        and GUID.allows(entry.guid)
        and len(entry.enclosures) <= MOST_ENCLOSURES
        and len(entry.categories) <= MOST_CATEGORIES
        and all(CATEGORY.allows(each) for each in entry.categories)
        and all(ADDRESS.allows(each.url) for each in entry.enclosures)
    )


def _winner(one: ShownEntry | None, other: ShownEntry) -> ShownEntry:
    """Chooses one of two entries about one piece by content, never by position, so that an order of entries that
    changes every night publishes nothing."""
    if one is None:
        return other
    return max(one, other, key=lambda each: (each.item.date_flag is None, each.item.revision))


def _rejected(entry: Entry) -> Rejected:
    if entry.url and not ADDRESS.allows(entry.url):
        message = f"an address of {octets(entry.url)} bytes, at most {ADDRESS_BYTES}"
        return Rejected(entry, "address-too-long", message)
    if (size := len(entry.as_json())) > ITEM_BYTES:
        return Rejected(entry, "too-large", f"{size} bytes, at most {ITEM_BYTES}")
    return Rejected(entry, "no-identity", "neither a page of its own, a guid nor an enclosure")
