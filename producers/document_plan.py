"""The work plan for one fetched document, and its counters."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from config.errors import FetchError
from config.programme import Source
from models.messages.item import Item
from models.store.source_state import SeenDocument
from producers.http.fetch import Fetched
from producers.item.entry import Entry
from producers.item.normalise import Maker
from producers.page_fetcher import PageResult
from producers.state.changes import EntryChanges

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
PAGES_AT_ONCE = 25  # pages that are fetched before their results are published and stored


@dataclass(frozen=True, slots=True)
class RevisionCandidate:
    """An entry that is to become a revision. `shown` is its revision as it appears in the source, empty where only
    its pending page is requested. `keeps` is true where the item has a text that a failing page must not replace."""

    entry: Entry
    identity: str
    item_id: str
    shown: str
    wants_page: bool
    keeps: bool = False
    failed: int = 0  # failed attempts at its page
    dated: str = ""  # ISO 8601, for the order; an entry without a date comes last


@dataclass(slots=True)
class DocumentPlan:
    """`quiet` maps items to the revision shown, for entries of which nothing is published."""

    source: Source
    fetched: Fetched
    maker: Maker
    changes: EntryChanges
    entries: int
    items: int
    rejected: int
    known: int  # items that the source had shown before
    is_index: bool  # the document names other documents and lists nothing itself
    more: Sequence[str] = ()  # further addresses of the source, most recent first
    newest: date | None = None  # day of the newest piece that the document shows
    error: FetchError | None = None
    notes: Mapping[str, str] = field(default_factory=dict)  # notes to store for the outlet
    document: SeenDocument | None = None
    lessons: frozenset[str] = frozenset()  # lessons of the outlet
    quiet: Mapping[str, str] = field(default_factory=dict)
    candidates: Sequence[RevisionCandidate] = ()
    new: int = 0
    changed: int = 0
    published: int = 0  # published items that the source shows now
    pages: int = 0
    missing: int = 0
    undated: int = 0  # published items with an implausible date, which count where they were first seen
    left: int = 0  # pieces that the source shows now and that are left for another night
    drifted: int = 0
    collapsed: int = 0  # items that combine several entries with different titles
    rest_seconds: float = 0.0

    def batches(self) -> Iterator[tuple[Sequence[RevisionCandidate], bool]]:
        """Yields each batch and whether it is the last; there is at least one batch."""
        plain = [candidate for candidate in self.candidates if not candidate.wants_page]
        asking = [candidate for candidate in self.candidates if candidate.wants_page]
        parts = [asking[i : i + PAGES_AT_ONCE] for i in range(0, len(asking), PAGES_AT_ONCE)]
        if plain or not parts:
            parts.insert(0, plain)
        for number, part in enumerate(parts, 1):
            yield part, number == len(parts)

    def leave_for_later(self, most: int) -> None:
        """Keeps this many pages, those of the newest pieces, and leaves the others for another night."""
        asking = sorted(
            (candidate for candidate in self.candidates if candidate.wants_page),
            key=lambda candidate: candidate.dated,
            reverse=True,
        )
        later = {candidate.item_id for candidate in asking[most:]}
        self.left = sum(bool(candidate.shown) for candidate in asking[most:])
        self.candidates = [candidate for candidate in self.candidates if candidate.item_id not in later]

    def add(
        self,
        results: Sequence[tuple[RevisionCandidate, PageResult]],
        publish: Sequence[Item],
        before: Collection[str],
    ) -> None:
        """Adds a batch to the counters. `before` are the items that were published before this batch."""
        new = sum(item.id not in before for item in publish)
        self.new += new
        self.changed += len(publish) - new
        shown = {candidate.item_id for candidate, _ in results if candidate.shown}
        self.published += sum(item.id in shown for item in publish)
        self.undated += sum(item.date_flag is not None for item in publish)
        self.pages += sum(candidate.wants_page for candidate, _ in results)
        self.missing += sum(each.error is not None for _, each in results)
        self.drifted += sum(each.drifted for _, each in results)
        self.rest_seconds = max([self.rest_seconds, *(each.rest_seconds for _, each in results)])

    def include(self, other: "DocumentPlan") -> None:
        """Adds the counters of a further document of the same source."""
        for name in SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rest_seconds = max(self.rest_seconds, other.rest_seconds)
        self.error = self.error or other.error
