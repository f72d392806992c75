"""Finds a name in the middle of which a text breaks off (`… quán triệt Nghị quyết Trung ươ`), as summaries in feeds and texts
of a fixed length do. It waits, because it may be the Party's: nothing says which plenum or congress the lost words named."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from models.messages.mention import Mention, Zone
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.candidates import Candidate, Index
from stream_apps.rules.patterns import spelled
from stream_apps.rules.text import Folded, has_marks, without_marks

NAME = r"(?<!\w)nghị quyết (?P<name>[^.,;:!?\d\n]{2,40})$"
PLENUMS = ("trung ương", "hội nghị trung ương", "hội nghị lần thứ", "hội nghị ban chấp hành trung ương")
CONGRESSES = ("đại hội đảng", "đại hội đại biểu")
WHOLE = ("đại hội", "dai hoi")  # any congress: a text that ends there need not break off
CONGRESS = re.compile(r"(?:đ|d)[ạa]i h(?:ộ|o)i(?: (?:đ|d)[ảa]ng)?(?: l[ầa]n th[ứu])? (?P<term>[ivx]+)")
ELLIPSIS = re.compile(r"[\s\[(]*(?:…|\.{2,})[\s\])]*$")
LONGEST = 80  # characters of a cut name
MOST_CANDIDATES = 12
BECAUSE = "the text breaks off in the middle of the name"


class CutOffRule:
    """Compiled once for a catalogue. Titles never break off."""

    def __init__(self, index: Index) -> None:
        self._index = index
        documents = [c for c in index.named.values() if c.document]
        self._plenums = _newest(c for c in documents if c.document and c.document.kind == "plenum")
        self._congresses = _newest(c for c in documents if c.document and c.document.kind == "congress")

    def mentions(self, article: ArticleText, found: Sequence[Mention]) -> list[Mention]:
        """Returns the mentions with that of a cut name, which replaces what was read of its beginning unless that is
        linked."""
        cut = [
            each for zone, text, folded in article.zones for each in self._cut(zone, text, folded, article)
        ]
        standing = {(m.zone, m.start) for m in found if m.status in {"linked", "unlisted"}}
        new = {(m.zone, m.start): m for m in cut if (m.zone, m.start) not in standing}
        return [*(m for m in found if (m.zone, m.start) not in new), *new.values()]

    def _cut(self, zone: Zone, text: str, folded: Folded, article: ArticleText) -> Iterator[Mention]:
        if zone == "title":
            return
        end = len(folded.text)
        if "ngh" not in folded.text[-2 * LONGEST :]:
            return
        ellipsis = ELLIPSIS.search(folded.text, max(0, end - LONGEST))
        end = ellipsis.start() if ellipsis else end
        plain = not has_marks(text)
        name = spelled(NAME, plain).search(folded.text, max(0, end - LONGEST), end)
        if name is None:
            return
        candidates = self._candidates(name["name"], plain, article)
        if candidates:
            start, last = folded.original(name.start(), name.end())
            yield Mention(
                text[start:last], start, last, zone, None, None, "party", "ambiguous", candidates[0], candidates[1],
                BECAUSE,
            )  # fmt: skip

    def _candidates(
        self, words: str, plain: bool, article: ArticleText
    ) -> tuple[Literal["plenum", "congress"], tuple[str, ...]] | None:
        spelling = without_marks if plain else str
        if any(spelling(name).startswith(words) for name in PLENUMS):
            return "plenum", self._held(self._plenums, article)
        if words not in WHOLE and any(spelling(name).startswith(words) for name in CONGRESSES):
            return "congress", self._held(self._congresses, article)
        if congress := CONGRESS.fullmatch(words):
            begun = f"DH-{congress['term'].upper()}"
            possible = [c for c in self._congresses if c.name.startswith(begun)]
            return ("congress", self._held(possible, article)) if len(possible) > 1 else None
        return None

    def _held(self, candidates: Sequence[Candidate], article: ArticleText) -> tuple[str, ...]:
        """The newest of those that were held when the text was written, the newest first."""
        latest = article.writing.latest
        held = [c.name for c in candidates if latest is None or c.earliest <= latest]
        return tuple(held[:MOST_CANDIDATES])


def _newest(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda c: c.earliest, reverse=True)
