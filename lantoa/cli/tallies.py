"""`lantoa tallies`: the counts of a period."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, out, print_csv, print_json, print_table
from lantoa.language import _, percent
from lantoa.views.stated_period import stated_period
from models.counting.period import EXPECTED, parse_period
from models.database import reading
from models.queries.attendance import Attendance
from models.queries.tally import KEYS, Tallies, parse_keys, read_tallies

FIGURES = (
    "items",
    "stories",
    "outlets",
    "activities",
    "participants",
    "points",
    "invited",
    "attendance_rate",
)
TOTALS = (
    "items", "stories", "outlets", "activities", "participants", "points", "invited", "attendance_rate", "waiting",
    "flagged",
)  # fmt: skip


def tallies(
    period: Annotated[str | None, typer.Option(help=EXPECTED)] = None,
    by: Annotated[str, typer.Option(help=_("rows by: {keys}", keys=", ".join(KEYS)))] = "",
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Counts of distinct items: the total of a period, and its rows. Without --period: this year's.

    Example: lantoa tallies --period 2024 --by resolution,channel --format csv
    """
    keys, stated = parse_keys(by), stated_period(period) if period else None
    settings = settings_for(programme)
    office = programme_of(settings)
    span = stated or parse_period(str(datetime.now(office.timezone).year))
    with reading(database_of(settings)) as connection:
        show(read_tallies(connection, office, span, keys), keys, form)


def show(found: Tallies, keys: tuple[str, ...], form: Format) -> None:
    if form is Format.json:
        print_json(found.as_json())
    elif form is Format.csv:
        print_csv((*keys, *FIGURES) if keys else TOTALS, found.rows if keys else [found.totals])
    else:
        _show_tables(found, keys)


def _show_tables(found: Tallies, keys: tuple[str, ...]) -> None:
    totals = _for_people(found.totals)
    print_table(_stated(TOTALS, [totals]), [totals], title=f"{found.programme} · {found.period}")
    if keys and found.rows:
        print_table((*keys, *_stated(FIGURES, found.rows)), [_for_people(row) for row in found.rows])
    if not keys or "unit" in keys:
        _show_attendance(found.attendance)
    if not found.totals["items"] and not found.totals["activities"]:
        out().print(
            _("Nothing is counted in this period yet. `lantoa ingest` fetches what the sources hold.")
        )


def _show_attendance(found: Attendance) -> None:
    if found.rate is None:
        return
    rate, target = percent(found.rate), percent(found.target)
    out().print(_("Attendance: {rate} (target: {target})", rate=rate, target=target))
    if found.below:
        rows = [_for_people(asdict(unit)) for unit in found.below]
        title = _("Below the target; to be called to a supplementary session")
        print_table(("unit", "invited", "participants", "attendance_rate", "missing"), rows, title=title)


def _for_people(row: dict[str, Any]) -> dict[str, object]:
    rate = row["attendance_rate"]
    return row | {"attendance_rate": None if rate is None else percent(rate)}


def _stated(columns: tuple[str, ...], rows: list[dict[str, object]]) -> list[str]:
    """Returns the columns for people, without those in which nothing is stated."""
    return [c for c in columns if any(row[c] for row in rows) or c == "items"]
