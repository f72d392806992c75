"""robots.txt files kept in the database, so that a host is asked for its own once a day, whoever runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, select

from config.settings import Settings
from models.database import make_engine, writing
from models.sql import put, table_of
from models.tables import RobotsRow
from producers.memory import retry_while_unavailable
from producers.robots import RobotsCopy


class DatabaseRobots:
    """RobotsCache in the table robots. Raises LantoaError when the database stays away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, origin: str) -> RobotsCopy | None:
        table = table_of(RobotsRow)
        query = select(table.c.fetched_at, table.c.status, table.c.body).where(table.c.origin == origin)

        def read() -> RobotsCopy | None:
            with self._engine.connect() as connection:
                row = connection.execute(query).one_or_none()
            return RobotsCopy(*row) if row else None

        return retry_while_unavailable(read)

    def put(self, origin: str, copy: RobotsCopy) -> None:
        row = {"origin": origin, "fetched_at": copy.fetched_at, "status": copy.status, "body": copy.body}

        def write() -> None:
            with writing(self._engine) as connection:
                put(connection, RobotsRow, [row])

        retry_while_unavailable(write)


@contextmanager
def open_robots(settings: Settings) -> Iterator[DatabaseRobots]:
    engine = make_engine(settings)
    try:
        yield DatabaseRobots(engine)
    finally:
        engine.dispose()
