"""The cases that wait for a human, with what is needed to correct them without opening the piece: ambiguous words in their
sentence, the date as the source wrote it, both texts of suspected duplicates."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lantoa.views.duplicates import kinds_of
from lantoa.views.labels import cut
from models.database import Connection
from models.messages.mention import Mention
from models.queries.waiting_cases import WaitingCase
from models.queries.waiting_items import WaitingPiece, waiting_pieces

AROUND = 240  # characters around the mention, at least
MOST_OF_SENTENCE = 400  # characters of its sentence before the mention, and behind it
EXCERPT = 320  # characters of a text beside another
# Not behind an abbreviation, such as TP., PGS. or Ths.
ENDS = re.compile(r"(?<!\b[A-ZĐ])(?<!\b[A-ZĐ]\w)(?<!\b[A-ZĐ]\w\w)[.!?…][\"”’)]*\s+")


@dataclass(frozen=True, slots=True)
class InContext:
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """A case with what is stored of its item; an activity has no `piece`. `words` are its ambiguous words in context.
    `twin` is the item that a suspected duplicate seems to repeat, and `alike` counts the other ones of the same two
    sources."""

    case: WaitingCase
    piece: WaitingPiece | None
    words: Sequence[str | InContext]
    twin: WaitingPiece | None = None
    alike: int = 0

    @property
    def kind(self) -> str:
        return self.case.kind

    @property
    def item(self) -> str:
        return self.case.item

    @property
    def candidates(self) -> dict[str, float | None]:
        return dict(self.case.candidates)

    @property
    def choose_one(self) -> bool:
        return self.case.choose_one

    @property
    def linked(self) -> Sequence[str]:
        return self.piece.resolutions if self.piece else ()

    @property
    def first_seen(self) -> datetime | None:
        return self.piece.first_seen if self.piece else None

    @property
    def texts(self) -> Sequence[WaitingPiece]:
        """The texts that are compared, the one seen first before the other."""
        return [each for each in (self.twin, self.piece) if each] if self.twin else []


def review_cases(
    connection: Connection, shown: Sequence[WaitingCase], of_kind: Sequence[WaitingCase] = ()
) -> list[ReviewCase]:
    """Reads the pieces of the cases that are shown. `of_kind` are all cases of their kind, among which duplicates of the
    same two sources are counted."""
    repeated = {case.item: next(iter(case.candidates)) for case in shown if case.kind == "duplicate"}
    pieces = waiting_pieces(connection, {*(case.item for case in shown), *repeated.values()})
    alike = _alike(connection, of_kind) if repeated else {}
    return [
        ReviewCase(
            case=case,
            piece=pieces.get(case.item),
            words=_words(case, pieces.get(case.item)),
            twin=pieces.get(repeated.get(case.item, "")),
            alike=alike.get(case.item, 0),
        )
        for case in shown
    ]


def surrounded(text: str, mention: Mention) -> InContext:
    """Keeps the whole sentence, unless it is very long; the text of a short one is continued. Cuts between words."""
    start, end = mention.start, mention.end
    first, last = _widened(*_of_sentence(text, start, end))
    before, after = text[max(start - first, 0) : start], text[end : end + last]
    if start > first and not text[start - first - 1].isspace():
        before = before[before.find(" ") + 1 :]
    if end + last < len(text) and not text[end + last].isspace():
        after = after[: after.rfind(" ") + 1].rstrip()
    before = f"…{before}" if start > first else before
    after = f"{after}…" if end + last < len(text) else after
    return InContext(" ".join(before.split("\n")), mention.surface, " ".join(after.split("\n")))


def excerpt(piece: WaitingPiece) -> str:
    """Returns the beginning of a text, for a reader who compares it with another."""
    return cut(" ".join(f"{piece.lead} {piece.body}".split()), EXCERPT)


def _alike(connection: Connection, cases: Sequence[WaitingCase]) -> dict[str, int]:
    """Counts for each suspected duplicate the others of its kind."""
    pairs = [(case.item, next(iter(case.candidates))) for case in cases if case.kind == "duplicate"]
    kinds = kinds_of(connection, pairs)
    several = Counter(kinds.values())
    return {item: several[kind] - 1 for (item, _first), kind in kinds.items()}


def _words(case: WaitingCase, piece: WaitingPiece | None) -> Sequence[str | InContext]:
    speaks = case.kind in {"ambiguous", "allusion"}
    return (list(_in_context(piece)) if piece and speaks else []) or case.words


def _in_context(piece: WaitingPiece) -> Iterator[InContext]:
    texts = {"title": piece.title, "lead": piece.lead, "body": piece.body}
    for mention in piece.ambiguous:
        yield surrounded(texts[mention.zone], mention)


def _of_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """How many characters of the sentence are before the mention, and how many behind it."""
    before, after = text[max(start - MOST_OF_SENTENCE, 0) : start], text[end : end + MOST_OF_SENTENCE]
    begins = max((found.end() for found in ENDS.finditer(before)), default=0)
    ends = ENDS.search(after)
    return len(before) - begins, len(after[: ends.end()].rstrip()) if ends else len(after)


def _widened(before: int, after: int) -> tuple[int, int]:
    """Adds to the shorter side, then to the other, until there is enough around the mention."""
    spare = max(AROUND - before - after, 0)
    return max(before, min(AROUND // 2, before + spare)), max(after, min(AROUND // 2, after + spare))
