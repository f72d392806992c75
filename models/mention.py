"""A mention: where an item's text refers to a resolution, with the words that prove it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from models.limits import MOST_REASONS, MOST_RESOLUTIONS, LengthLimit, Name, Note, Position, Surface

Zone = Literal["title", "lead", "body"]
Family = Literal["party", "local_party", "state", "foreign", "other"]
Status = Literal["linked", "unlisted", "ambiguous", "general"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature that spoke for the first candidate (`weight` above 0) or against it, in log-odds against the second.
    `words` is what it stood on: a phrase of the subject, an issuer, a number of years."""

    feature: Name
    weight: float
    words: Note = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end] == surface`, in characters of the zone's text as received.

    `resolution` is the catalogue id of a linked mention and null otherwise; `symbol` is the normalised symbol
    (`29-NQ/TW`) where the words state or imply one. `candidates` are the catalogue ids that were considered and
    `because` says in a few words why the winner won, or why none did. Where evidence was added up, `candidates` stand in
    the order of their `probabilities` (0 to 1; what they lack to 1 is that none of them is meant), and `reasons` are the
    features that weighed most. Where the words say it outright, both are empty.
    """

    surface: Surface
    start: Position
    end: Position
    zone: Zone
    resolution: Name | None
    symbol: Name | None
    family: Family
    status: Status
    rule: Name
    candidates: Annotated[tuple[Name, ...], LengthLimit(MOST_RESOLUTIONS)] = ()
    because: Note = ""
    probabilities: Annotated[tuple[float, ...], LengthLimit(MOST_RESOLUTIONS)] = ()
    reasons: Annotated[tuple[Reason, ...], LengthLimit(MOST_REASONS)] = ()

    @property
    def probability(self) -> float:
        """That the first candidate is meant; 1 where the words name a document outright, 0 where they name none."""
        return self.probabilities[0] if self.probabilities else float(self.resolution is not None)
