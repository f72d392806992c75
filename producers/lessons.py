"""What the documents of an outlet have shown before, and under which identity a piece stands that was published by other rules.

All of it stands in the items themselves: it is read from them again where it was forgotten (after a replay), and whenever
a document shows something new, so that an id that was given stays.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from config.programme import Outlet, Source
from models.messages import Enclosure
from models.pieces import Published
from producers.dates import ORDERS, Order
from producers.entry import Entry
from producers.identity import (
    entry_page_key,
    file_key,
    guid_is_page,
    has_guid,
    identity,
    item_id,
    page_key,
)
from producers.marks import is_fleeting
from producers.memory import ALIAS, LESSON, RULES, SourceMemory
from producers.spelling import FRAGMENT, spelt
from producers.telling import learn

ORDER = "dates"  # notes among a source's entries; no item id looks like these
VERSION = "3"  # of the rules by which an outlet's items were looked through


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier fetches of a source and of its outlet found out. `before`: the lessons without this document's.
    `aliases`: the id that a piece would have → the identity under which it stands. `shown`: item → the revision that
    this source showed last. `notes` are to be remembered of the outlet."""

    lessons: frozenset[str] = frozenset()
    order: Order | None = None
    before: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def recall(memory: SourceMemory, source: Source, outlet: Outlet, entries: Collection[Entry]) -> Known:
    """Of what concerns these entries, and what they show themselves."""
    noted = memory.notes(outlet.id)
    stored = frozenset(text for name, text in noted.items() if name.startswith(LESSON))
    forgotten = noted.get(RULES) != VERSION
    published = list(memory.published(outlet.id)) if forgotten else []
    before = stored.union(_legacy(memory, outlet, entries)) | lessons_of(outlet, published)
    lessons = learn(outlet, entries, before)
    learnt = lessons != stored
    if learnt and not forgotten:
        published = list(memory.published(outlet.id))
    fresh = aliases_of(outlet, published, lessons) if published else {}
    keys = {key for entry in entries if (key := identity(outlet, entry, lessons))}
    wanted = {item_id(outlet.id, key) for key in keys}
    old = {item_id(outlet.id, key) for entry in entries if (key := identity(outlet, entry, before))} - wanted
    shown = memory.entries(source.id, [ORDER, *old])
    return Known(
        lessons=lessons,
        order=next((order for order in ORDERS if order == shown.get(ORDER)), None),
        before=before,
        aliases={**memory.aliases(outlet.id, wanted), **fresh},
        shown=shown,
        notes=_notes(lessons - stored, fresh, forgotten=forgotten),
    )


def lessons_of(outlet: Outlet, published: Sequence[Published]) -> frozenset[str]:
    """What the identities of published items say that was learnt before they were given."""
    lessons: set[str] = set()
    doubtful: defaultdict[str, list[Entry]] = defaultdict(list)
    for each in published:
        kind, _colon, key = each.identity.partition(":")
        entry = entry_of(each)
        if kind == "url":
            fleeting = list(_told_in(key, outlet, lessons))
            for place in fleeting:
                doubtful[place].append(entry.model_copy(update={"url": f"http://{key}"}))
            if entry.is_audio and not guid_is_page(outlet, entry):
                lessons |= _void_file(outlet, entry)
        elif kind in {"enclosure", "title"}:
            if has_guid(outlet, entry):
                lessons.add(f"void:{entry.guid}")
            if kind == "title":
                lessons |= _void_file(outlet, entry)
            else:
                found = spelt(f"http://{key}", outlet)
                lessons |= {f"tells-file:{name}@{found.written()}" for name in found.marks}
    for entries in doubtful.values():  # earlier rules kept such marks of every address
        lessons |= {lesson for lesson in learn(outlet, entries) if lesson.startswith("tells:")}
    return frozenset(lessons.union(_shared_by(outlet, published, lessons)))


def _void_file(outlet: Outlet, entry: Entry) -> set[str]:
    """Of an item that would be known by its enclosure, if that were its own."""
    file = None if has_guid(outlet, entry) else file_key(outlet, entry)
    return {f"void-file:{file}"} if file else set()


def _told_in(address: str, outlet: Outlet, lessons: set[str]) -> Iterator[str]:
    """Adds the marks in an item's canonical address to the lessons; gives the place of those that may stand in it for
    another reason."""
    found = spelt(f"http://{address}", outlet)
    for name, value in found.says.items():
        if name != FRAGMENT and is_fleeting(name, value):
            yield found.written()
        else:
            everywhere = name != FRAGMENT and any(c.isdigit() for c in value)
            lessons.add(f"tells:{name}" if everywhere else f"tells:{name}@{found.written()}")


def _shared_by(outlet: Outlet, published: Iterable[Published], lessons: Collection[str]) -> Iterator[str]:
    """Pages whose items are known by something else."""
    for each in published:
        entry = entry_of(each)
        page = entry_page_key(outlet, entry, lessons)
        if page and each.identity.startswith("title:"):
            yield f"titled:{page}"
        elif page and not entry.is_audio and each.identity.startswith(("guid:", "enclosure:")):
            yield page


def aliases_of(outlet: Outlet, published: Iterable[Published], lessons: Collection[str]) -> dict[str, str]:
    """The id that an item would be given now → its identity, where these differ. Of several the one seen first stands, and
    none in the place of an item that has that id."""
    items = list(published)
    taken = {each.id for each in items}
    aliases: dict[str, str] = {}
    for each in items:
        key = identity(outlet, entry_of(each), lessons)
        if key and key != each.identity and not each.identity.startswith("clipping:"):
            now = item_id(outlet.id, key)
            if now not in taken:
                aliases.setdefault(now, each.identity)
    return aliases


def entry_of(item: Published) -> Entry:
    """What tells it from others, as its source said it."""
    return Entry(
        url=item.url,
        guid=item.guid,
        title=item.title,
        dates=(item.date_text,) if item.date_text else (),
        enclosures=tuple(Enclosure.model_construct(url=url, type=kind) for url, kind in item.enclosures),
    )


def _legacy(memory: SourceMemory, outlet: Outlet, entries: Iterable[Entry]) -> Iterator[str]:
    """Shared pages, which each source of an outlet had to find out for itself once."""
    pages = {
        f"page:{item_id(outlet.id, page)}": page for entry in entries if (page := page_key(outlet, entry.url))
    }
    for source in outlet.sources if pages else ():
        yield from (pages[name] for name in memory.entries(source.id, pages))


def _notes(learnt: Iterable[str], aliases: Mapping[str, str], *, forgotten: bool) -> dict[str, str]:
    notes = {f"{LESSON}{sha256(lesson.encode()).hexdigest()[:20]}": lesson for lesson in learnt}
    notes |= {f"{ALIAS}{name}": key for name, key in aliases.items()}
    return notes | ({RULES: VERSION} if forgotten else {})
