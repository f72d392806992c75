"""Keeps robots.txt files in the database, so that each host is asked for its own once a day, by any process."""

from models.database import Engine, writing
from models.store.robots_copies import RobotsCopy, keep_robots, robots_copy
from models.store.source_state import retry_while_unavailable


class DatabaseRobots:
    """A RobotsCache in the table robots. Raises LantoaError when the database stays unavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, origin: str) -> RobotsCopy | None:
        def read() -> RobotsCopy | None:
            with self._engine.connect() as connection:
                return robots_copy(connection, origin)

        return retry_while_unavailable(read)

    def put(self, origin: str, copy: RobotsCopy) -> None:
        def write() -> None:
            with writing(self._engine) as connection:
                keep_robots(connection, origin, copy)

        retry_while_unavailable(write)
