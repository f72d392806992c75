"""The pieces of the simulated press: what each one states, and when and where it can be seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lantoa.demo.cast import Feed, Outlet, PieceKind
from lantoa.demo.timeline import POLLS

Dateline = Literal["stated", "missing", "unreadable", "implausible"]


@dataclass(frozen=True, slots=True)
class DemoText:
    """One version of a piece. `in_title` and `in_text` are the catalogue ids to which the words refer
    with certainty."""

    title: str
    lead: str
    body: tuple[str, ...] = ()  # paragraphs
    in_title: frozenset[str] = frozenset()
    in_text: frozenset[str] = frozenset()
    undecided: bool = False  # refers to a number that exists in several terms

    @property
    def resolutions(self) -> frozenset[str]:
        return self.in_title | self.in_text


@dataclass(frozen=True, slots=True)
class Article:
    """One published piece. `revisions[k]` is what the feeds show at the k-th fetch that can see it."""

    outlet: Outlet
    number: int
    kind: PieceKind
    form: str
    section: str  # folder of its address
    in_scope: bool
    published: datetime
    revisions: tuple[DemoText, ...]
    feeds: tuple[Feed, ...]
    story: str
    frame: str = "{}"  # words around the title that name the form
    spelling: str = ""  # a name of spelling.SPELLINGS
    dateline: Dateline = "stated"
    redated: datetime | None = None  # the date that the second revision claims instead
    first: int = 0  # number of the fetch that sees it first
    polls: frozenset[int] = frozenset()

    @property
    def id(self) -> str:
        return f"{self.outlet.id}/{self.number}"

    @property
    def text(self) -> DemoText:
        """Returns the latest revision, which counts (domain.md, rule 1)."""
        return self.revisions[-1]

    @property
    def counted(self) -> datetime:
        """Returns the moment that determines its period (counting.md, Date and period)."""
        return self.published if self.dateline == "stated" else POLLS[self.first]

    @property
    def channel(self) -> str:
        return self.feeds[0].channel

    def revision_at(self, poll: int) -> int:
        return min(poll - self.first, len(self.revisions) - 1)
