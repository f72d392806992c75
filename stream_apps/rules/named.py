"""Identifies documents without a number: plenums, congresses, short names, and titles in words."""

from collections.abc import Iterator

from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.bodies import NATIONAL, PARTY_NAMES
from stream_apps.rules.candidates import TITLE_START, Candidate, Index
from stream_apps.rules.dating import shifted
from stream_apps.rules.grammar import ListedNumber
from stream_apps.rules.mention_verdict import ISSUED, MentionVerdict, linked, names
from stream_apps.rules.numerals import ORDINAL, TERM_NAMES, value
from stream_apps.rules.patterns import spelled
from stream_apps.rules.surroundings import Reference
from stream_apps.rules.terms import EARLY_PRESS

OF_PARTY = r"[\s,]*(?:\(|của\s+)?đảng(?!\s*(?:bộ|ủy|viên|đoàn|các|cầm quyền|dân chủ|cộng hòa))(?!\w)"
OF_OTHERS = r"[\s,]*(?:của\s+)?(?:công đoàn|cđ|tổng liên đoàn|liên đoàn|đoàn(?!\s+kết)|hội(?!\s+nghị)|mặt trận|mttq|hiệp hội|cổ đông|phật giáo|hợp tác xã|phụ nữ|nông dân|clb|vff)"
ANOTHER_CONGRESS = r"đại hội\s+(?:đại biểu\s+)?(?:toàn quốc\s+)?(?:công đoàn|đoàn(?!\s+kết)|hội(?!\s+nghị)|mặt trận|liên đoàn|phụ nữ|nông dân|thi đua)"
NATIONAL_CONGRESS = (
    r"đại hội\s+(?:đại biểu\s+)?toàn quốc\s+(?:(?:của\s+)?đảng\s+(?:cộng sản\s+(?:việt nam|vn)\s+)?)?"
    rf"(?:lần\s+)?(?:thứ\s+)?(?P<number>{ORDINAL})"
)
LOCAL_ABOVE = 16  # congresses with a higher number are those of provinces and districts
FIRST_KNOWN = 5


