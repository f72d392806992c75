"""A mention: where an item's text refers to a resolution, with the words that prove it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from models.messages.limits import (
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
    """A feature that speaks for the first candidate or against it, compared with the second."""

    feature: Annotated[Name, Field(description="Code of the feature.")]
    weight: Annotated[
        float,
        Field(
            allow_inf_nan=False,
            description="Contribution in log-odds: above 0 for the first candidate, below 0 against it.",
        ),
    ]
    words: Annotated[
        Note,
        Field(
            description="What the feature is based on: a phrase of the subject, an issuer, a number of years."
        ),
    ] = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in an item's text that refers to a resolution. `text[start:end] == surface`, in characters of the zone's text
    as received."""

    surface: Annotated[Surface, Field(description="The words of the mention.")]
    start: Annotated[Position, Field(description="Position of the first character in the zone's text.")]
    end: Annotated[Position, Field(description="Position behind the last character in the zone's text.")]
    zone: Annotated[Zone, Field(description="Part of the item that holds the mention.")]
    resolution: Annotated[
        Name | None,
        Field(
            description="Catalogue identifier of the document that a linked mention names; null otherwise."
        ),
    ]
    symbol: Annotated[
        Name | None,
        Field(
            description="Normalised symbol (`29-NQ/TW`), where the words state or imply one; null otherwise."
        ),
    ]
    family: Annotated[Family, Field(description="Whose document the words name.")]
    status: Annotated[
        Status,
        Field(
            description="`linked`: one document of the catalogue. `unlisted`: a document that the catalogue lacks. "
            "`ambiguous`: several fit, and a human decides. `general`: no particular document."
        ),
    ]
    rule: Annotated[Name, Field(description="Code of the rule that found the mention.")]
    candidates: Annotated[
        tuple[Name, ...],
        LengthLimit(MOST_RESOLUTIONS),
        Field(
            description="Catalogue identifiers that were considered, in the order of `probabilities` where these are given."
        ),
    ] = ()
    because: Annotated[
        Note, Field(description="In a few words, why the document was chosen, or why none was.")
    ] = ""
    probabilities: Annotated[
        tuple[Probability, ...],
        LengthLimit(MOST_RESOLUTIONS),
        Field(
            description="Probability of each candidate, 0 to 1; what they lack to 1 is the probability that none is meant. "
            "Empty where the words name the document outright."
        ),
    ] = ()
    reasons: Annotated[
        tuple[Reason, ...],
        LengthLimit(MOST_REASONS),
        Field(
            description="The features with the largest weights; empty where the words name the document outright."
        ),
    ] = ()

    @classmethod
    def stored(cls, row: Mapping[str, Any]) -> Self:
        """As a database keeps it; what an earlier release kept lacks the fields that were added since."""
        known = {each.name: row[each.name] for each in fields(cls) if each.name in row}
        for name in ("candidates", "probabilities"):
            known[name] = tuple(known.get(name) or ())
        known["reasons"] = tuple(Reason(**each) for each in known.get("reasons") or ())
        return cls(**known)

    def as_json(self) -> dict[str, Any]:
        """As a database gives it back, so that a stored mention equals a fresh one."""
        found = {name: getattr(self, name) for name in MENTION_FIELDS}
        found["candidates"], found["probabilities"] = list(self.candidates), list(self.probabilities)
        found["reasons"] = [asdict(reason) for reason in self.reasons]
        return found

    @property
    def ranked(self) -> tuple[tuple[str, float], ...]:
        """The documents that it may mean, the most probable first. Where no evidence was added up, the words name the
        one that is linked, and those with equal evidence share equally."""
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


MENTION_FIELDS = tuple(each.name for each in fields(Mention))
