"""Which revision of an item or of an activity counts, whatever order they arrive in (counting.md, Revisions)."""

from datetime import datetime
from typing import Protocol, TypeVar

from models.counting.classification_history import ClassificationHistory, RevisionClassification

V = TypeVar("V")
Rank = tuple[datetime, str]  # when a revision was fetched or reported, and its name


class Revisioned(Protocol[V]):
    """A stored item or activity: the rank of the revision that counts, and the classification of it in force."""

    @property
    def id(self) -> str: ...

    @property
    def programme(self) -> str: ...

    @property
    def rank(self) -> Rank: ...

    @property
    def classification(self) -> RevisionClassification[V]: ...


def winning_revision(
    stored: Revisioned[V],
    rank: Rank,
    arrived: RevisionClassification[V],
    history: ClassificationHistory[V],
) -> tuple[bool, RevisionClassification[V]]:
    """Returns whether the arrived revision replaces the stored one, and the classification in force after it.

    The revision of the greatest rank counts. Of one revision the first classification of the latest generation is in
    force; what is superseded goes to `history` (counting.md, Revisions).
    """
    current = stored.classification
    if arrived.revision == current.revision:
        return rank > stored.rank, history.in_force(stored.id, arrived, current)
    if rank > stored.rank:
        history.keep(stored.id, current)
        return True, history.in_force(stored.id, arrived, history.latest(stored.id, arrived.revision))
    history.keep(stored.id, arrived)
    return False, current
