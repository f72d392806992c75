"""The verdict on the mention of one number, plenum or congress, with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from models.messages.mention import Family, Reason, Status
from stream_apps.rules.candidates import Candidate
from stream_apps.rules.surroundings import How

# docs/linking.md explains each.
Rule = Literal[
    "symbol",
    "state-number",
    "united-nations-number",
    "issuer-after",
    "issuer-passive",
    "issuer-before",
    "issuer-list",
    "joint",
    "number",
    "stated-date",
    "stated-term",
    "issuer",
    "topic",
    "established",
    "only-one",
    "publication-date",
    "company",
    "plenum",
    "current-term",
    "congress",
    "local-congress",
    "other-congress",
    "shareholders",
    "general-assembly",
    "short-name",
    "title",
    "issuer-and-topic",
    "group",
    "local",
    "several-terms",
    "unlisted",
    "bare-number",
    "habit",
    "allusion",
]

ISSUED: dict[How, Rule] = {
    "after": "issuer-after",
    "passive": "issuer-passive",
    "before": "issuer-before",
    "about": "issuer-list",
    "list": "issuer-list",
}


@dataclass(frozen=True, slots=True)
class MentionVerdict:
    """`rule` is the rule that applied; `because` explains it in words."""

    status: Status
    family: Family
    rule: Rule
    because: str
    winner: Candidate | None = None
    symbol: str | None = None
    candidates: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    reasons: tuple[Reason, ...] = ()


def names(candidates: Iterable[Candidate]) -> tuple[str, ...]:
    return tuple(c.name for c in candidates if c.document)


def linked(winner: Candidate, rule: Rule, because: str, considered: Iterable[Candidate]) -> MentionVerdict:
    """A candidate that the catalogue lacks gives an unlisted mention."""
    document = winner.document
    return MentionVerdict(
        "linked" if document else "unlisted",
        document.family if document else "party",
        rule,
        because,
        winner if document else None,
        document.symbol if document else winner.name.partition("@")[0],
        names(considered),
    )
