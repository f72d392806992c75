"""Turns verdicts into mentions: the words of each, and their place in the text as received."""

from collections.abc import Iterator, Sequence

from models.messages.mention import Mention
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.mention_verdict import MentionVerdict
from stream_apps.rules.resolve import Slot


def mentions_of(slots: Sequence[Slot], article: ArticleText) -> Iterator[Mention]:
    texts = {zone: (text, folded) for zone, text, folded in article.zones}
    for slot in slots:
        text, folded = texts[slot.zone]
        for (start, end), verdict in zip(slot.spans, slot.verdicts, strict=True):
            a, b = folded.original(start, end)
            yield _mention(text, a, a + len(text[a:b].rstrip()), slot, verdict)


def _mention(text: str, start: int, end: int, slot: Slot, verdict: MentionVerdict) -> Mention:
    return Mention(
        text[start:end],
        start,
        end,
        slot.zone,
        verdict.winner.name if verdict.winner else None,
        verdict.symbol,
        verdict.family,
        verdict.status,
        verdict.rule,
        verdict.candidates,
        verdict.because,
        verdict.probabilities,
        verdict.reasons,
    )
