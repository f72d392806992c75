"""Which of several classifications of one revision is in force: the first of its latest generation (counting.md,
Revisions).

The first is the one with the lowest offset on its topic, so that the order of arrival cannot matter: one key has one
partition. Offsets of a topic that was created again, or given more partitions, say nothing about those before: there a
message with a lower offset that is the younger one comes later all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

M = TypeVar("M")
V = TypeVar("V")
Place = tuple[str, str]  # id, revision


@dataclass(frozen=True, slots=True)
class Position:
    """Of a message on its topic: offset, and when it was written, in milliseconds."""

    offset: int
    written_ms: int

    def is_before(self, other: "Position") -> bool:
        return self.offset < other.offset and self.written_ms <= other.written_ms


NOWHERE = Position(2**62, 2**62)  # of what is on no topic, and so comes after whatever is


@dataclass(frozen=True, slots=True)
class Placed(Generic[M]):
    """A message with its position."""

    message: M
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class RevisionClassification(Generic[V]):
    """How one revision of an item or of an activity was classified."""

    revision: str
    generation: int
    position: Position
    values: V

    def supersedes(self, other: "RevisionClassification[V]") -> bool:
        """Both are of one revision, and `other` is in force."""
        if self.generation != other.generation:
            return self.generation > other.generation
        return self.position.is_before(other.position)


class ClassificationHistory(Generic[V]):
    """The classifications that are not in force: of other revisions than the one that counts, and of earlier generations."""

    def __init__(self) -> None:
        self._known: dict[Place, dict[int, RevisionClassification[V]]] = {}
        self._new: dict[tuple[str, str, int], RevisionClassification[V]] = {}

    def load(self, found: Iterable[tuple[str, RevisionClassification[V]]]) -> None:
        """Those that are stored, with the id of what they are of."""
        for of, classification in found:
            self._known.setdefault((of, classification.revision), {})[classification.generation] = (
                classification
            )

    def latest(self, of: str, revision: str) -> RevisionClassification[V] | None:
        known = self._known.get((of, revision))
        return known[max(known)] if known else None

    def keep(self, of: str, classification: RevisionClassification[V]) -> None:
        known = self._known.setdefault((of, classification.revision), {})
        before = known.get(classification.generation)
        if before is None or classification.supersedes(before):
            known[classification.generation] = classification
            self._new[of, classification.revision, classification.generation] = classification

    def in_force(
        self, of: str, new: RevisionClassification[V], rival: RevisionClassification[V] | None
    ) -> RevisionClassification[V]:
        """The one in force. The other is kept, unless it is of the same generation: then it never comes back."""
        if rival is None:
            return new
        current, superseded = (new, rival) if new.supersedes(rival) else (rival, new)
        if current.generation != superseded.generation:
            self.keep(of, superseded)
        return current

    @property
    def to_write(self) -> Sequence[tuple[str, RevisionClassification[V]]]:
        return [(of, classification) for (of, _, _), classification in self._new.items()]


def placed(messages: Iterable[M | Placed[M]]) -> list[Placed[M]]:
    return [each if isinstance(each, Placed) else Placed(each) for each in messages]
