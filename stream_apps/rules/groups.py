"""Finds names for several documents at once (`bộ tứ trụ cột`)."""

from collections.abc import Iterator, Sequence

from config.catalogue import Catalogue
from models.messages.mention import Mention, Zone
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.candidates import Candidate
from stream_apps.rules.patterns import phrase, sought, spelled
from stream_apps.rules.text import Folded, has_marks


class GroupRule:
    def __init__(self, catalogue: Catalogue, named: dict[str, Candidate]) -> None:
        self._groups = [
            ("|".join(map(phrase, group.words)), [named[name] for name in group.documents])
            for group in catalogue.groups
        ]
        starts = {" ".join(words.lower().split()[:2]) for group in catalogue.groups for words in group.words}
        self._marked, self._plain = (
            [spelling for start in starts for spelling in sought(start, plain)] for plain in (False, True)
        )

    def mentions(self, article: ArticleText) -> Iterator[Mention]:
        for zone, text, folded in article.zones:
            plain = not has_marks(text)
            if any(start in folded.text for start in (self._plain if plain else self._marked)):
                for words, candidates in self._groups:
                    possible = [c for c in candidates if _was_issued(c, article)]
                    yield from _found(words, possible, zone, text, folded, plain)


def _found(
    words: str, candidates: Sequence[Candidate], zone: Zone, text: str, folded: Folded, plain: bool
) -> Iterator[Mention]:
    names = tuple(c.name for c in candidates)
    for found in spelled(words, plain).finditer(folded.text):
        start, end = folded.original(*found.span())
        for c in candidates:
            symbol = c.document.symbol if c.document else None
            yield Mention(
                text[start:end], start, end, zone, c.name, symbol, "party", "linked", "group", names,
                "the name stands for all of them",
            )  # fmt: skip


def _was_issued(candidate: Candidate, article: ArticleText) -> bool:
    return article.writing.latest is None or candidate.earliest <= article.writing.latest
