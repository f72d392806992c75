"""What the producers remember: how each source was left, and which revision of an item was seen where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from models.database import writing
from models.messages import Item
from models.recording import table_of, upsert
from models.tables import SeenEntry, SeenItem, SourceState

MOST_PARAMETERS = 500  # of one query


@dataclass(frozen=True, slots=True)
class Left:
    """How the last fetch left a source; empty before the first."""

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""


class Memory:
    """Moves on only when told so, after the brokers have acknowledged everything (invariant 4)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def left(self, source_id: str, url: str) -> Left:
        """A source whose address has changed is a source that was never fetched."""
        state = table_of(SourceState)
        with self._engine.connect() as connection:
            row = connection.execute(select(state).where(state.c.source_id == source_id)).mappings().first()
        if row is None or row["url"] != url:
            return Left()
        return Left(row["etag"], row["last_modified"], row["body_hash"])

    def seen_by(self, source_id: str, item_ids: Sequence[str]) -> dict[str, str]:
        """Item → the revision that this source showed last."""
        entry = table_of(SeenEntry)
        with self._engine.connect() as connection:
            return {
                row.item_id: row.revision
                for ids in _slices(item_ids)
                for row in connection.execute(
                    select(entry).where(entry.c.source_id == source_id, entry.c.item_id.in_(ids))
                )
            }

    def published(self, item_ids: Sequence[str]) -> dict[str, str]:
        """Item → the revision that was published last, by whichever source."""
        item = table_of(SeenItem)
        with self._engine.connect() as connection:
            return {
                row.item_id: row.revision
                for ids in _slices(item_ids)
                for row in connection.execute(select(item).where(item.c.item_id.in_(ids)))
            }

    def move_on(self, state: SourceState, shown: Iterable[Item], published: Iterable[Item]) -> None:
        """One transaction: how the source was left, what it showed, and what of that was published."""
        with writing(self._engine) as connection:
            _put(connection, SourceState, [state.model_dump()])
            _put(
                connection,
                SeenEntry,
                [{"source_id": state.source_id, "item_id": i.id, "revision": i.revision} for i in shown],
            )
            _put(connection, SeenItem, [{"item_id": i.id, "revision": i.revision} for i in published])

    def failed(self, source_id: str, url: str, at: datetime, reason: str, message: str) -> None:
        """What was seen stays; only the failure is noted."""
        left = self.left(source_id, url)
        state = SourceState(
            source_id=source_id,
            url=url,
            etag=left.etag,
            last_modified=left.last_modified,
            body_hash=left.body_hash,
            fetched_at=at,
            status="failed",
            reason=reason,
            message=message,
        )
        self.move_on(state, (), ())


def _slices(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + MOST_PARAMETERS] for start in range(0, len(ids), MOST_PARAMETERS))


def _put(
    connection: Connection,
    model: type[SourceState] | type[SeenEntry] | type[SeenItem],
    rows: list[dict[str, object]],
) -> None:
    if not rows:
        return
    table = table_of(model)
    insert = upsert(connection, table)
    keys = list(table.primary_key.columns)
    changed = {c.name: insert.excluded[c.name] for c in table.c if not c.primary_key}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), rows)
