"""Activities as they were reported, read back from the database for those who read them anew."""

from collections.abc import Iterator

from sqlalchemy import Connection, and_, select

from models.activity import Activity
from models.sql import Row, table_of
from models.tables import ActivityRevision, ActivityRow


def stored_activities(connection: Connection) -> Iterator[tuple[Row, Activity]]:
    """Every activity's row with the message of its winning revision."""
    table, revision = table_of(ActivityRow), table_of(ActivityRevision)
    winning = and_(revision.c.activity_id == table.c.id, revision.c.revision == table.c.revision)
    statement = select(table, revision.c.stated).join(revision, winning).order_by(table.c.id)
    for row in connection.execute(statement).mappings():
        names = ("id", "identity", "revision", "reported_at")
        yield dict(row), Activity(**{name: row[name] for name in names}, **row["stated"])
