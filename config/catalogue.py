"""The catalogue of the Party's documents that are tracked, and of the state's documents that look like them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import chain
from pathlib import Path

from config.catalogue_entries import (
    DOCUMENT_WORDS,
    Document,
    Event,
    Group,
    PublicOffice,
    StateDocument,
    Term,
    TermSpan,
)
from config.errors import CatalogueError
from config.learned import Learned, read_learned
from config.more_aliases import MoreAliases
from config.yaml_lines import YamlPath, load_model

SHIPPED = Path(__file__).parent / "catalogue"
# a term's last documents are signed while the next congress is prepared or closes
CLOSING = timedelta(days=60)
__all__ = [
    "Catalogue",
    "Document",
    "Event",
    "Group",
    "PublicOffice",
    "StateDocument",
    "Term",
    "TermSpan",
    "load_catalogue",
]


@dataclass(frozen=True)
class Catalogue:
    documents: Mapping[str, Document]
    state: Sequence[StateDocument] = ()
    terms: Sequence[TermSpan] = ()
    groups: Sequence[Group] = ()
    offices: Sequence[PublicOffice] = ()
    events: Sequence[Event] = ()
    learned: Learned | None = None  # learned from the office's own corrections

    def plenum_of(self, document_id: str) -> str | None:
        return self.documents[document_id].plenum

    @cached_property
    def plenums(self) -> Mapping[str, str]:
        """Maps the id of a document to the id of the plenum that issued it."""
        return {name: document.plenum for name, document in self.documents.items() if document.plenum}

    def term_of(self, day: date) -> Term | None:
        """Returns the term of a day; None before the first known term."""
        return next((span.term for span in reversed(self.terms) if span.began <= day), None)

    @cached_property
    def repeated_symbols(self) -> frozenset[str]:
        """The symbols that documents of several terms have."""
        counts = Counter(each.symbol for each in self.documents.values() if each.symbol)
        return frozenset(symbol for symbol, count in counts.items() if count > 1)

    @cached_property
    def version(self) -> str:
        """Changes whenever an entry changes, or what was learned from corrections."""
        documents, others = self.documents.values(), (self.state, self.terms, self.groups)
        entries = [*documents, *chain(*others, self.offices, self.events)]
        texts = [entry.model_dump_json() for entry in entries]
        texts += [self.learned.evidence] if self.learned else []
        return sha256("\n".join(texts).encode()).hexdigest()[:12]


def load_catalogue(*extra: Path) -> Catalogue:
    """Loads the shipped catalogue, a programme's own entries, and what was learned from its corrections (a path that
    ends in `.json`). Raises CatalogueError with path, line and what was expected."""
    terms, _ = load_model(SHIPPED / "terms.yaml", list[TermSpan])
    reading = _CatalogueFiles(tuple(terms))
    learned = None
    for path in (*_shipped_documents(), *extra):
        if path.suffix == ".json":
            learned = read_learned(path)
        else:
            reading.read(path)
    reading.check_plenums()
    state, _ = load_model(SHIPPED / "state.yaml", list[StateDocument])
    groups, line_of = load_model(SHIPPED / "groups.yaml", list[Group])
    for i, group in enumerate(groups):
        for j, name in enumerate(group.documents):
            if name not in reading.documents:
                place = (i, "documents", j)
                raise CatalogueError(
                    SHIPPED / "groups.yaml", line_of(place), f"expected the id of an entry, found {name!r}"
                )
    offices, _ = load_model(SHIPPED / "offices.yaml", list[PublicOffice])
    events, _ = load_model(SHIPPED / "events.yaml", list[Event])
    others = (tuple(state), tuple(terms), tuple(groups), tuple(offices), tuple(events))
    return Catalogue(reading.documents, *others, learned)


def _shipped_documents() -> list[Path]:
    return [SHIPPED / "congresses.yaml", SHIPPED / "plenums.yaml", *sorted(SHIPPED.glob("term-*.yaml"))]


class _CatalogueFiles:
    """The files read so far, and the file and line of each entry."""

    def __init__(self, terms: Sequence[TermSpan]) -> None:
        self.documents: dict[str, Document] = {}
        self._terms = terms
        self._where: dict[str, tuple[Path, Callable[[str], int]]] = {}
        self._symbols: dict[tuple[str, str | None], str] = {}

    def read(self, path: Path) -> None:
        more = MoreAliases(self.documents)
        entries, line_of = load_model(path, list[Document], more)
        for number, entry in enumerate(entries):
            place = _places(line_of, number)
            if number not in more.resolved:
                self._check_new(entry, path, place)
            self._check(entry, path, place)
            self.documents[entry.id] = entry
            self._where[entry.id] = path, place

    def check_plenums(self) -> None:
        """Runs after all files are read: a plenum may be in another file than the documents that it issued."""
        for entry in self.documents.values():
            plenum = self.documents.get(entry.plenum) if entry.plenum else None
            if entry.plenum and (plenum is None or plenum.kind != "plenum"):
                path, place = self._where[entry.id]
                expected = "expected the id of a plenum's own entry"
                raise CatalogueError(path, place("plenum"), f"{expected}, found {entry.plenum!r}")
            if plenum and plenum.term != entry.term:
                path, place = self._where[entry.id]
                raise CatalogueError(
                    path,
                    place("term"),
                    f"expected term {plenum.term} of its plenum {plenum.id}, found {entry.term}",
                )

    def _check_new(self, entry: Document, path: Path, place: Callable[[str], int]) -> None:
        if entry.id in self.documents:
            raise CatalogueError(path, place("id"), f"the id {entry.id} is taken already")
        if entry.symbol and (other := self._symbols.get((entry.symbol, entry.term))):
            raise CatalogueError(path, place("symbol"), f"{other} has this symbol in the same term already")
        if entry.symbol:
            self._symbols[entry.symbol, entry.term] = entry.id

    def _check(self, entry: Document, path: Path, place: Callable[[str], int]) -> None:
        if entry.kind in {"congress", "plenum"} and entry.term is None:
            raise CatalogueError(path, place("kind"), f"expected a term for a {entry.kind}")
        for alias in entry.aliases:
            if not alias.lower().startswith(DOCUMENT_WORDS):
                expected = (
                    "expected an alias that begins with a document's word, such as Nghị quyết or Chỉ thị"
                )
                raise CatalogueError(path, place("aliases"), f"{expected}, found {alias!r}")
        self._check_date(entry, path, place)

    def _check_date(self, entry: Document, path: Path, place: Callable[[str], int]) -> None:
        if entry.issued is None or entry.term is None or entry.kind == "local":
            return
        began = {span.term: span.began for span in self._terms}
        names = [span.term for span in self._terms]
        following = names[names.index(entry.term) + 1 :][:1]
        ended = began[following[0]] if following else date.max
        if entry.issued < began[entry.term] or entry.issued - ended > CLOSING:
            expected = f"expected a date in term {entry.term}, which began on {began[entry.term]}"
            raise CatalogueError(path, place("issued"), f"{expected}, found {entry.issued}")


def _places(line_of: Callable[[YamlPath], int], number: int) -> Callable[[str], int]:
    return lambda key: line_of((number, key))
