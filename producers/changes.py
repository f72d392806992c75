"""What of a fetch is new: one revision of one item is published once, whichever feed shows it and how often."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from config.programme import Outlet, Source
from models.messages import Item
from producers.dates import ORDERS
from producers.entry import Entry
from producers.identity import item_id, page_key
from producers.memory import SourceMemory
from producers.normalise import Known, Normalised, Rejected

ORDER = "dates"  # notes among a source's entries; no item id looks like these
SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Changes:
    """`publish` and `dead` go to the topics, `entries` and `items` to the memory once they are there."""

    publish: tuple[Item, ...] = ()
    dead: tuple[Rejected, ...] = ()
    entries: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    new: int = 0
    unchanged: int = 0
    rejected: int = 0
    known: int = 0  # items that this very source has shown before

    @property
    def changed(self) -> int:
        return len(self.publish) - self.new


class Published:
    """The winner of every item that this run published: the greatest (fetched_at, revision), as downstream."""

    def __init__(self) -> None:
        self._winners: dict[str, Item] = {}

    def wins(self, item: Item) -> bool:
        other = self._winners.get(item.id)
        return other is None or (item.fetched_at, item.revision) >= (other.fetched_at, other.revision)

    def add(self, items: Collection[Item]) -> None:
        self._winners.update({item.id: _bare(item) for item in items if self.wins(item)})


def recall(memory: SourceMemory, source: Source, outlet: Outlet, entries: Collection[Entry]) -> Known:
    """What earlier fetches found out about the pages that these entries link to, and about the dates."""
    pages = {_page_note(outlet, page): page for entry in entries if (page := page_key(outlet, entry.url))}
    notes = memory.entries(source.id, [ORDER, *pages])
    order = next((order for order in ORDERS if order == notes.get(ORDER)), None)
    return Known(frozenset(page for note, page in pages.items() if note in notes), order)


def compare(
    found: Normalised, source: Source, outlet: Outlet, memory: SourceMemory, run: Published
) -> Changes:
    """An entry whose revision this source has shown is unchanged; so is one that another source showed just so."""
    dead = {f"dead:{_hash(rejected)}": rejected for rejected in found.rejected}
    seen = memory.entries(source.id, [item.id for item in found.items] + list(dead))
    published = memory.items([item.id for item in found.items])
    fresh = [item for item in found.items if seen.get(item.id) != item.revision]
    publish = tuple(item for item in fresh if published.get(item.id) != item.revision)
    notes = {_page_note(outlet, page): SHARED for page in found.known.shared_pages}
    return Changes(
        publish=publish,
        dead=tuple(rejected for name, rejected in dead.items() if name not in seen),
        entries=notes
        | ({ORDER: found.known.order} if found.known.order else {})
        | {item.id: item.revision for item in fresh}
        | {name: rejected.reason for name, rejected in dead.items()},
        items={item.id: item.revision for item in publish if run.wins(item)},
        new=sum(item.id not in published for item in publish),
        unchanged=len(found.items) - len(publish),
        rejected=len(found.rejected),
        known=sum(item.id in seen for item in found.items),
    )


def _page_note(outlet: Outlet, page: str) -> str:
    return f"page:{item_id(outlet.id, page)}"


def _hash(rejected: Rejected) -> str:
    return sha256(rejected.entry.as_json()).hexdigest()[:20]


def _bare(item: Item) -> Item:
    """Without the texts, which a long run need not keep."""
    return item.model_copy(update={"title": "", "lead": "", "text": "", "enclosures": (), "categories": ()})
