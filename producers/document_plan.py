"""The plan for one fetched document, and the counters of what becomes of it: frozen values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from config.errors import FetchError
from config.programme import Source
from models.store.source_state import SeenDocument
from models.tables.sources import Hints
from producers.http.fetch import Fetched
from producers.item.entry import Entry
from producers.item.normalise import Maker, Rejected

PAGES_AT_ONCE = 25  # pages that are fetched before their results are published and stored


@dataclass(frozen=True, slots=True)
class Counts:
    """Counters of a document, of a batch of it, or of all documents of a source; `+` adds them up."""

    entries: int = 0
    items: int = 0
    rejected: int = 0
    known: int = 0  # items that the source had shown before
    new: int = 0
    changed: int = 0
    published: int = 0  # published items that the source shows now
    pages: int = 0
    missing: int = 0
    undated: int = 0  # published items with an implausible date, which count where they were first seen
    left: int = 0  # pieces that the source shows now and that are left for another night
    drifted: int = 0
    collapsed: int = 0  # items that combine several entries with different titles
    rest_seconds: float = 0.0  # the longest time for which a host asked us to wait
    newest: date | None = None  # day of the newest piece

    def __add__(self, other: "Counts") -> "Counts":
        sums = {name: getattr(self, name) + getattr(other, name) for name in SUMS}
        days = [day for day in (self.newest, other.newest) if day]
        rest = max(self.rest_seconds, other.rest_seconds)
        return Counts(**sums, rest_seconds=rest, newest=max(days, default=None))


SUMS = tuple(each.name for each in fields(Counts) if each.name not in {"rest_seconds", "newest"})


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


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """What is new in a document. `quiet` maps items to the revision shown, for entries of which nothing is published;
    `dead` are rejected entries that were not reported before. `counts` are those before a page was fetched."""

    fetched: Fetched
    maker: Maker
    counts: Counts
    is_index: bool  # the document names other documents and lists nothing itself
    more: Sequence[str]  # further addresses of the source, most recent first
    error: FetchError | None
    lessons: frozenset[str]  # lessons of the outlet
    hints: Hints  # to store for the source
    outlet_hints: Hints  # to store for the outlet
    document: SeenDocument
    candidates: Sequence[RevisionCandidate]
    quiet: Mapping[str, str]
    dead: Sequence[Rejected]

    @property
    def source(self) -> Source:
        return self.maker.source

    def batches(self) -> Iterator[tuple[Sequence[RevisionCandidate], bool]]:
        """Yields each batch and whether it is the last; there is at least one batch."""
        plain = [candidate for candidate in self.candidates if not candidate.wants_page]
        asking = [candidate for candidate in self.candidates if candidate.wants_page]
        parts = [asking[i : i + PAGES_AT_ONCE] for i in range(0, len(asking), PAGES_AT_ONCE)]
        if plain or not parts:
            parts.insert(0, plain)
        for number, part in enumerate(parts, 1):
            yield part, number == len(parts)
