"""What each source gave on each day: the history that distinguishes a silent source from a quiet day."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection, select

from models.sql import table_of, upsert
from models.tables.sources import SourceDay


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Of one day, or of one fetch to be added to it. `entries` were read, `known` of them the source had shown before;
    `drifted` fetches had content in which a selector matched nothing."""

    day: date
    fetches: int = 1
    failed: int = 0
    drifted: int = 0
    entries: int = 0
    known: int = 0

    @property
    def new(self) -> int:
        return self.entries - self.known

    @property
    def answered(self) -> bool:
        return self.fetches > self.failed


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a day brought, of `sources` that were fetched. `failed` of them never answered; `quiet` ones did and gave
    nothing new."""

    day: date
    sources: int
    failed: int
    quiet: int
    new: int


def add(connection: Connection, source_id: str, counts: DayCounts) -> None:
    """Inside the transaction that remembers the fetch."""
    table = table_of(SourceDay)
    insert = upsert(connection, table)
    summed = {
        column.name: column + insert.excluded[column.name] for column in table.c if not column.primary_key
    }
    statement = insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=summed)
    connection.execute(statement, {"source_id": source_id, **asdict(counts)})


def days_since(connection: Connection, first: date) -> Mapping[str, list[DayCounts]]:
    """Source → its days, the oldest first."""
    table = table_of(SourceDay)
    found: dict[str, list[DayCounts]] = {}
    query = select(table).where(table.c.day >= first).order_by(table.c.source_id, table.c.day)
    for row in connection.execute(query).mappings():
        counts = {name: value for name, value in row.items() if name != "source_id"}
        found.setdefault(row["source_id"], []).append(DayCounts(**counts))
    return found


def last_gathered(connection: Connection, sources: Collection[str]) -> Gathered | None:
    """Of the last day on which any of `sources` was fetched."""
    table = table_of(SourceDay)
    ours = select(table.c.day).where(table.c.source_id.in_(sources))
    newest = connection.execute(ours.order_by(table.c.day.desc()).limit(1)).scalar()
    if newest is None:
        return None
    return gathered(newest, fetched_on(connection, sources, newest).values())


def fetched_on(connection: Connection, sources: Collection[str], day: date) -> dict[str, DayCounts]:
    """Those of `sources` that were fetched on a day, each with what it gave."""
    table = table_of(SourceDay)
    rows = connection.execute(select(table).where(table.c.day == day)).mappings()
    found = {row["source_id"]: {name: row[name] for name in row if name != "source_id"} for row in rows}
    return {name: DayCounts(**counts) for name, counts in found.items() if name in sources}


def gathered(day: date, given: Collection[DayCounts]) -> Gathered:
    answered = [each for each in given if each.answered]
    return Gathered(
        day,
        len(given),
        len(given) - len(answered),
        sum(not each.new for each in answered),
        sum(each.new for each in given),
    )
