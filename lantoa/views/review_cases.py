"""The items that wait for a human: ambiguous words with the text around them and their candidates, so that most items
can be corrected without opening the piece."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from lantoa.views.duplicates import kinds_of, pairs_in
from models.database import Connection
from models.messages.mention import Mention
from models.queries.waiting import WaitingWords, ranked
from models.queries.waiting_items import MentionsInText, ambiguous_mentions, linked_before

CONTEXT_CHARACTERS = 120  # characters before and after the mention
MOST = 50  # cases of a kind that are shown; the next ones follow when these are corrected


@dataclass(frozen=True, slots=True)
class InContext:
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """One item or activity that waits. `words` are its ambiguous words in context. `candidates` are sorted by
    probability, if they were weighed. `choose_one` says that all its mentions have the same candidates, so that one
    key is enough. `linked` lists the documents that are linked already. `alike` counts the other suspected duplicates
    of its kind.
    """

    item: str
    day: str
    owner: str
    title: str
    words: Sequence[str | InContext]
    candidates: Mapping[str, float | None]
    choose_one: bool
    linked: Sequence[str]
    first_seen: datetime | None
    alike: int = 0


def review_cases(connection: Connection, rows: Iterable[WaitingWords]) -> list[ReviewCase]:
    """Returns the first cases of `models.queries.waiting` rows of one kind, with all mentions of an item together."""
    listed = list(rows)
    alike = _alike(connection, listed)
    by_item = [(item, list(group)) for item, group in groupby(listed, key=lambda row: row.item)][:MOST]
    ambiguous = [item for item, group in by_item if group[0].kind in {"ambiguous", "allusion"}]
    texts = ambiguous_mentions(connection, ambiguous)
    linked = linked_before(connection, [item for item, _group in by_item])
    return [
        ReviewCase(
            item=item,
            day=group[0].day,
            owner=group[0].outlet,
            title=group[0].title,
            words=(_in_context(texts[item]) if item in texts else []) or [row.words for row in group],
            candidates=ranked(group),
            choose_one=len({frozenset(row.candidates) for row in group if row.candidates}) <= 1,
            linked=linked[item].resolutions if item in linked else (),
            first_seen=linked[item].first_seen if item in linked else None,
            alike=alike.get(item, 0),
        )
        for item, group in by_item
    ]


def _alike(connection: Connection, rows: Sequence[WaitingWords]) -> dict[str, int]:
    """Counts for each suspected duplicate the others of its kind."""
    kinds = kinds_of(connection, pairs_in(rows))
    several = Counter(kinds.values())
    return {item: several[kind] - 1 for (item, _first), kind in kinds.items()}


def _in_context(found: MentionsInText) -> list[InContext]:
    texts = {"title": found.title, "lead": found.lead, "body": found.body}
    return [_surrounded(texts[each.zone], each) for each in found.ambiguous]


def _surrounded(text: str, mention: Mention) -> InContext:
    """Cuts the surrounding text between words."""
    start, end = mention.start, mention.end
    before, after = text[max(start - CONTEXT_CHARACTERS, 0) : start], text[end : end + CONTEXT_CHARACTERS]
    if start > CONTEXT_CHARACTERS:
        before = "…" + before[before.find(" ") + 1 :]
    if end + CONTEXT_CHARACTERS < len(text):
        after = after[: after.rfind(" ") + 1].rstrip() + "…"
    return InContext(" ".join(before.split("\n")), mention.surface, " ".join(after.split("\n")))
