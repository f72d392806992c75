"""Loads what the documents of an outlet have shown before, and the identity of pieces that were published by other
rules.

All of it follows from the items themselves. It is read from them again after a replay, and whenever a document shows
something new, so that an id that was once given stays.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from config.programme import Outlet, Source
from models.messages.item import Enclosure
from models.queries.pieces import Published
from models.store.source_state import SourceStateRepository
from models.tables.sources import Hints
from producers.item.address_spelling import FRAGMENT, spelt
from producers.item.dates import ORDERS, Order
from producers.item.distinguishing import learn
from producers.item.entry import Entry
from producers.item.identity import (
    entry_page_key,
    file_key,
    guid_is_page,
    has_guid,
    identity,
    item_id,
    page_key,
)
from producers.item.marks import is_fleeting

VERSION = "3"  # version of the rules by which an outlet's items were searched


@dataclass(frozen=True, slots=True)
class SourceHints:
    """What earlier fetches of a source and of its outlet showed. `before` are the lessons without this document's.
    `aliases` map the id that a piece would have now to the identity under which it was published. `shown` maps an
    item to the revision that this source showed last. `hints` are to be stored for the outlet."""

    lessons: frozenset[str] = frozenset()
    order: Order | None = None
    before: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    hints: Hints = field(default_factory=dict)


def load_hints(
    store: SourceStateRepository, source: Source, outlet: Outlet, entries: Collection[Entry]
) -> SourceHints:
    """Loads what concerns these entries, and adds what they show themselves."""
    stored = frozenset(store.outlet_hints(outlet.id, "lesson").values())
    forgotten = store.outlet_hints(outlet.id, "rules").get("") != VERSION
    published = list(store.published(outlet.id)) if forgotten else []
    before = stored.union(_legacy(store, outlet, entries)) | lessons_of(outlet, published)
    lessons = learn(outlet, entries, before)
    learnt = lessons != stored
    if learnt and not forgotten:
        published = list(store.published(outlet.id))
    fresh = aliases_of(outlet, published, lessons) if published else {}
    keys = {key for entry in entries if (key := identity(outlet, entry, lessons))}
    wanted = {item_id(outlet.id, key) for key in keys}
    old = {item_id(outlet.id, key) for entry in entries if (key := identity(outlet, entry, before))} - wanted
    stated = store.hints(source.id, "dates").get("")
    return SourceHints(
        lessons=lessons,
        order=next((order for order in ORDERS if order == stated), None),
        before=before,
        aliases={**store.aliases(outlet.id, wanted), **fresh},
        shown=store.entries(source.id, old),
        hints=_hints(lessons - stored, fresh, forgotten=forgotten),
    )


def lessons_of(outlet: Outlet, published: Sequence[Published]) -> frozenset[str]:
    """Returns the lessons that the identities of published items prove."""
    lessons: set[str] = set()
    doubtful: defaultdict[str, list[Entry]] = defaultdict(list)
    for each in published:
        kind, _colon, key = each.identity.partition(":")
        entry = entry_of(each)
        if kind == "url":
            fleeting = list(_marks_in(key, outlet, lessons))
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
    for entries in doubtful.values():  # earlier rules kept such marks in every address
        lessons |= {lesson for lesson in learn(outlet, entries) if lesson.startswith("tells:")}
    return frozenset(lessons.union(_shared_by(outlet, published, lessons)))


def _void_file(outlet: Outlet, entry: Entry) -> set[str]:
    """Returns the lesson for an item that would be identified by its enclosure, if the enclosure belonged to it
    alone."""
    file = None if has_guid(outlet, entry) else file_key(outlet, entry)
    return {f"void-file:{file}"} if file else set()


def _marks_in(address: str, outlet: Outlet, lessons: set[str]) -> Iterator[str]:
    """Adds the marks in an item's canonical address to the lessons; yields the places of those that may be part of it
    for another reason."""
    found = spelt(f"http://{address}", outlet)
    for name, value in found.says.items():
        if name != FRAGMENT and is_fleeting(name, value):
            yield found.written()
        else:
            everywhere = name != FRAGMENT and any(c.isdigit() for c in value)
            lessons.add(f"tells:{name}" if everywhere else f"tells:{name}@{found.written()}")


def _shared_by(outlet: Outlet, published: Iterable[Published], lessons: Collection[str]) -> Iterator[str]:
    """Yields the pages whose items are identified by something else."""
    for each in published:
        entry = entry_of(each)
        page = entry_page_key(outlet, entry, lessons)
        if page and each.identity.startswith("title:"):
            yield f"titled:{page}"
        elif page and not entry.is_audio and each.identity.startswith(("guid:", "enclosure:")):
            yield page


def aliases_of(outlet: Outlet, published: Iterable[Published], lessons: Collection[str]) -> dict[str, str]:
    """Maps the id that an item would be given now to its identity, where these differ. Of several items the one seen
    first wins; an item that has that id itself is never replaced."""
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
    """Returns the parts of an item that distinguish it, as its source stated them."""
    return Entry(
        url=item.url,
        guid=item.guid,
        title=item.title,
        dates=(item.date_text,) if item.date_text else (),
        enclosures=tuple(Enclosure.model_construct(url=url, type=kind) for url, kind in item.enclosures),
    )


def _legacy(store: SourceStateRepository, outlet: Outlet, entries: Iterable[Entry]) -> Iterator[str]:
    """Yields the shared pages that each source of an outlet once had to find out for itself."""
    pages = {item_id(outlet.id, page): page for entry in entries if (page := page_key(outlet, entry.url))}
    for source in outlet.sources if pages else ():
        yield from (pages[name] for name in store.hints(source.id, "page", pages.keys()))


def _hints(learnt: Iterable[str], aliases: Mapping[str, str], *, forgotten: bool) -> Hints:
    return {
        **{("lesson", sha256(lesson.encode()).hexdigest()[:20]): lesson for lesson in learnt},
        **{("alias", name): key for name, key in aliases.items()},
        **({("rules", ""): VERSION} if forgotten else {}),
    }
