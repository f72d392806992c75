"""Items and activities are written alike: the revision that counts, each revision once, the classifications that are not in
force, and the rows of what is listed (resolutions, places)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlmodel import SQLModel

from models.counting.classification_history import ClassificationHistory, Position, RevisionClassification
from models.counting.revisions import Revisioned
from models.sql import put, table_of, upsert
from models.tables.stored_rows import POSITION, position_columns

S = TypeVar("S", bound=Revisioned[Any])
V = TypeVar("V")
Arrived = tuple[str, str, int]  # id, revision, generation
Columns = dict[str, Any]
CLASSIFICATION = ("classification", "classified_offset", "classified_ms")


@dataclass(frozen=True, slots=True)
class Lists(Generic[S]):
    """A table that has a row for each value of a list: `values` gives the list of an item or activity."""

    model: type[SQLModel]
    column: str
    values: Callable[[S], Sequence[str]]


@dataclass(frozen=True, slots=True)
class RevisionedTables(Generic[S, V]):
    """The tables of items or of activities. `of` is the column that names the item or activity in the others; `moment` is
    when a revision was seen last."""

    model: type[SQLModel]
    revisions: type[SQLModel]
    classifications: type[SQLModel]
    of: str
    moment: str
    lists: tuple[Lists[S], ...]
    columns: tuple[str, ...]  # of `model`, the id first
    stored: Callable[[Sequence[Any]], S]  # of their values
    row: Callable[[S], Columns]
    classification: Callable[[Any, str, Mapping[str, str]], V]
    classification_json: Callable[[V], Columns]


class RevisionedRows(Generic[S, V]):
    """The items or activities of one transaction: as they were (`before`), and as they are, loaded when asked."""

    def __init__(self, connection: Connection, tables: RevisionedTables[S, V]) -> None:
        self.before: dict[str, S] = {}
        self.history: ClassificationHistory[V] = ClassificationHistory()
        self._after: dict[str, S] = {}
        self._connection = connection
        self._tables = tables
        self._looked: set[str] = set()
        self._revisions: dict[tuple[str, str], Columns] = {}

    def load(self, ids: Iterable[str]) -> None:
        missing = {*ids} - self._looked
        if missing:
            self._looked |= missing
            found = stored_by_id(self._connection, self._tables, missing)
            self.before |= found
            self._after |= found

    def load_history(self, arrived: Iterable[Arrived], plenum_of: Mapping[str, str]) -> None:
        """The classifications that are not in force, of those of which another one than the current one has arrived."""
        ids = {
            of
            for of, revision, generation in arrived
            if (stored := self.before.get(of))
            and (stored.classification.revision, stored.classification.generation) != (revision, generation)
        }
        if not ids:
            return
        columns = (self._tables.of, "revision", "classification", *POSITION)
        found = _rows(self._connection, self._tables.classifications, columns, ids)
        for of, revision, stored, generation, *position in found:
            values = self._tables.classification(stored, self.before[of].programme, plenum_of)
            earlier = RevisionClassification(revision, generation, Position(*position), values)
            self.history.load([(of, earlier)])

    def get(self, of: str) -> S | None:
        if of not in self._looked:
            self.load([of])
        return self._after.get(of)

    def put(self, stored: S) -> None:
        self._after[stored.id] = stored

    def add_revision(self, revision: Columns) -> None:
        """A revision that has arrived; of one that comes several times the first and the last moment are kept."""
        place, moment = (revision[self._tables.of], revision["revision"]), self._tables.moment
        first, last = revision[moment], revision[moment]
        if known := self._revisions.get(place):
            first, last = min(first, known[f"first_{moment}"]), max(last, known[moment])
        self._revisions[place] = {**revision, f"first_{moment}": first, moment: last}

    def is_changed(self, of: str) -> bool:
        after, before = self._after[of], self.before.get(of)
        return after is not before and after != before

    def changed(self) -> list[S]:
        """In the order of their ids, so that two writers never wait for each other in a ring."""
        return [stored for of, stored in sorted(self._after.items()) if self.is_changed(of)]

    def here(self) -> Iterable[S]:
        """All that were loaded or put."""
        return self._after.values()

    def write_revisions(self) -> None:
        """The revisions that have arrived, and the classifications that are not in force any more."""
        _write_revisions(self._connection, self._tables, list(self._revisions.values()))
        rows = [
            {
                self._tables.of: of,
                "revision": each.revision,
                "classification": self._tables.classification_json(each.values),
                **position_columns(each),
            }
            for of, each in self.history.to_write
        ]
        put(self._connection, self._tables.classifications, rows, CLASSIFICATION)

    def write(self, changed: Sequence[S]) -> None:
        put(self._connection, self._tables.model, [self._tables.row(each) for each in changed])
        for lists in self._tables.lists:
            self._replace(lists, changed)

    def _replace(self, lists: Lists[S], changed: Sequence[S]) -> None:
        """The rows of those whose list has changed."""
        table, of = table_of(lists.model), self._tables.of
        old = {stored.id: lists.values(stored) for each in changed if (stored := self.before.get(each.id))}
        moved = [each for each in changed if lists.values(each) != old.get(each.id, ())]
        if left := [{"moved": each.id} for each in moved if each.id in old]:
            self._connection.execute(delete(table).where(table.c[of] == bindparam("moved")), left)
        rows = [
            {of: each.id, lists.column: value}
            for each in moved
            for value in dict.fromkeys(lists.values(each))
        ]
        if rows:
            self._connection.execute(table.insert(), rows)


def stored_by_id(
    connection: Connection, tables: RevisionedTables[S, Any], ids: Iterable[str]
) -> dict[str, S]:
    """Those that are here."""
    rows = _rows(connection, tables.model, tables.columns, ids)
    return {stored.id: stored for stored in map(tables.stored, rows)}


def _rows(
    connection: Connection, model: type[SQLModel], columns: Sequence[str], ids: Iterable[str]
) -> Iterable[Sequence[Any]]:
    """These columns, the first of which is one of the ids."""
    table = table_of(model)
    named = table.c[columns[0]].in_(bindparam("ids", expanding=True))
    statement = select(*(table.c[name] for name in columns)).where(named)
    return connection.execute(statement, {"ids": list(ids)}).all()


def _write_revisions(
    connection: Connection, tables: RevisionedTables[Any, Any], rows: Sequence[Columns]
) -> None:
    if not rows:
        return
    table, first, last = table_of(tables.revisions), f"first_{tables.moment}", tables.moment
    insert = upsert(connection, table)
    least, most = (func.min, func.max) if connection.dialect.name == "sqlite" else (func.least, func.greatest)
    spans = {
        first: least(table.c[first], insert.excluded[first]),
        last: most(table.c[last], insert.excluded[last]),
    }
    keys = [table.c[tables.of], table.c.revision]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=spans), rows)
