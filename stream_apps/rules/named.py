"""Documents without a number: plenums, congresses, short names, and titles in words."""

from collections.abc import Iterator

from stream_apps.rules.article import Article
from stream_apps.rules.candidates import TITLE_START, Candidate, Index
from stream_apps.rules.context import Reference
from stream_apps.rules.dating import shifted
from stream_apps.rules.decision import ISSUED, Decision, linked, names
from stream_apps.rules.grammar import Member
from stream_apps.rules.numerals import TERM_NAMES
from stream_apps.rules.spelling import spelled
from stream_apps.rules.terms import EARLY_PRESS, by_topic_or_hints

OF_PARTY = r"[\s,]*(?:\(|của\s+)?đảng(?!\s*(?:bộ|ủy|viên|đoàn|các|cầm quyền|dân chủ|cộng hòa))(?!\w)"
OF_LOCAL = r"[\s,]*(?:của\s+)?(?:(?:tỉnh|thành|huyện|quận)\s+)?(?:đảng bộ|đảng ủy|chi bộ|đảng các cấp|(?:tỉnh|huyện|xã|phường|thành phố)(?!\w)|tp(?!\w))"
OF_OTHERS = r"[\s,]*(?:của\s+)?(?:công đoàn|cđ|tổng liên đoàn|liên đoàn|đoàn(?!\s+kết)|hội(?!\s+nghị)|mặt trận|mttq|hiệp hội|cổ đông|phật giáo|hợp tác xã|phụ nữ|nông dân|clb|vff)"
ANOTHER_CONGRESS = r"đại hội\s+(?:đại biểu\s+)?(?:toàn quốc\s+)?(?:công đoàn|đoàn|hội|mặt trận|liên đoàn|phụ nữ|nông dân|thi đua)"
LOCAL_ABOVE = 16  # congresses with a higher number are those of provinces and districts
FIRST_KNOWN = 5