class NameRule:
    def __init__(self, index: Index) -> None:
        self._index = index

    def plenum(self, number: int, terms: tuple[int, ...]) -> Iterator[MentionVerdict]:
        """Yields one verdict for each stated term."""
        pool = self._index.plenums(number)
        for term in terms:
            name = f"TW-{number}-{TERM_NAMES[term]}"
            if known := self._index.named.get(name):
                yield linked(known, "plenum", "plenum and term are stated", pool)
            else:
                yield MentionVerdict(
                    "unlisted", "party", "plenum", "not in the catalogue", None, name, names(pool)
                )

    def plenum_of_year(self, number: int, ref: Reference, article: ArticleText) -> MentionVerdict | None:
        """Identifies `Trung ương 8 (tháng 5/1941)`, and a number that no plenum of the catalogue has had yet; else
        returns None."""
        pool, latest, symbol = self._index.plenums(number), article.writing.latest, f"TW-{number}"
        possible = [c for c in pool if not latest or c.earliest <= shifted(latest, EARLY_PRESS)]
        if not possible:
            because = "no plenum of this number is in the catalogue"
            return MentionVerdict("unlisted", "party", "plenum", because, None, symbol)
        return self._of_year(possible, ref.stated.year, symbol) if ref.stated and ref.stated.year else None

    def congress(
        self, member: ListedNumber | None, ref: Reference, article: ArticleText
    ) -> MentionVerdict | None:
        """Identifies the Party's congress where it is called national or the Party's, and never another body's;
        returns None where nothing but the number is stated."""
        text, at = ref.near, ref.form.end
        if member is None:
            return self._unnumbered_congress(ref, article)
        if ref.local or member.number > LOCAL_ABOVE:
            return MentionVerdict(
                "general", "local_party", "local-congress", "a congress of a local Party body"
            )
        if spelled(OF_OTHERS, ref.plain).match(text, at):
            return MentionVerdict("general", "other", "other-congress", "a congress of another body")
        name = f"DH-{TERM_NAMES.get(member.number, '')}"
        known = self._index.named.get(name)
        if not self._says_partys(ref):
            if ref.form.kind.strip() or known is None:
                return MentionVerdict(
                    "general", "other", "other-congress", "nothing says that it is the Party's"
                )
            return None
        if known is None:
            return MentionVerdict("unlisted", "party", "congress", "not in the catalogue", None, name)
        latest = article.writing.latest
        if latest and known.earliest > shifted(latest, EARLY_PRESS):
            return MentionVerdict(
                "general", "party", "congress", "the congress was still to come", None, name, (name,)
            )
        return linked(known, "congress", "the congress is stated", (known,))

    def plain(self, ref: Reference, article: ArticleText) -> Iterator[MentionVerdict]:
        """Reads a short name, or titles in words, at a key word without a number."""
        text, at = ref.near, ref.form.end
        for alias, candidate in self._index.aliases:
            if spelled(alias, ref.plain).match(text, at):
                yield linked(candidate, "short-name", "the catalogue lists this name", (candidate,))
                return
        yield from self._titles(ref, article)

    def general(self, ref: Reference) -> MentionVerdict | None:
        """Returns an allusion where only the issuer is stated."""
        if ref.issuer:
            return MentionVerdict(
                "general", ref.issuer.family, ISSUED[ref.how], f"issued by: {ref.issuer.code}"
            )
        if ref.form.joint:
            return MentionVerdict("general", "state", "joint", "a joint resolution")
        return None

    def _of_year(self, pool: list[Candidate], year: int, symbol: str) -> MentionVerdict:
        """Identifies `Trung ương 8 (tháng 5/1941)`."""
        held = [c for c in pool if c.earliest.year <= year <= c.latest.year]
        if len(held) == 1:
            return linked(held[0], "stated-date", f"the plenum of {year}", pool)
        return MentionVerdict(
            "unlisted", "party", "stated-date", "no entry has the stated date", None, symbol, names(pool)
        )

    def _says_partys(self, ref: Reference) -> bool:
        said = ref.form.words & (PARTY_NAMES | NATIONAL)
        return bool(said) or spelled(OF_PARTY, ref.plain).match(ref.near, ref.form.end) is not None

    def _unnumbered_congress(self, ref: Reference, article: ArticleText) -> MentionVerdict:
        if spelled(OF_OTHERS, ref.plain).match(ref.near, ref.form.end):
            return MentionVerdict("general", "other", "other-congress", "a congress of another body")
        if spelled(r"\s*(?:đồng\s+cổ đông|cổ đông)", ref.plain).match(ref.near, ref.form.end):
            return MentionVerdict("general", "other", "shareholders", "a meeting of shareholders")
        if spelled(r"\s*đồng(?!\w)", ref.plain).match(ref.near, ref.form.end):
            return MentionVerdict("general", "foreign", "general-assembly", "the General Assembly")
        if ref.local:
            return MentionVerdict(
                "general", "local_party", "local-congress", "a congress of a local Party body"
            )
        if (held := self._spoken_of(article)) and not ref.form.kind.strip():
            because = "the congress of which the text speaks"
            return MentionVerdict("ambiguous", "party", "congress", because, None, None, (held.name,))
        party = ref.form.words & PARTY_NAMES or spelled(OF_PARTY, ref.plain).match(ref.near, ref.form.end)
        if party:
            return MentionVerdict("general", "party", "congress", "no number is stated")
        return MentionVerdict("general", "other", "other-congress", "nothing says whose it is")

    def _spoken_of(self, article: ArticleText) -> Candidate | None:
        """Returns the national congress that the text names, where it names exactly one."""
        told = {
            value(found["number"])
            for found in spelled(NATIONAL_CONGRESS, article.plain).finditer(article.whole)
        }
        known = [self._index.named.get(f"DH-{TERM_NAMES.get(number or 0, '')}") for number in told]
        return known[0] if len(known) == 1 else None

    def _titles(self, ref: Reference, article: ArticleText) -> Iterator[MentionVerdict]:
        """Reads `Nghị quyết của Bộ Chính trị về phát triển văn hóa Việt Nam`."""
        if ref.issuer and ref.issuer.family != "party":
            return
        said = spelled(SAYS, ref.plain).match(ref.about)
        if not said:
            return
        any_title = spelled(self._index.any_title, ref.plain)
        starts = [
            m.start()
            for m in spelled(TITLE_START, ref.plain).finditer(ref.about)
            if any_title.match(ref.about, m.start())
        ]
        if not starts:
            return
        found = [
            c
            for t, c in self._index.titles
            if any(spelled(t, ref.plain).match(ref.about, at) for at in starts)
        ]
        if latest := article.writing.latest:
            limit = shifted(latest, EARLY_PRESS)
            found = [c for c in found if c.earliest <= limit]
        if ref.issuer and ref.issuer.code in {"politburo", "secretariat", "central_committee"}:
            found = [c for c in found if c.document and c.document.issuer == ref.issuer.code]
        for c in _newest(found):
            yield linked(c, "title", "its title stands in words", found)


PLURAL = r"(?:các|những|nhiều|một số|mọi)\s+(?:chủ trương,?\s+|chỉ thị,?\s+)?$"
SAYS = r"(?:\s+(?:này|đó|mới|sau|quan trọng))?\s*:?\s*(?:về|đề ra|xác định|quy định|nêu|yêu cầu|đặt ra|chỉ rõ|khẳng định|là)(?!\w)"


def _newest(found: list[Candidate]) -> list[Candidate]:
    """Of documents with the same title in two terms, the later one is meant."""
    by_title: dict[str, Candidate] = {}
    for c in sorted(found, key=lambda c: c.latest):
        title = c.document.title if c.document else c.name
        by_title[title] = c
    return list(by_title.values())
