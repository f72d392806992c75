"""From decisions to mentions: the words of each, where they stand in the text as received."""

from collections.abc import Iterator, Sequence

from models.mention import Mention
from stream_apps.rules.article import Article
from stream_apps.rules.mention_verdict import MentionVerdict
from stream_apps.rules.resolve import Slot


def mentions_of(slots: Sequence[Slot], article: Article) -> Iterator[Mention]:
    texts = {zone: (text, folded) for zone, text, folded in article.zones}
    for slot in slots:
        text, folded = texts[slot.zone]
        for (start, end), decision in zip(slot.spans, slot.decisions, strict=True):
            a, b = folded.original(start, end)
            yield _mention(text, a, a + len(text[a:b].rstrip()), slot, decision)


def _mention(text: str, start: int, end: int, slot: Slot, decision: MentionVerdict) -> Mention:
    return Mention(
        text[start:end],
        start,
        end,
        slot.zone,
        decision.winner.name if decision.winner else None,
        decision.symbol,
        decision.family,
        decision.status,
        decision.rule,
        decision.candidates,
        decision.because,
        decision.probabilities,
        decision.reasons,
    )
