"""A decision about one number, plenum or congress, with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.mention import Family, Status
from stream_apps.rules.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Decision:
    """`rule` is the one that decided; `because` says it in words."""

    status: Status
    family: Family
    rule: str
    because: str
    winner: Candidate | None = None
    symbol: str | None = None
    candidates: tuple[str, ...] = ()


def names(candidates: Iterable[Candidate]) -> tuple[str, ...]:
    return tuple(c.name for c in candidates if c.document)


def linked(winner: Candidate, rule: str, because: str, considered: Iterable[Candidate]) -> Decision:
    """Of a candidate that the catalogue lacks: unlisted."""
    document = winner.document
    return Decision(
        "linked" if document else "unlisted",
        document.family if document else "party",
        rule,
        because,
        winner if document else None,
        document.symbol if document else winner.name.partition("@")[0],
        names(considered),
    )
