"""A case to weigh: the mentions of one number, plenum or congress in an article, and what each could mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from models.messages.mention import Zone
from stream_apps.rules.candidates import Candidate
from stream_apps.rules.grammar import ListedNumber
from stream_apps.rules.surroundings import Reference

CaseKind = Literal["number", "plenum", "congress", "plain"]
OTHER = ""  # the option that the mention means no document of the catalogue


@dataclass(frozen=True, slots=True)
class Spot:
    """One mention; positions are characters of the zone's folded text. `tail` is the end of its name and of what
    belongs to it."""

    zone: Zone
    start: int
    end: int
    tail: int
    reference: Reference
    member: ListedNumber | None


@dataclass(slots=True)
class WeighedCase:
    """`of_party` is true where its own words name the Party. `company` is the share of the Party's documents among
    the resolved others of its list; None where there are none. `beside` are the unresolved numbers of its list."""

    kind: CaseKind
    type: str
    number: int
    spots: list[Spot]
    of_party: bool = False
    company: float | None = None
    beside: tuple[int, ...] = ()

    @property
    def is_named(self) -> bool:
        """True where it is named by number, or by subject and one of issuer, term and year (counting.md, Mentions).
        Other mentions may wait."""
        refs = [spot.reference for spot in self.spots]
        return self.kind != "plain" or any(ref.issuer or ref.terms or ref.stated for ref in refs)

    @property
    def form(self) -> str:
        """The form by which habits are counted: `NQ 57`, `TW 4`, `DH 13`."""
        return f"{self.type} {self.number}"


@dataclass(slots=True)
class Option:
    """A possible meaning of a case, with its evidence: features, and the words in which each was seen. `document` is
    None where it is not a document of the Party in the catalogue."""

    name: str
    document: Candidate | None
    features: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def say(self, feature: str, value: float, words: str = "") -> None:
        if value:
            self.features[feature] = value
            if words:
                self.words[feature] = words

    def score(self, weights: Mapping[str, float]) -> float:
        return sum(weights.get(name, 0.0) * value for name, value in self.features.items())
