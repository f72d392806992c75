"""Numbered documents: whose they are, and which one (domain.md, rules 6 and 7)."""

from models.mention import Family
from stream_apps.rules.article import Article
from stream_apps.rules.candidates import Candidate, Index
from stream_apps.rules.context import Reference
from stream_apps.rules.decision import ISSUED, Decision, Rule, linked, names
from stream_apps.rules.grammar import HIGHEST_CENTRAL, UNITED_NATIONS_NUMBER, Member
from stream_apps.rules.spelling import spelled
from stream_apps.rules.terms import ENOUGH_HINTS, Chooser, Pool

STATE_ISSUER = r"(?<!\w)(?:quốc hội|qh|hđnd|hội đồng nhân dân|chính phủ|thủ tướng|ubnd)(?!\w)"
NEW = 2 * 366  # days for which a document is news
FIRST_PARTY_TERM, LAST_PARTY_TERM = 9, 20


class NumberRule:
    def __init__(self, index: Index) -> None:
        self._index = index
        self._chooser = Chooser(index)

    def explicit(
        self, ref: Reference, member: Member, article: Article, last: bool = False
    ) -> Decision | None:
        """Where its own words say whose it is. None for a bare number, and for one of the Party's whose document only
        the text at large could tell, unless this is the `last` time of asking."""
        whose = self._whose(ref, member)
        if whose is None:
            return None
        family, rule, because = whose
        if family == "party":
            return self._central(ref, member, article, last)
        if family == "local_party" and (own := self._index.possible(_type(ref, member), "TU", member.number)):
            return _local(own)
        symbol = _symbol(member, ref)
        return Decision("unlisted" if symbol else "general", family, rule, because, None, symbol)

    def is_bare(self, ref: Reference, member: Member) -> bool:
        return self._whose(ref, member) is None

    def _central(self, ref: Reference, member: Member, article: Article, last: bool) -> Decision | None:
        type_ = _type(ref, member)
        symbol = f"{member.number:02d}-{type_}/TW"
        if member.number > HIGHEST_CENTRAL and not member.symbol.agencies:
            return Decision("general", "party", "number", "no central document has so high a number")
        pool = self._index.possible(type_, "TW", member.number)
        if not pool:
            return Decision("unlisted", "party", "unlisted", "not in the catalogue", None, symbol)
        return self._chooser.choose(ref, pool, article, symbol, last)

    def bare(self, ref: Reference, member: Member, article: Article, level: int) -> Decision | None:
        """A number without symbol, issuer or term: by what is said of it (level 0) or of the text around (1)."""
        pool = self._rivals(ref, member, article)
        if not pool or member.symbol.year or member.suffix:
            return None
        if level == 0:
            return self._by_matter(ref, pool, ref.about) or self._by_title(ref, pool, article)
        if spelled(STATE_ISSUER, ref.plain).search(ref.sentence):
            return None
        for text in (ref.sentence, ref.around, article.title):
            if found := self._by_matter(ref, pool, text):
                return found
        return self._by_hints(ref, pool, article)

    def undecided(self, ref: Reference, member: Member, article: Article) -> Decision | None:
        """It waits for a human where the text speaks of the Party's documents; else it is left alone."""
        if _type(ref, member) != "NQ" or not article.speaks_of_party or member.symbol.year or member.suffix:
            return None
        if spelled(STATE_ISSUER, ref.plain).search(ref.sentence):
            return None
        pool = [c for c in self._rivals(ref, member, article) if c.document]
        if not pool:
            return None
        because = "a bare number in a text that speaks of the Party's documents"
        return Decision("ambiguous", "party", "bare-number", because, None, None, names(pool))

    def _whose(self, ref: Reference, member: Member) -> tuple[Family, Rule, str] | None:
        """A member that carries no symbol of a type that needs one is left to its issuer."""
        form, symbol = ref.form, member.symbol
        if symbol.family:
            return symbol.family, "symbol", "the symbol says whose it is"
        if UNITED_NATIONS_NUMBER.match(ref.near, _number_at(ref, member)):
            return "foreign", "united-nations-number", "session and number, as the United Nations count"
        if form.joint or member.suffix:
            return "state", "state-number", "joint, or lettered, as only the state's are"
        if ref.issuer and ref.how != "about":
            return ref.issuer.family, ISSUED[ref.how], f"issued by: {ref.issuer.code}"
        if form.kind == "central":
            return "party", "centre", "of the Central Committee"
        if any(FIRST_PARTY_TERM <= t <= LAST_PARTY_TERM for t in ref.terms) and not spelled(
            STATE_ISSUER, ref.plain
        ).search(ref.sentence):
            return "party", "stated-term", "a term (khóa) is stated, as with the Party's"
        return None

    def _rivals(self, ref: Reference, member: Member, article: Article) -> list[Candidate]:
        type_ = _type(ref, member)
        latest = article.writing.latest
        party = [c for c in self._index.possible(type_, "TW", member.number) if c.document]
        state = self._index.state.get(member.number, ()) if type_ == "NQ" else ()
        return [c for c in (*party, *state) if latest is None or c.earliest <= latest]

    def _by_matter(self, ref: Reference, pool: Pool, text: str) -> Decision | None:
        said = [c for c in pool if c.strong(text, ref.plain)]
        if len(said) > 1 and not any(c.state for c in said):
            return None
        return _won(said[0], "topic", "its matter is named beside it", pool) if len(said) == 1 else None

    def _by_title(self, ref: Reference, pool: Pool, article: Article) -> Decision | None:
        """Several documents of one number may share a topic: the newest of the last twelve months is meant."""
        said = [c for c in pool if c.strong(ref.about, ref.plain)]
        if len(said) < 2 or any(c.state for c in said):
            return None
        recent = self._chooser.recent(said, article)
        return (
            _won(recent[0], "publication-date", "issued in the twelve months before", pool)
            if len(recent) == 1
            else None
        )

    def _by_hints(self, ref: Reference, pool: Pool, article: Article) -> Decision | None:
        day = article.writing.day
        if day is None or not article.writing.stated:
            return None
        new = [c for c in pool if c.document and (day - c.latest).days <= NEW]
        told = [c for c in new if c.weak(ref.around, ref.plain) >= ENOUGH_HINTS]
        return (
            _won(told[0], "news", "a new document, and its matter is spoken of", pool)
            if len(told) == 1
            else None
        )


def _local(own: Pool) -> Decision:
    if len(own) == 1:
        return linked(own[0], "local", "a document of the programme's own", own)
    return Decision("ambiguous", "local_party", "local", "several of this number", None, None, names(own))


def _won(winner: Candidate, rule: Rule, because: str, pool: Pool) -> Decision:
    if winner.state:
        return Decision("unlisted", "state", rule, because, None, winner.name, names(pool))
    return linked(winner, rule, because, pool)


def _type(ref: Reference, member: Member) -> str:
    return member.symbol.type or ref.form.type


def _number_at(ref: Reference, member: Member) -> int:
    digits = str(member.number)
    return ref.near.find(digits, member.start, member.end)


def _symbol(member: Member, ref: Reference) -> str | None:
    symbol = member.symbol
    if not (symbol.year or symbol.agencies):
        return None
    number = f"{member.number:02d}{member.suffix}"
    agencies = "-".join(agency.upper() for agency in symbol.agencies)
    if symbol.family == "local_party":
        return f"{number}-{symbol.type or ref.form.type}/{agencies}"
    year = str(symbol.year) if symbol.year else ""
    return "/".join(filter(None, (number, year, "-".join(filter(None, (symbol.type, agencies))))))
