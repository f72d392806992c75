"""Where workers began in a partition: who begins there and finds that another one never ended knows that it was killed,
ran out of memory, hung or crashed, and how often that has happened at this place."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from models.sql import put, table_of
from models.tables.services import BegunPlace

Place = tuple[str, int]  # topic, partition
NEAR = 2_500  # messages that a worker may be processing: ends so close to one another are ends at one place


def begin(connection: Connection, place: Place, offset: int, worker: str) -> int:
    """Notes that the worker begins at the offset; gives how many have ended there without a word."""
    table = table_of(BegunPlace)
    topic, partition = place
    same = (table.c.topic == topic) & (table.c.partition == partition)
    row = connection.execute(select(table).where(same).with_for_update()).mappings().first()
    at, ends = offset, 0
    if row is not None:
        if 0 <= offset - row["at"] < NEAR:
            at, ends = row["at"], row["ends"]
        ends += row["worker"] not in ("", worker)
    new = {"topic": topic, "partition": partition, "worker": worker, "at": at, "ends": ends}
    put(connection, BegunPlace, [new])
    return ends


def end(connection: Connection, places: Iterable[Place], worker: str) -> None:
    """Notes that the worker gave them back in order."""
    table = table_of(BegunPlace)
    for topic, partition in sorted(places):
        same = (table.c.topic == topic) & (table.c.partition == partition) & (table.c.worker == worker)
        connection.execute(update(table).where(same).values(worker=""))
