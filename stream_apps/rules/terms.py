"""Chooses among the documents with one number, where date or term are stated (domain.md, rule 7)."""

from collections.abc import Sequence
from datetime import timedelta

from stream_apps.rules.candidates import Candidate, Index
from stream_apps.rules.grammar import StatedDate
from stream_apps.rules.mention_verdict import MentionVerdict, linked, names
from stream_apps.rules.numerals import TERM_NAMES
from stream_apps.rules.surroundings import Reference

Pool = Sequence[Candidate]
ISSUERS = {"politburo", "secretariat", "central_committee"}
# a document may be published some days before or after the date of its signature
EARLY_PRESS = timedelta(days=10)


class Chooser:
    """Chooses which document a number of the central Party means."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def choose(self, ref: Reference, pool: Pool, symbol: str) -> MentionVerdict | None:
        """Returns None where neither date nor term is enough."""
        if ref.stated and (dated := self._by_date(ref.stated, pool, symbol, ref.lent)):
            return dated
        return self._by_term(ref.terms, pool, symbol) if ref.terms else None

    def _by_date(self, stated: StatedDate, pool: Pool, symbol: str, lent: bool) -> MentionVerdict | None:
        """A lent date can link a document, but does not prove that the catalogue lacks it."""
        exact = [c for c in pool if c.document and c.document.issued and _same_day(stated, c)]
        if len(exact) == 1:
            return linked(exact[0], "stated-date", "the stated date is its own", pool)
        if not stated.year:
            return None
        near = [c for c in pool if c.earliest.year <= stated.year <= c.latest.year]
        real = [c for c in near if c.document] or ([] if lent else near)
        if len(real) == 1:
            return linked(real[0], "stated-date", f"the stated date lies in {stated.year}", pool)
        if real or lent:
            return None
        return MentionVerdict(
            "unlisted", "party", "stated-date", "no entry has the stated date", None, symbol, names(pool)
        )

    def _by_term(self, terms: Sequence[int], pool: Pool, symbol: str) -> MentionVerdict:
        found = [c for c in pool if c.term in terms]
        because = "the stated term: " + ", ".join(TERM_NAMES[t] for t in terms)
        if len(found) == 1:
            return linked(found[0], "stated-term", because, pool)
        if found:
            return MentionVerdict("ambiguous", "party", "stated-term", because, None, symbol, names(found))
        return MentionVerdict(
            "unlisted", "party", "stated-term", "no entry in the stated term", None, symbol, names(pool)
        )


def _same_day(stated: StatedDate, candidate: Candidate) -> bool:
    issued = candidate.document.issued if candidate.document else None
    return bool(
        issued
        and stated.day
        and (stated.day, stated.month) == (issued.day, issued.month)
        and stated.year in {None, issued.year}
    )
