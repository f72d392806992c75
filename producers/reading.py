"""One fetch of one source on its way over the desk: what of it is to be done, and the sums of what was."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from config.errors import FetchError
from config.programme import Source
from models.messages import Item
from producers.changes import Changes
from producers.entry import Entry
from producers.fetch import Fetched
from producers.memory import Document
from producers.normalise import Maker
from producers.pages import Told

SUMS = (
    "entries",
    "items",
    "rejected",
    "known",
    "new",
    "changed",
    "published",
    "pages",
    "missing",
    "undated",
    "left",
    "drifted",
    "collapsed",
)
PAGES_AT_ONCE = 25  # are asked for before what they told is published and remembered


@dataclass(frozen=True, slots=True)
class Piece:
    """An entry that is to become a revision. `shown` is its revision as it stands in the source, empty where only its
    page is tried again; `keeps` where a text stands that a page which fails must not replace."""

    entry: Entry
    identity: str
    item_id: str
    shown: str
    wants_page: bool
    keeps: bool = False
    failed: int = 0  # earlier attempts at its page
    dated: str = ""  # ISO 8601, for the order; what states no date comes last


@dataclass(slots=True)
class Reading:
    """`quiet`: item → revision shown, of which nothing is to be published."""

    source: Source
    fetched: Fetched
    maker: Maker
    changes: Changes
    entries: int
    items: int
    rejected: int
    known: int  # of the items, those that the source had shown before
    is_index: bool  # names other documents and lists nothing itself
    more: Sequence[str] = ()  # further addresses of the source, most recent first
    newest: date | None = None  # day of the newest piece that it shows
    error: FetchError | None = None
    notes: Mapping[str, str] = field(default_factory=dict)  # to be remembered of the outlet
    document: Document | None = None
    lessons: frozenset[str] = frozenset()  # of the outlet
    quiet: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[Piece] = ()
    new: int = 0
    changed: int = 0
    published: int = 0  # of the items that the source shows now
    pages: int = 0
    missing: int = 0
    undated: int = 0  # of what was published: pieces whose date cannot be believed, so that they count where they were first seen
    left: int = 0  # of the pieces that it shows now, for another night
    drifted: int = 0
    collapsed: int = 0  # items that are several entries, called differently
    rest_seconds: float = 0.0

    def batches(self) -> Iterator[tuple[Sequence[Piece], bool]]:
        """Each with the word whether it is the last; one batch at least."""
        plain = [piece for piece in self.pieces if not piece.wants_page]
        asking = [piece for piece in self.pieces if piece.wants_page]
        parts = [asking[i : i + PAGES_AT_ONCE] for i in range(0, len(asking), PAGES_AT_ONCE)]
        if plain or not parts:
            parts.insert(0, plain)
        for number, part in enumerate(parts, 1):
            yield part, number == len(parts)

    def leave_for_later(self, most: int) -> None:
        """Asks for so many pages, those of the newest pieces."""
        asking = sorted(
            (piece for piece in self.pieces if piece.wants_page), key=lambda piece: piece.dated, reverse=True
        )
        later = {piece.item_id for piece in asking[most:]}
        self.left = sum(bool(piece.shown) for piece in asking[most:])
        self.pieces = [piece for piece in self.pieces if piece.item_id not in later]

    def add(
        self, told: Sequence[tuple[Piece, Told]], publish: Sequence[Item], before: Collection[str]
    ) -> None:
        """`before`: items that were published before these."""
        new = sum(item.id not in before for item in publish)
        self.new += new
        self.changed += len(publish) - new
        shown = {piece.item_id for piece, _ in told if piece.shown}
        self.published += sum(item.id in shown for item in publish)
        self.undated += sum(item.date_flag is not None for item in publish)
        self.pages += sum(piece.wants_page for piece, _ in told)
        self.missing += sum(each.error is not None for _, each in told)
        self.drifted += sum(each.drifted for _, each in told)
        self.rest_seconds = max([self.rest_seconds, *(each.rest_seconds for _, each in told)])

    def include(self, other: "Reading") -> None:
        """The sums of a further document of the same source."""
        for name in SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rest_seconds = max(self.rest_seconds, other.rest_seconds)
        self.error = self.error or other.error
