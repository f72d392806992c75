"""Names that stand for several documents at once (`bộ tứ trụ cột`)."""

from collections.abc import Iterator, Sequence

from models.mention import Mention
from stream_apps.rules.article import Article
from stream_apps.rules.candidates import Candidate
from stream_apps.rules.spelling import spelled
from stream_apps.rules.text import has_marks, settled


def group_mentions(groups: Sequence[tuple[str, Sequence[Candidate]]], article: Article) -> Iterator[Mention]:
    for zone, text, folded in article.zones:
        for words, candidates in groups:
            readable = settled(folded.text)
            for found in spelled(words, not has_marks(text)).finditer(readable):
                start, end = folded.original(*found.span())
                for c in candidates:
                    if article.writing.latest and c.earliest > article.writing.latest:
                        continue
                    yield Mention(
                        text[start:end], start, end, zone, c.name, c.document.symbol if c.document else None, "party",
                        "linked", "group", tuple(c.name for c in candidates), "the name stands for all of them",
                    )  # fmt: skip
