"""Which of the documents with one number is meant: the steps of domain.md, rule 7, in their order."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from stream_apps.rules.article import Article
from stream_apps.rules.candidates import Candidate, Index
from stream_apps.rules.context import Reference
from stream_apps.rules.dating import RECENT, shifted
from stream_apps.rules.decision import Decision, Rule, linked, names
from stream_apps.rules.grammar import Stated
from stream_apps.rules.numerals import TERM_NAMES
from stream_apps.rules.spelling import spelled

Pool = Sequence[Candidate]
ABOUT = r"[\s,]*[\"“]?về\s+(?!việc(?!\w)|nội dung|vấn đề này)"
ENOUGH_HINTS = 2  # where they stand anywhere in the text
Step = tuple[Rule, Callable[[Pool], Pool]]
ISSUERS = {"politburo", "secretariat", "central_committee"}
EARLY_PRESS = timedelta(
    days=10
)  # a document is published under its date some days after it was signed, or before


class Chooser:
    """Which document a number of the central Party means."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def choose(
        self, ref: Reference, pool: Pool, article: Article, symbol: str, last: bool
    ) -> Decision | None:
        """None while only the text at large could decide, unless this is the `last` time of asking."""
        if ref.stated and (dated := self._by_date(ref.stated, pool, symbol, ref.lent)):
            return dated
        if ref.terms:
            return self._by_term(ref.terms, pool, symbol)
        issued = self._not_later(pool, article)
        if not issued:
            because = "every entry was issued later"
            return Decision("unlisted", "party", "publication-date", because, None, symbol, names(pool))
        kept = issued
        for rule, narrow in (*self._beside(ref), *(self._at_large(ref, article) if last else ())):
            kept = narrow(kept) or kept
            if len(kept) == 1:
                return linked(kept[0], rule, BECAUSE[rule], pool)
        return self._left(kept, issued, symbol, ref) if last else None

    def _by_date(self, stated: Stated, pool: Pool, symbol: str, lent: bool) -> Decision | None:
        """A lent date finds a document, and says of none that the catalogue lacks it."""
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
        return Decision(
            "unlisted", "party", "stated-date", "no entry has the stated date", None, symbol, names(pool)
        )

    def _by_term(self, terms: Sequence[int], pool: Pool, symbol: str) -> Decision:
        found = [c for c in pool if c.term in terms]
        because = "the stated term: " + ", ".join(TERM_NAMES[t] for t in terms)
        if len(found) == 1:
            return linked(found[0], "stated-term", because, pool)
        if found:
            return Decision("ambiguous", "party", "stated-term", because, None, symbol, names(found))
        return Decision(
            "unlisted", "party", "stated-term", "no entry in the stated term", None, symbol, names(pool)
        )

    def _not_later(self, pool: Pool, article: Article) -> Pool:
        latest = article.writing.latest
        return [c for c in pool if c.earliest <= shifted(latest, EARLY_PRESS)] if latest else pool

    def _by_issuer(self, ref: Reference, pool: Pool) -> Pool:
        """An issuer that fits no entry is a slip of the pen, and one that what is said of the document contradicts."""
        code = ref.issuer.code if ref.issuer else ""
        if code not in ISSUERS:
            return pool
        kept = [c for c in pool if c.document is None or c.document.issuer == code]
        said = [c for c in pool if c.strong(ref.about, ref.plain)]
        contradicted = len(said) == 1 and said[0] not in kept
        return kept if any(c.document for c in kept) and not contradicted else pool

    def _beside(self, ref: Reference) -> Iterator[Step]:
        yield "only-one", lambda pool: pool
        yield "issuer", partial(self._by_issuer, ref)
        for text in (ref.about, ref.sentence):
            yield "topic", partial(by_topic_or_hints, text=text, plain=ref.plain)
        yield "topic", partial(by_topic, text=ref.around, plain=ref.plain)

    def _at_large(self, ref: Reference, article: Article) -> Iterator[Step]:
        for text in (ref.around, article.title):
            yield "topic", partial(by_topic_or_hints, text=text, plain=ref.plain)
        yield "topic", lambda pool: [c for c in pool if c.topics and article.has(c.topics)]
        yield "topic", partial(_by_most, count=lambda c: article.count(c.words), least=ENOUGH_HINTS)
        yield "publication-date", partial(self.recent, article=article)

    def recent(self, pool: Pool, article: Article) -> Pool:
        day = article.writing.day
        return [c for c in pool if c.latest >= shifted(day, -RECENT)] if day else []

    def _left(self, kept: Pool, issued: Pool, symbol: str, ref: Reference) -> Decision:
        real = [c for c in kept if c.document]
        if real and says_otherwise(ref, real):
            because = "what it is said to be about is no entry's matter"
            return Decision("ambiguous", "party", "several-terms", because, None, symbol, names(kept))
        if len(real) == 1:
            rule: Rule = "only-one" if len(names(issued)) == 1 else "issuer"
            return linked(real[0], rule, BECAUSE[rule], issued)
        if real:
            because = "nothing decides between them"
            return Decision("ambiguous", "party", "several-terms", because, None, symbol, names(kept))
        return Decision("unlisted", "party", "unlisted", "not in the catalogue", None, symbol)


BECAUSE: dict[Rule, str] = {
    "only-one": "the only one of its number so far",
    "issuer": "the only one of its issuer",
    "topic": "its matter is named beside it",
    "publication-date": "issued in the twelve months before",
}


def says_otherwise(ref: Reference, pool: Pool) -> bool:
    """`33-NQ/TW về Chiến lược bảo vệ biên giới quốc gia`: another document, whose number the catalogue lacks."""
    told = spelled(ABOUT, ref.plain).match(ref.about)
    return told is not None and not any(
        c.weak(ref.about, ref.plain) or c.quoted(ref.about, ref.plain) for c in pool
    )


def by_topic(pool: Pool, text: str, plain: bool) -> Pool:
    return [c for c in pool if c.strong(text, plain)]


def by_hints(pool: Pool, text: str, plain: bool) -> Pool:
    return _by_most(pool, lambda c: c.weak(text, plain), 1)


def by_topic_or_hints(pool: Pool, text: str, plain: bool) -> Pool:
    return by_topic(pool, text, plain) or by_hints(pool, text, plain)


def _by_most(pool: Pool, count: Callable[[Candidate], int], least: int) -> Pool:
    """The one of whose words there are most."""
    counts = {c: count(c) for c in pool}
    most = max(counts.values(), default=0)
    best = [c for c in pool if counts[c] == most]
    return best if most >= least and len(best) == 1 else []


def _same_day(stated: Stated, candidate: Candidate) -> bool:
    issued = candidate.document.issued if candidate.document else None
    return bool(
        issued
        and stated.day
        and (stated.day, stated.month) == (issued.day, issued.month)
        and stated.year in {None, issued.year}
    )
