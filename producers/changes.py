"""What of a fetch is new: one revision of one item is published once, whichever source shows it and how often."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from config.programme import Source
from models.messages import Item
from producers.lessons import ORDER
from producers.memory import SourceMemory
from producers.normalise import Normalised, Rejected, Shown


@dataclass(frozen=True, slots=True)
class Changes:
    """`fresh` differs from what this source showed last. `notes` are remembered beside the entries."""

    fresh: tuple[Shown, ...]
    dead: tuple[Rejected, ...]  # those that nobody was told of before
    notes: Mapping[str, str]
    known: frozenset[str]  # ids of the items that this very source has shown before


class Published:
    """The winner of every item that this run published: the greatest (fetched_at, revision), as downstream."""

    def __init__(self) -> None:
        self._winners: dict[str, Item] = {}

    def wins(self, item: Item) -> bool:
        other = self._winners.get(item.id)
        return other is None or (item.fetched_at, item.revision) >= (other.fetched_at, other.revision)

    def add(self, items: Collection[Item]) -> None:
        self._winners.update({item.id: _bare(item) for item in items if self.wins(item)})


def compare(found: Normalised, source: Source, memory: SourceMemory) -> Changes:
    """An entry whose revision this source has shown is unchanged."""
    dead = {f"dead:{_hash(rejected)}": rejected for rejected in found.rejected}
    seen = memory.entries(source.id, [item.id for item in found.items] + list(dead))
    return Changes(
        fresh=tuple(each for each in found.shown if seen.get(each.item.id) != each.item.revision),
        dead=tuple(rejected for name, rejected in dead.items() if name not in seen),
        notes=({ORDER: found.known.order} if found.known.order else {})
        | {name: rejected.reason for name, rejected in dead.items()},
        known=frozenset(item.id for item in found.items if item.id in seen),
    )


def unpublished(items: Sequence[Item], published: Mapping[str, str]) -> tuple[Item, ...]:
    """`published`: item → the revision that stands. Another source may have shown an item just so."""
    return tuple(item for item in items if published.get(item.id) != item.revision)


def _hash(rejected: Rejected) -> str:
    return sha256(rejected.entry.as_json()).hexdigest()[:20]


def _bare(item: Item) -> Item:
    """Without the texts, which a long run need not keep."""
    return item.model_copy(update={"title": "", "lead": "", "text": "", "enclosures": (), "categories": ()})
