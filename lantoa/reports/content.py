"""The content of a report: the figures of a period and everything behind them, as they are now or as they were
frozen."""

from dataclasses import dataclass
from datetime import datetime

from config.catalogue import Catalogue
from config.errors import UsageError
from config.programme import Programme
from lantoa.language import _
from lantoa.views.paragraph import press_of, worded
from models.counting.figures import Figures
from models.counting.period import Period, parse_period
from models.database import Connection
from models.queries.attendance import Attendance
from models.queries.counted_states import ActivityState, ItemState, States, states
from models.queries.filed_reports import filed_states, numbered_report
from models.queries.report_figures import CONFERENCES, figures_of


@dataclass(frozen=True, slots=True)
class Filing:
    """Which frozen report it is, and who froze it."""

    number: int
    by: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `figures` are those of models.queries.report_figures; items and activities are in order of day. `filed` is None if
    the figures are today's."""

    programme: Programme
    catalogue: Catalogue
    period: Period
    as_of: datetime  # in the programme's time zone
    figures: Figures
    items: list[ItemState]
    activities: list[ActivityState]
    filed: Filing | None = None

    @property
    def attendance(self) -> Attendance:
        return Attendance.from_json(self.figures["attendance"])

    @property
    def paragraph(self) -> str:
        partners, rows = self.figures["central_partner"], self.figures["rows"]
        press = press_of(self.programme, (partners["outlets"], partners["items"]), self.figures["totals"])
        conferences = rows[",".join(CONFERENCES)]
        return worded(press, rows["kind"], conferences, self.attendance, self.catalogue)

    @property
    def partner_items(self) -> list[ItemState]:
        """Returns the items of the sentence "23 cơ quan báo chí Trung ương, 1.717 tin, bài"."""
        return [item for item in self.items if _is_of_a_partner(item)]

    @property
    def other_items(self) -> list[ItemState]:
        return [item for item in self.items if not _is_of_a_partner(item)]


def current_report(
    connection: Connection, programme: Programme, catalogue: Catalogue, period: Period
) -> Report:
    """Reads everything in the caller's transaction, so that figures and lists agree."""
    items, activities = _behind(states(connection, programme, period))
    figures = figures_of(connection, programme, period)
    now = datetime.now(programme.timezone)
    return Report(programme, catalogue, period, now, figures, items, activities)


def filed_report(connection: Connection, programme: Programme, catalogue: Catalogue, number: int) -> Report:
    """Loads a frozen report with the figures of its day. Raises UsageError if there is none."""
    row = numbered_report(connection, programme, number)
    if row is None:
        raise UsageError(_("There is no report {number}. `lantoa report list` shows them.", number=number))
    if "attendance" not in row.figures:
        raise UsageError(
            _(
                "Report {number} was frozen by a version that kept too little for a file. "
                "`lantoa report changes` still compares it.",
                number=number,
            )
        )
    items, activities = _behind(filed_states(connection, number))
    moment = row.frozen_at.astimezone(programme.timezone)
    return Report(
        programme,
        catalogue,
        parse_period(row.period),
        moment,
        row.figures,
        items,
        activities,
        Filing(number, row.by),
    )


def _behind(found: States) -> tuple[list[ItemState], list[ActivityState]]:
    items = [ItemState.of(each, state) for (kind, each), state in found.items() if kind == "item"]
    activities = [
        ActivityState.of(each, state) for (kind, each), state in found.items() if kind == "activity"
    ]
    return (
        sorted(items, key=lambda item: (item.day, item.id)),
        sorted(activities, key=lambda activity: (activity.day, activity.id)),
    )


def _is_of_a_partner(item: ItemState) -> bool:
    return item.level == "central" and item.partner
