"""Which of several decisions of one revision stands: the first of its latest generation (counting.md, Revisions).

The first is the one with the lowest offset on its topic, so that the order of arrival cannot matter: one key has one
partition. Offsets of a topic that was made anew, or given more partitions, say nothing about those before: there a
message with a lower offset that is the younger one comes later all the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from models.sql import Row

M = TypeVar("M")
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
class Decision:
    """Of one revision: a classification, or a reading. `values` gives the columns of the row that it decides."""

    revision: str
    generation: int
    position: Position
    values: Callable[[], Row]

    def stands_against(self, other: "Decision") -> bool:
        """Both are of one revision, and `other` stands."""
        if self.generation != other.generation:
            return self.generation > other.generation
        return self.position.is_before(other.position)

    def columns(self) -> Row:
        return {**self.values(), **columns_of(self)}


class Kept:
    """The decisions that do not stand: of other revisions than the one that counts, and of earlier generations."""

    def __init__(self) -> None:
        self._known: dict[Place, dict[int, Decision]] = {}
        self._new: dict[tuple[str, str, int], Decision] = {}

    def load(self, found: Iterable[tuple[str, Decision]]) -> None:
        """Those that are stored, with the id of what they are of."""
        for of, decision in found:
            self._known.setdefault((of, decision.revision), {})[decision.generation] = decision

    def latest(self, of: str, revision: str) -> Decision | None:
        known = self._known.get((of, revision))
        return known[max(known)] if known else None

    def keep(self, of: str, decision: Decision) -> None:
        known = self._known.setdefault((of, decision.revision), {})
        before = known.get(decision.generation)
        if before is None or decision.stands_against(before):
            known[decision.generation] = decision
            self._new[of, decision.revision, decision.generation] = decision

    def better(self, of: str, new: Decision, rival: Decision | None) -> Decision:
        """The one that stands; the other is kept, unless it is of the same generation and so is nothing any more."""
        if rival is None:
            return new
        stands, falls = (new, rival) if new.stands_against(rival) else (rival, new)
        if stands.generation != falls.generation:
            self.keep(of, falls)
        return stands

    @property
    def to_write(self) -> Sequence[tuple[str, Decision]]:
        return [(of, decision) for (of, _, _), decision in self._new.items()]


def placed(messages: Iterable[M | Placed[M]]) -> list[Placed[M]]:
    return [each if isinstance(each, Placed) else Placed(each) for each in messages]


def columns_of(decision: Decision) -> Row:
    """As a row keeps them beside what was decided."""
    return {
        "generation": decision.generation,
        "decided_offset": decision.position.offset,
        "decided_ms": decision.position.written_ms,
    }


def decision_at(row: Row, values: Callable[[], Row]) -> Decision:
    """Back from a row with these columns."""
    position = Position(row["decided_offset"], row["decided_ms"])
    return Decision(row["revision"], row["generation"], position, values)
