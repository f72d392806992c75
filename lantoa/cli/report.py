"""`lantoa report`: what the office files."""

import getpass
from datetime import datetime
from typing import Annotated, Any

import typer

from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_json, print_rows
from lantoa.language import _, help_of
from models.database import reading, writing
from models.period import EXPECTED, parse_period
from models.reports import changes, figures_of, find_report, freeze, reports

app = typer.Typer(help=_("Reports that were filed."), no_args_is_help=True)
REPORTS = ("id", "period", "frozen_at", "by", "items", "activities", "participants")
CHANGES = ("change", "kind", "id", "title", "fields", "because")
TOTALS = ("figure", "then", "now")


@app.callback()
def report() -> None:
    """Reports that were filed."""


def freeze_report(
    period: Annotated[str, typer.Option(help=EXPECTED)],
    by: Annotated[str | None, typer.Option(help=_("who files it; default: the user of this machine"))] = None,
    programme: ProgrammeOption = None,
) -> None:
    """Keeps the figures of a period and everything behind them, as they are now.

    Example: lantoa report freeze --period 2024
    """
    settings = settings_for(programme)
    office, span = programme_of(settings), parse_period(period)
    with writing(database_of(settings)) as connection:
        number = freeze(connection, office, span, by or getpass.getuser())
    err().print(
        _(
            "Report {number} of {period} is frozen. `lantoa report changes --period {period}` says what changes from now on.",
            number=number,
            period=span.name,
        )
    )


def list_reports(form: FormatOption = Format.table, programme: ProgrammeOption = None) -> None:
    """Every frozen report, oldest first.

    Example: lantoa report list
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    with reading(database_of(settings)) as connection:
        found = reports(connection, office)
    rows = [
        {
            **{name: row[name] for name in ("id", "period", "by")},
            "frozen_at": row["frozen_at"].astimezone(office.timezone).isoformat(" ", "seconds"),
            **{name: row["figures"]["totals"][name] for name in ("items", "activities", "participants")},
        }
        for row in found
    ]
    print_rows(REPORTS, rows, form)


def report_changes(
    period: Annotated[str | None, typer.Option(help=EXPECTED)] = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """What has arrived, gone or changed since the last frozen report, item by item, and why.

    Example: lantoa report changes --period 2024
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    with reading(database_of(settings)) as connection:
        filed = find_report(connection, office, period)
        span = parse_period(filed["period"])
        rows: list[dict[str, Any]] = [
            {name: getattr(each, name) for name in CHANGES}
            for each in changes(connection, office, filed, span)
        ]
        totals = _totals(filed["figures"], figures_of(connection, office, span))
    if form is Format.json:
        at = filed["frozen_at"].isoformat()
        print_json(
            {"report": filed["id"], "period": span.name, "frozen_at": at, "totals": totals, "changes": rows}
        )
        return
    print_rows(CHANGES, [row | {"fields": ", ".join(row["fields"])} for row in rows], form)
    if form is Format.table:
        print_rows(TOTALS, [row | {"figure": _(row["figure"])} for row in totals], form, title=_("totals"))
        moment = datetime.now(office.timezone).isoformat(" ", "minutes")
        err().print(
            _(
                "{count} changes since report {number}, as of {moment}.",
                count=len(rows),
                number=filed["id"],
                moment=moment,
            )
        )


def _totals(then: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"figure": name, "then": then["totals"].get(name), "now": figure}
        for name, figure in now["totals"].items()
        if figure is not None or then["totals"].get(name) is not None
    ]


app.command("freeze", help=help_of(freeze_report))(freeze_report)
app.command("list", help=help_of(list_reports))(list_reports)
app.command("changes", help=help_of(report_changes))(report_changes)
