"""Reports that were filed: their figures, and the items and activities behind them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from config.errors import UsageError
from config.programme import Programme
from models.counting.figures import Figures
from models.messages.limits import LARGEST_SUM
from models.queries.counted_states import States
from models.sql import table_of
from models.tables.reports import ReportEntry, ReportRow


@dataclass(frozen=True, slots=True)
class FrozenReport:
    """A filed report. `figures` are those of `figures_of`; reports of earlier versions lack some."""

    id: int
    period: str
    frozen_at: datetime
    by: str
    figures: Figures


def reports(connection: Connection, programme: Programme) -> list[FrozenReport]:
    """Oldest first."""
    statement = _of_programme(programme).order_by(table_of(ReportRow).c.id)
    return [FrozenReport(*row) for row in connection.execute(statement)]


def find_report(connection: Connection, programme: Programme, period: str | None) -> FrozenReport:
    """The last one filed, of that period if one is named. Raises UsageError."""
    found = [report for report in reports(connection, programme) if period in {None, report.period}]
    if not found:
        of = f" of {period}" if period else ""
        raise UsageError(
            f"no report{of} has been frozen yet. `lantoa report freeze --period 2024` freezes one"
        )
    return found[-1]


def numbered_report(connection: Connection, programme: Programme, number: int) -> FrozenReport | None:
    if not 0 <= number <= LARGEST_SUM:
        return None  # no database can be asked for it
    statement = _of_programme(programme).where(table_of(ReportRow).c.id == number)
    row = connection.execute(statement).first()
    return FrozenReport(*row) if row else None


def filed_states(connection: Connection, report: int) -> States:
    """As it counted when the report was filed."""
    entry = table_of(ReportEntry)
    rows = connection.execute(select(entry.c.kind, entry.c.id, entry.c.state).where(entry.c.report == report))
    return {(kind, each): state for kind, each, state in rows}


def _of_programme(programme: Programme) -> Select[Any]:
    report = table_of(ReportRow)
    columns = [report.c[each.name] for each in fields(FrozenReport)]
    return select(*columns).where(report.c.programme == programme.id)
