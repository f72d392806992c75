"""How many of those who were invited took part, against the programme's target, and the units that stay below it.

The office must call the people of a unit below the target to a supplementary session (domain.md, counting.md: Activities).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from sqlalchemy import Connection, func, select

from config.programme import Programme
from models.counting.period import Period
from models.queries.adhoc_tallies import within
from models.sql import table_of, total
from models.tables.activities import ActivityRow


@dataclass(frozen=True, slots=True)
class Unit:
    unit: str
    invited: int
    participants: int
    attendance_rate: float
    missing: int  # people who were invited and did not come


@dataclass(frozen=True, slots=True)
class Attendance:
    """`rate` is null where nothing states who was invited."""

    target: float
    rate: float | None
    below: tuple[Unit, ...]  # the lowest first

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Self:
        return cls(stated["target"], stated["rate"], tuple(Unit(**unit) for unit in stated["below"]))


def attendance(connection: Connection, programme: Programme, period: Period) -> Attendance:
    """Over the rows that state who was invited."""
    table = table_of(ActivityRow)
    came = total(func.coalesce(table.c.participants, 0))
    statement = select(table.c.unit, total(table.c.invited), came).group_by(table.c.unit)
    asked = within(ActivityRow, programme, period) & table.c.invited.is_not(None)
    units = [
        (unit, int(invited), int(present))
        for unit, invited, present in connection.execute(statement.where(asked))
    ]
    target = programme.office.targets.attendance_rate
    below = [_unit(*each) for each in units if each[1] and each[2] < target * each[1]]
    invited = sum(each[1] for each in units)
    return Attendance(
        target=target,
        rate=round(sum(each[2] for each in units) / invited, 6) if invited else None,
        below=tuple(sorted(below, key=lambda unit: (unit.attendance_rate, unit.unit))),
    )


def _unit(unit: str, invited: int, participants: int) -> Unit:
    return Unit(unit, invited, participants, round(participants / invited, 6), invited - participants)