class NameRule:
    def __init__(self, index: Index) -> None:
        self._index = index

    def plenum(
        self, number: int, terms: tuple[int, ...], ref: Reference, article: Article
    ) -> Iterator[Decision]:
        """One for each stated term."""
        pool = self._index.plenums(number)
        for term in terms:
            name = f"TW-{number}-{TERM_NAMES[term]}"
            if known := self._index.named.get(name):
                yield linked(known, "plenum", "plenum and term are stated", pool)
            else:
                yield Decision("unlisted", "party", "plenum", "not in the catalogue", None, name, names(pool))
        if not terms:
            yield self._termless(number, pool, ref, article)

    def congress(self, member: Member | None, ref: Reference, article: Article) -> Decision:
        """The Party's, where it is called national or the Party's; another body's never."""
        text, at = ref.near, ref.form.end
        if member is None:
            return self._unnumbered_congress(ref)
        if spelled(OF_LOCAL, ref.plain).match(text, at) or member.number > LOCAL_ABOVE:
            return Decision("general", "local_party", "local-congress", "a congress of a local Party body")
        if spelled(OF_OTHERS, ref.plain).match(text, at):
            return Decision("general", "other", "other-congress", "a congress of another body")
        name = f"DH-{TERM_NAMES.get(member.number, '')}"
        known = self._index.named.get(name)
        if not self._partys(ref, known, article):
            return Decision("general", "other", "other-congress", "nothing says that it is the Party's")
        if known is None:
            return Decision("unlisted", "party", "congress", "not in the catalogue", None, name)
        latest = article.writing.latest
        if latest and known.earliest > shifted(latest, EARLY_PRESS):
            return Decision(
                "general", "party", "congress", "the congress was still to come", None, name, (name,)
            )
        return linked(known, "congress", "the congress is stated", (known,))

    def plain(self, ref: Reference, article: Article) -> Iterator[Decision]:
        """At a key word without a number: a short name, titles in words, or only an issuer."""
        text, at = ref.near, ref.form.end
        for alias, candidate in self._index.aliases:
            if spelled(alias, ref.plain).match(text, at):
                yield linked(candidate, "short-name", "the catalogue lists this name", (candidate,))
                return
        titled = list(self._titles(ref, article))
        if titled:
            yield from titled
        elif ref.issuer:
            yield Decision("general", ref.issuer.family, ISSUED[ref.how], f"issued by: {ref.issuer.code}")
        elif ref.form.joint:
            yield Decision("general", "state", "joint", "a joint resolution")

    def _termless(self, number: int, pool: list[Candidate], ref: Reference, article: Article) -> Decision:
        """Within a term, "Trung ương 4" is that term's; the press says khóa when it means another."""
        symbol = f"TW-{number}"
        latest, day = article.writing.latest, article.writing.day
        possible = [c for c in pool if not latest or c.earliest <= shifted(latest, EARLY_PRESS)]
        if not possible:
            return Decision(
                "unlisted", "party", "plenum", "no plenum of this number is in the catalogue", None, symbol
            )
        if ref.stated and ref.stated.year:
            return self._of_year(possible, ref.stated.year, symbol)
        term = self._index.term_on(day) if day else None
        said = spelled(SAYS, ref.plain).match(ref.about)
        if said and not any(c.weak(ref.about, ref.plain) for c in possible):
            because = "what it is said to be about is no entry's matter"
            return Decision("ambiguous", "party", "plenum", because, None, symbol, names(possible))
        if said and len(told := by_topic_or_hints(possible, ref.about, ref.plain)) == 1:
            return linked(told[0], "topic", "its matter is named beside it", pool)
        if current := [c for c in possible if c.term == term]:
            return linked(
                current[0], "current-term", "the plenum of the term in which the text was written", pool
            )
        for text in (ref.about, ref.around):
            if len(told := by_topic_or_hints(possible, text, ref.plain)) == 1:
                return linked(told[0], "topic", "its matter is named beside it", pool)
        return Decision("ambiguous", "party", "plenum", "no term is stated", None, symbol, names(possible))

    def _of_year(self, pool: list[Candidate], year: int, symbol: str) -> Decision:
        """`Trung ương 8 (tháng 5/1941)`."""
        held = [c for c in pool if c.earliest.year <= year <= c.latest.year]
        if len(held) == 1:
            return linked(held[0], "stated-date", f"the plenum of {year}", pool)
        return Decision(
            "unlisted", "party", "stated-date", "no entry has the stated date", None, symbol, names(pool)
        )

    def _partys(self, ref: Reference, known: Candidate | None, article: Article) -> bool:
        if (
            "đảng" in ref.form.kind
            or "dang" in ref.form.kind.split()
            or spelled(OF_PARTY, ref.plain).match(ref.near, ref.form.end)
        ):
            return True
        if article.has(ANOTHER_CONGRESS):
            return False
        return (
            (known is not None and not ref.form.kind.strip())
            or "quốc" in ref.form.kind
            or "quoc" in ref.form.kind
        )

    def _unnumbered_congress(self, ref: Reference) -> Decision:
        if spelled(OF_OTHERS, ref.plain).match(ref.near, ref.form.end):
            return Decision("general", "other", "other-congress", "a congress of another body")
        if spelled(r"\s*(?:đồng\s+cổ đông|cổ đông)", ref.plain).match(ref.near, ref.form.end):
            return Decision("general", "other", "shareholders", "a meeting of shareholders")
        if spelled(r"\s*đồng(?!\w)", ref.plain).match(ref.near, ref.form.end):
            return Decision("general", "foreign", "general-assembly", "the General Assembly")
        if spelled(OF_LOCAL, ref.plain).match(ref.near, ref.form.end):
            return Decision("general", "local_party", "local-congress", "a congress of a local Party body")
        party = (
            "đảng" in ref.form.kind
            or "dang" in ref.form.kind.split()
            or spelled(OF_PARTY, ref.plain).match(ref.near, ref.form.end)
        )
        if party:
            return Decision("general", "party", "congress", "no number is stated")
        return Decision("general", "other", "other-congress", "nothing says whose it is")

    def _titles(self, ref: Reference, article: Article) -> Iterator[Decision]:
        """`Nghị quyết của Bộ Chính trị về phát triển văn hóa Việt Nam`."""
        if ref.issuer and ref.issuer.family != "party":
            return
        said = spelled(SAYS, ref.plain).match(ref.about)
        if not said:
            return
        latest = article.writing.latest
        pool = [
            (t, c)
            for t, c in self._index.titles
            if t and (not latest or c.earliest <= shifted(latest, EARLY_PRESS))
        ]
        if ref.issuer and ref.issuer.code in {"politburo", "secretariat", "central_committee"}:
            pool = [(t, c) for t, c in pool if c.document and c.document.issuer == ref.issuer.code]
        starts = [m.start() for m in spelled(TITLE_START, ref.plain).finditer(ref.about)]
        found = [c for t, c in pool if any(spelled(t, ref.plain).match(ref.about, at) for at in starts)]
        if found:
            for c in _newest(found):
                yield linked(c, "title", "its title stands in words", found)
        elif ref.issuer and not spelled(PLURAL, ref.plain).search(ref.near, 0, ref.form.start):
            told = [c for _, c in pool if c.strong(ref.about, ref.plain)]
            if len(told) == 1:
                yield linked(told[0], "issuer-and-topic", "issuer and matter are stated", told)


PLURAL = r"(?:các|những|nhiều|một số|mọi)\s+(?:chủ trương,?\s+|chỉ thị,?\s+)?$"
SAYS = r"(?:\s+(?:này|đó|mới|sau|quan trọng))?\s*:?\s*(?:về|đề ra|xác định|quy định|nêu|yêu cầu|đặt ra|chỉ rõ|khẳng định|là)(?!\w)"


def _newest(found: list[Candidate]) -> list[Candidate]:
    """Documents with the same title in two terms: the later one is meant."""
    by_title: dict[str, Candidate] = {}
    for c in sorted(found, key=lambda c: c.latest):
        title = c.document.title if c.document else c.name
        by_title[title] = c
    return list(by_title.values())
