"""A mention: where an item's text refers to a resolution, with the words that prove it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, Self

from models.limits import (
    MOST_REASONS,
    MOST_RESOLUTIONS,
    LengthLimit,
    Name,
    Note,
    Position,
    Probability,
    Surface,
)

Zone = Literal["title", "lead", "body"]
Family = Literal["party", "local_party", "state", "foreign", "other"]
Status = Literal["linked", "unlisted", "ambiguous", "general"]
ALLUSION = "allusion"  # the rule of what waits without candidates: it has neither number nor subject


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
    probabilities: Annotated[tuple[Probability, ...], LengthLimit(MOST_RESOLUTIONS)] = ()  # of each candidate
    reasons: Annotated[tuple[Reason, ...], LengthLimit(MOST_REASONS)] = ()  # what weighed most

    @classmethod
    def stored(cls, row: Mapping[str, Any]) -> Self:
        """As a database keeps it; what an earlier release kept lacks the fields that were added since."""
        known = {each.name: row[each.name] for each in fields(cls) if each.name in row}
        for name in ("candidates", "probabilities"):
            known[name] = tuple(known.get(name) or ())
        known["reasons"] = tuple(Reason(**each) for each in known.get("reasons") or ())
        return cls(**known)

    @property
    def ranked(self) -> tuple[tuple[str, float], ...]:
        """The documents that it may mean, the most probable first. Where no evidence was added up, the words name the
        one that is linked, and those between which nothing decides share equally."""
        if self.probabilities:
            return tuple(zip(self.candidates, self.probabilities, strict=False))
        if self.resolution is not None:
            return ((self.resolution, 1.0),)
        if self.status != "ambiguous":
            return ()
        return tuple((each, 1 / len(self.candidates)) for each in self.candidates)

    @property
    def probability(self) -> float:
        """That the first candidate is meant; 1 where the words name a document outright, 0 where they name none."""
        return self.ranked[0][1] if self.ranked else 0.0
