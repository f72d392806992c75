"""The same text at pages of several pieces of one outlet: it is the text of one of them at most."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from config.errors import PageError
from models.page_texts import PageText
from producers.article.article import NOT_OWN
from producers.article.likeness import alike, letters_of
from producers.pages import Told, without_page
from producers.reading import Piece

LEAST = 100  # letters: less is a caption, or an invitation to a film
LONGEST_TITLE = 300  # characters that are remembered
Telling = tuple[Piece, Told]


@dataclass(slots=True)
class Judged:
    """`told` without the texts that are another piece's. `texts` are to be remembered; the pages of `disputed`, pieces that
    were told before, are to be tried again."""

    told: Sequence[Telling]
    texts: list[PageText] = field(default_factory=list)
    disputed: list[PageText] = field(default_factory=list)


def text_hash(told: Told) -> str:
    """Of the letters that were read in the page; empty where there are too few to tell."""
    letters = letters_of(told.entry.text) if told.entry.served_by else ""
    return sha256(letters.encode()).hexdigest()[:32] if len(letters) >= LEAST else ""


def judge(outlet: str, source_id: str, told: Sequence[Telling], before: Mapping[str, PageText]) -> Judged:
    """`before`: hash → whose text it was. One piece under two addresses has one title, and is not suspected."""
    groups: defaultdict[str, list[Telling]] = defaultdict(list)
    for each in told:
        if found := text_hash(each[1]):
            groups[found].append(each)
    judged, refused = Judged(told), set[str]()
    for found, group in groups.items():
        earlier = before.get(found)
        keeps = _who_keeps(group, earlier)
        refused |= {
            piece.item_id for piece, each in group if keeps is None or not _is_of((piece, each), keeps)
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
    judged.told = [
        (piece, _refused(piece, each) if piece.item_id in refused else each) for piece, each in told
    ]
    return judged


def _who_keeps(group: Sequence[Telling], earlier: PageText | None) -> Telling | PageText | None:
    """The one whose title the page has, where that is one; else who had it before under its title; else nobody."""
    first = group[0]
    if earlier and not earlier.item_id:
        return None
    if all(_is_of(each, first) for each in group) and (earlier is None or _is_of(first, earlier)):
        return first
    if earlier and earlier.named:
        return earlier
    named = [each for each in group if each[1].named]
    return named[0] if named and all(_is_of(each, named[0]) for each in named) else None


def _is_of(each: Telling, other: Telling | PageText) -> bool:
    """Of one piece: by its id, or by its title."""
    piece, told = each
    if isinstance(other, PageText):
        return piece.item_id == other.item_id or alike(told.entry.title, other.title)
    return piece.item_id == other[0].item_id or alike(told.entry.title, other[1].entry.title)


def _remembered(outlet: str, source_id: str, found: str, each: Telling) -> PageText:
    piece, told = each
    title = told.entry.title[:LONGEST_TITLE]
    if told.named:
        return PageText(outlet, found, piece.item_id, title, named=True)
    entry = piece.entry.model_dump_json(exclude_defaults=True)
    return PageText(outlet, found, piece.item_id, title, False, source_id, piece.identity, entry)


def _refused(piece: Piece, told: Told) -> Told:
    error = PageError("same-text", f"{piece.entry.url} {NOT_OWN['same-text']}")
    return without_page(piece.entry, told.fetched_at, error)
