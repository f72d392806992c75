"""Finds what is new in a fetch: one revision of an item is published once, whichever source shows it and however
often."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from config.programme import Source
from models.messages.item import Item
from models.store.source_state import SourceStateRepository
from producers.item.normalise import Normalised, Rejected, ShownEntry
from producers.state.source_hints import ORDER


@dataclass(frozen=True, slots=True)
class EntryChanges:
    """`fresh` entries differ from what this source showed last. `notes` are stored beside the entries."""

    fresh: tuple[ShownEntry, ...]
    dead: tuple[Rejected, ...]  # rejected entries that were not reported before
    notes: Mapping[str, str]
    known: frozenset[str]  # ids of the items that this source has shown before


class PublishedRevisions:
    """The winning revision of every item that this run published: the greatest (fetched_at, revision), as
    downstream."""

    def __init__(self) -> None:
        self._winners: dict[str, Item] = {}

    def wins(self, item: Item) -> bool:
        other = self._winners.get(item.id)
        return other is None or (item.fetched_at, item.revision) >= (other.fetched_at, other.revision)

    def add(self, items: Collection[Item]) -> None:
        self._winners.update({item.id: _bare(item) for item in items if self.wins(item)})


def compare(found: Normalised, source: Source, store: SourceStateRepository) -> EntryChanges:
    """Splits the entries into fresh ones and those whose revision this source has shown before."""
    dead = {f"dead:{_hash(rejected)}": rejected for rejected in found.rejected}
    seen = store.entries(source.id, [item.id for item in found.items] + list(dead))
    return EntryChanges(
        fresh=tuple(each for each in found.shown if seen.get(each.item.id) != each.item.revision),
        dead=tuple(rejected for name, rejected in dead.items() if name not in seen),
        notes=({ORDER: found.known.order} if found.known.order else {})
        | {name: rejected.reason for name, rejected in dead.items()},
        known=frozenset(item.id for item in found.items if item.id in seen),
    )


def unpublished(items: Sequence[Item], published: Mapping[str, str]) -> tuple[Item, ...]:
    """Returns the items whose revision is not the published one. `published` maps an item to its current revision,
    which another source may have published."""
    return tuple(item for item in items if published.get(item.id) != item.revision)


def _hash(rejected: Rejected) -> str:
    return sha256(rejected.entry.as_json()).hexdigest()[:20]


def _bare(item: Item) -> Item:
    """Returns the item without its texts, which a long run need not keep in memory."""
    return item.model_copy(update={"title": "", "lead": "", "text": "", "enclosures": (), "categories": ()})
