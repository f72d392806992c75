"""Finds the same text on pages of several pieces of an outlet: it belongs to at most one of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from config.errors import PageError
from models.store.page_texts import PageText
from producers.document_plan import RevisionCandidate
from producers.page_fetcher import PageResult, without_page
from producers.parse.article.page_article import NOT_OWN
from producers.parse.article.same_piece import alike, letters_of

LEAST = 100  # letters; a shorter text is a caption, or an invitation to a film
LONGEST_TITLE = 300  # characters of a title that are stored
CandidatePage = tuple[RevisionCandidate, PageResult]


@dataclass(slots=True)
class Judged:
    """`results` without the texts that belong to another piece. `texts` are to be stored; the pages of `disputed`,
    pieces that were published earlier, are to be requested again."""

    results: Sequence[CandidatePage]
    texts: list[PageText] = field(default_factory=list)
    disputed: list[PageText] = field(default_factory=list)


def text_hash(result: PageResult) -> str:
    """Returns the hash of the letters that were read in the page; empty where there are too few to compare."""
    letters = letters_of(result.entry.text) if result.entry.served_by else ""
    return sha256(letters.encode()).hexdigest()[:32] if len(letters) >= LEAST else ""


def judge(
    outlet: str, source_id: str, results: Sequence[CandidatePage], before: Mapping[str, PageText]
) -> Judged:
    """`before` maps a hash to the piece whose text it was. One piece under two addresses has one title, and is not
    suspected."""
    groups: defaultdict[str, list[CandidatePage]] = defaultdict(list)
    for each in results:
        if found := text_hash(each[1]):
            groups[found].append(each)
    judged, refused = Judged(results), set[str]()
    for found, group in groups.items():
        earlier = before.get(found)
        keeps = _who_keeps(group, earlier)
        refused |= {
            candidate.item_id
            for candidate, each in group
            if keeps is None or not _is_of((candidate, each), keeps)
        }
        if isinstance(keeps, PageText):
            continue
        judged.texts.append(
            PageText(outlet, found, "", "", named=False)
            if keeps is None
            else _remembered(outlet, source_id, found, keeps)
        )
        if earlier and earlier.entry and (keeps is None or not _is_of(keeps, earlier)):
            judged.disputed.append(earlier)
    judged.results = [
        (candidate, _refused(candidate, each) if candidate.item_id in refused else each)
        for candidate, each in results
    ]
    return judged


def _who_keeps(group: Sequence[CandidatePage], earlier: PageText | None) -> CandidatePage | PageText | None:
    """Returns the piece whose title the page has, where there is one; else the piece that had the text before under
    its title; else None."""
    first = group[0]
    if earlier and not earlier.item_id:
        return None
    if all(_is_of(each, first) for each in group) and (earlier is None or _is_of(first, earlier)):
        return first
    if earlier and earlier.named:
        return earlier
    named = [each for each in group if each[1].named]
    return named[0] if named and all(_is_of(each, named[0]) for each in named) else None


def _is_of(each: CandidatePage, other: CandidatePage | PageText) -> bool:
    """True for the same piece, by its id or by its title."""
    candidate, result = each
    if isinstance(other, PageText):
        return candidate.item_id == other.item_id or alike(result.entry.title, other.title)
    return candidate.item_id == other[0].item_id or alike(result.entry.title, other[1].entry.title)


def _remembered(outlet: str, source_id: str, found: str, each: CandidatePage) -> PageText:
    candidate, result = each
    title = result.entry.title[:LONGEST_TITLE]
    if result.named:
        return PageText(outlet, found, candidate.item_id, title, named=True)
    entry = candidate.entry.model_dump_json(exclude_defaults=True)
    return PageText(outlet, found, candidate.item_id, title, False, source_id, candidate.identity, entry)


def _refused(candidate: RevisionCandidate, result: PageResult) -> PageResult:
    error = PageError("same-text", f"{candidate.entry.url} {NOT_OWN['same-text']}")
    return without_page(candidate.entry, result.fetched_at, error)
