"""What has to be weighed: the mentions of one number, plenum or congress in an article, and what each could mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from models.mention import Zone
from stream_apps.rules.candidates import Candidate
from stream_apps.rules.context import Reference
from stream_apps.rules.grammar import Member

Kind = Literal["number", "plenum", "congress", "plain"]
OTHER = ""  # the option that no document of the catalogue is meant


@dataclass(frozen=True, slots=True)
class Spot:
    """One mention; positions are characters of the zone's folded text. `tail` is where its name and what belongs to it
    ends."""

    zone: Zone
    start: int
    end: int
    tail: int
    reference: Reference
    member: Member | None


@dataclass(slots=True)
class Case:
    """`of_party`: its own words say that it is the Party's. `company`: the share of the decided others in its list that
    are documents of the Party; None where there are none. `beside`: the undecided numbers of its list."""

    kind: Kind
    type: str
    number: int
    spots: list[Spot]
    of_party: bool = False
    company: float | None = None
    beside: tuple[int, ...] = ()

    @property
    def is_named(self) -> bool:
        """By number, or by subject and one of issuer, term and year (counting.md, Mentions). What is not may wait."""
        refs = [spot.reference for spot in self.spots]
        return self.kind != "plain" or any(ref.issuer or ref.terms or ref.stated for ref in refs)

    @property
    def form(self) -> str:
        """What habits are counted by: `NQ 57`, `TW 4`, `DH 13`."""
        return f"{self.type} {self.number}"


@dataclass(slots=True)
class Option:
    """Something that a case may mean, and the evidence: features, and the words in which each was seen. `document` is
    None where it is no document of the Party that the catalogue has."""

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
