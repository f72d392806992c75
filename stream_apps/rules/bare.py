"""Numbers that do not say whose they are: most are the state's, and only what is said of them shows the Party's."""

from collections.abc import Iterable

from stream_apps.rules.article import Article
from stream_apps.rules.candidates import Candidate, Index
from stream_apps.rules.context import Reference
from stream_apps.rules.decision import Decision, Rule, linked, names
from stream_apps.rules.grammar import Member
from stream_apps.rules.spelling import spelled
from stream_apps.rules.terms import ENOUGH_HINTS, Chooser, Pool

STATE_ISSUER = r"(?<!\w)(?:quốc hội|qh|hđnd|hội đồng nhân dân|chính phủ|thủ tướng|ubnd)(?!\w)"
COUNCIL = r"(?<!\w)(?:hđnd|hội đồng nhân dân)(?!\w)"
NEW = 2 * 366  # days for which a document is news
ENOUGH_COMPANY = 3


class BareRule:
    def __init__(self, index: Index, chooser: Chooser) -> None:
        self._index, self._chooser = index, chooser

    def beside(self, ref: Reference, member: Member, article: Article) -> Decision | None:
        """By what is said of it."""
        if not (pool := self._rivals(ref, member, article)):
            return None
        return _by_topic(ref, pool, ref.about) or self._by_title(ref, pool, article)

    def at_large(self, ref: Reference, member: Member, article: Article) -> Decision | None:
        """By what the text around speaks of."""
        pool = self._rivals(ref, member, article)
        if not pool or speaks_of_state(ref):
            return None
        for text in (ref.sentence, ref.around, article.title):
            if found := _by_topic(ref, pool, text):
                return found
        return self._by_name(member, pool) or self._by_hints(ref, pool, article)

    def in_company(
        self, bare: Iterable[tuple[Reference, Member]], others: Iterable[Decision], article: Article
    ) -> list[Decision | None]:
        """Of the bare numbers of one list: "các Nghị quyết 57, 59, 66 và 68". What stands in one list is of one kind."""
        found = [self._only_new(ref, member, article) for ref, member in bare]
        named = [other.family == "party" and other.winner is not None for other in others]
        enough = len(found) >= ENOUGH_COMPANY and all(found) if not named else all(named)
        because = "in one list with documents of the Party"
        return [linked(c, "company", because, (c,)) if c and enough else None for c in found]

    def undecided(self, ref: Reference, member: Member, article: Article) -> Decision | None:
        """It waits for a human where the text speaks of the Party's documents; else it is left alone."""
        pool = _partys(self._rivals(ref, member, article))
        if ref.form.type != "NQ" or not pool or not article.speaks_of_party or speaks_of_state(ref):
            return None
        because = "a bare number in a text that speaks of the Party's documents"
        return Decision("ambiguous", "party", "bare-number", because, None, None, names(pool))

    def may_be_states(self, ref: Reference, member: Member, article: Article) -> bool:
        return any(c.state for c in self._rivals(ref, member, article))

    def _rivals(self, ref: Reference, member: Member, article: Article) -> list[Candidate]:
        """The state's too, which a topic may mean."""
        if member.symbol.year or member.suffix:
            return []
        latest, type_ = article.writing.latest, member.symbol.type or ref.form.type
        party = [c for c in self._index.possible(type_, "TW", member.number) if c.document]
        state = self._index.state.get(member.number, ()) if type_ == "NQ" else ()
        return [c for c in (*party, *state) if latest is None or c.earliest <= latest]

    def _by_title(self, ref: Reference, pool: Pool, article: Article) -> Decision | None:
        """Several documents of one number may share a topic: the newest of the last twelve months is meant."""
        said = [c for c in pool if c.strong(ref.about, ref.plain)]
        if len(said) < 2 or any(c.state for c in said):
            return None
        recent = self._chooser.recent(said, article)
        because = "issued in the twelve months before"
        return _won(recent[0], "publication-date", because, pool) if len(recent) == 1 else None

    def _by_name(self, member: Member, pool: Pool) -> Decision | None:
        """`Chỉ thị 05`, where the catalogue lists that as a name."""
        named = [c for c in _partys(pool) if c.document and _is_alias(c.document.aliases, member.number)]
        because = "the catalogue lists this name"
        return _won(named[0], "short-name", because, pool) if len(named) == 1 else None

    def _by_hints(self, ref: Reference, pool: Pool, article: Article) -> Decision | None:
        """Weaker words suffice for a document that is new, or in a text that speaks of the Party's."""
        if article.has(COUNCIL):
            return None
        told = [c for c in _partys(pool) if c.weak(ref.around, ref.plain) >= ENOUGH_HINTS]
        if not article.speaks_of_party:
            told = [c for c in told if _is_new(c, article)]
        because = "its matter is spoken of around"
        return _won(told[0], "hints", because, pool) if len(told) == 1 else None

    def _only_new(self, ref: Reference, member: Member, article: Article) -> Candidate | None:
        if ref.form.type != "NQ" or speaks_of_state(ref):
            return None
        new = [c for c in _partys(self._rivals(ref, member, article)) if _is_new(c, article)]
        return new[0] if len(new) == 1 else None


def _is_alias(aliases: Iterable[str], number: int) -> bool:
    return any(last.isdecimal() and int(last) == number for alias in aliases for last in alias.split()[-1:])


def speaks_of_state(ref: Reference) -> bool:
    return spelled(STATE_ISSUER, ref.plain).search(ref.sentence) is not None


def _by_topic(ref: Reference, pool: Pool, text: str) -> Decision | None:
    said = [c for c in pool if c.strong(text, ref.plain)]
    return _won(said[0], "topic", "its matter is named beside it", pool) if len(said) == 1 else None


def _won(winner: Candidate, rule: Rule, because: str, pool: Pool) -> Decision:
    if winner.state:
        return Decision("unlisted", "state", rule, because, None, winner.name, names(pool))
    return linked(winner, rule, because, pool)


def _partys(pool: Pool) -> list[Candidate]:
    return [c for c in pool if c.document]


def _is_new(candidate: Candidate, article: Article) -> bool:
    day = article.writing.day
    return day is not None and article.writing.stated and (day - candidate.latest).days <= NEW
