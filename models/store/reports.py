"""Files reports: their figures and the items and activities behind them (domain.md, rule 5)."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from config.programme import Programme
from models.counting.period import Period
from models.queries.counted_states import states
from models.queries.report_figures import figures_of
from models.sql import table_of
from models.tables.reports import ReportEntry, ReportRow


def freeze(connection: Connection, programme: Programme, period: Period, by: str) -> int:
    """Keeps the figures and their evidence; gives the report's number. The caller owns the transaction."""
    report = table_of(ReportRow)
    row = {
        "programme": programme.id,
        "period": period.name,
        "frozen_at": datetime.now(UTC),
        "by": by,
        "figures": figures_of(connection, programme, period),
    }
    number: int = connection.execute(report.insert().returning(report.c.id), [row]).scalar_one()
    entries = [
        {"report": number, "kind": kind, "id": each, "state": state}
        for (kind, each), state in states(connection, programme, period).items()
    ]
    if entries:
        connection.execute(table_of(ReportEntry).insert(), entries)
    return number
