"""Keeps robots.txt files in the database, so that each host is asked for its own once a day, by any process."""

from sqlalchemy import Engine, select

from models.database import writing
from models.sql import put, table_of
from models.tables.sources import RobotsRow
from producers.http.robots import RobotsCopy
from producers.state.source_state import retry_while_unavailable


class DatabaseRobots:
    """A RobotsCache in the table robots. Raises LantoaError when the database stays unavailable."""

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
