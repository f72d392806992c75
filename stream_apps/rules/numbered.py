"""Identifies numbers whose own words state the issuer and the document (domain.md, rules 6 and 7)."""

from dataclasses import replace

from models.messages.mention import Family
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.candidates import Index
from stream_apps.rules.grammar import HIGHEST_CENTRAL, UNITED_NATIONS_NUMBER, ListedNumber, StatedDate
from stream_apps.rules.issuers import STATE_ISSUER
from stream_apps.rules.mention_verdict import ISSUED, MentionVerdict, Rule, linked, names
from stream_apps.rules.patterns import spelled
from stream_apps.rules.surroundings import Reference
from stream_apps.rules.terms import Chooser, Pool

FIRST_PARTY_TERM, LAST_PARTY_TERM = 9, 20


class NumberRule:
    def __init__(self, index: Index, chooser: Chooser) -> None:
        self._index, self._chooser = index, chooser

    def outright(self, ref: Reference, member: ListedNumber) -> MentionVerdict | None:
        """Returns the verdict that the mention's own words allow: the family, where it is not the central Party's,
        else the document, where they state date or term. Returns None for what must be weighed."""
        whose = self._whose(ref, member)
        if whose is None:
            return None
        family, rule, because = whose
        if family == "party":
            return self._central(ref, member)
        if family == "local_party" and (own := self._index.possible(_type(ref, member), "TU", member.number)):
            return _local(own)
        symbol = _symbol(member, ref)
        return MentionVerdict("unlisted" if symbol else "general", family, rule, because, None, symbol)

    def is_partys(self, ref: Reference, member: ListedNumber) -> bool:
        """True where the mention's own words state that the central Party issued it."""
        whose = self._whose(ref, member)
        return whose is not None and whose[0] == "party"

    def is_bare(self, ref: Reference, member: ListedNumber) -> bool:
        return self._whose(ref, member) is None

    def may_be_states(self, ref: Reference, member: ListedNumber, article: ArticleText) -> bool:
        """True where the state has a document of this number that the press names by it."""
        latest = article.writing.latest
        known = self._index.state.get(member.number, ()) if _type(ref, member) == "NQ" else ()
        return any(latest is None or c.earliest <= latest for c in known)

    def _central(self, ref: Reference, member: ListedNumber) -> MentionVerdict | None:
        type_ = _type(ref, member)
        if _is_year_of_partys(ref, member):
            ref = replace(ref, stated=StatedDate(member.symbol.year, None, None))
        elif member.symbol.dated:
            ref = replace(ref, stated=StatedDate(member.symbol.dated, None, None), lent=True)
        symbol = f"{member.number:02d}-{type_}/TW"
        if type_ in {"NQ", "CT"} and member.number > HIGHEST_CENTRAL and not member.symbol.agencies:
            return MentionVerdict("general", "party", "number", "no central document has so high a number")
        pool = self._index.possible(type_, "TW", member.number)
        if not pool:
            return MentionVerdict("unlisted", "party", "unlisted", "not in the catalogue", None, symbol)
        return self._chooser.choose(ref, pool, symbol)

    def _whose(self, ref: Reference, member: ListedNumber) -> tuple[Family, Rule, str] | None:
        """Leaves a number without the symbol that its type requires to its issuer."""
        form, symbol = ref.form, member.symbol
        if symbol.family and not _is_year_of_partys(ref, member):
            return symbol.family, "symbol", "the symbol says whose it is"
        if UNITED_NATIONS_NUMBER.match(ref.near, _number_at(ref, member)):
            return "foreign", "united-nations-number", "session and number, as the United Nations count"
        if form.joint or member.suffix:
            return "state", "state-number", "joint, or lettered, as only the state's are"
        # this body carries it out, as often as it issued it
        if ref.issuer and ref.issuer.code == "place" and ref.how != "before":
            return None
        if ref.issuer and ref.how != "about":
            return ref.issuer.family, ISSUED[ref.how], f"issued by: {ref.issuer.code}"
        if form.kind == "central":
            return "party", "issuer-after", "of the Central Committee"
        if any(FIRST_PARTY_TERM <= t <= LAST_PARTY_TERM for t in ref.terms) and not _speaks_of_state(ref):
            return "party", "stated-term", "a term (khóa) is stated, as with the Party's"
        return None


def _is_year_of_partys(ref: Reference, member: ListedNumber) -> bool:
    """True for `Nghị quyết 18/2017 của Trung ương`."""
    symbol, issuer = member.symbol, ref.issuer
    no_more = symbol.year is not None and not symbol.type and not symbol.agencies
    return no_more and issuer is not None and issuer.family == "party" and ref.how != "about"


def _local(own: Pool) -> MentionVerdict:
    if len(own) == 1:
        return linked(own[0], "local", "a document of the programme's own", own)
    return MentionVerdict(
        "ambiguous", "local_party", "local", "several of this number", None, None, names(own)
    )


def _type(ref: Reference, member: ListedNumber) -> str:
    return member.symbol.type or ref.form.type


def _number_at(ref: Reference, member: ListedNumber) -> int:
    digits = str(member.number)
    return ref.near.find(digits, member.start, member.end)


def _symbol(member: ListedNumber, ref: Reference) -> str | None:
    symbol = member.symbol
    if not (symbol.year or symbol.agencies):
        return None
    number = f"{member.number:02d}{member.suffix}"
    agencies = "-".join(agency.upper() for agency in symbol.agencies)
    if symbol.family == "local_party":
        return f"{number}-{symbol.type or ref.form.type}/{agencies}"
    year = str(symbol.year) if symbol.year else ""
    return "/".join(filter(None, (number, year, "-".join(filter(None, (symbol.type, agencies))))))


def _speaks_of_state(ref: Reference) -> bool:
    return spelled(STATE_ISSUER, ref.plain).search(ref.sentence) is not None
