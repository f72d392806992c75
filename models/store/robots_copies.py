"""Copies of robots.txt files, by origin."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from models.sql import put, table_of
from models.tables.sources import RobotsRow


@dataclass(frozen=True, slots=True)
class RobotsCopy:
    """What a host answered last. `body` is empty where the host has no robots.txt."""

    fetched_at: datetime
    status: int
    body: str


def robots_copy(connection: Connection, origin: str) -> RobotsCopy | None:
    table = table_of(RobotsRow)
    query = select(table.c.fetched_at, table.c.status, table.c.body).where(table.c.origin == origin)
    row = connection.execute(query).one_or_none()
    return RobotsCopy(*row) if row else None


def keep_robots(connection: Connection, origin: str, copy: RobotsCopy) -> None:
    row = {"origin": origin, "fetched_at": copy.fetched_at, "status": copy.status, "body": copy.body}
    put(connection, RobotsRow, [row])
