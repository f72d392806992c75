"""`lantoa report`: writes, freezes and compares the office's reports."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from config.catalogue import load_catalogue
from config.errors import UsageError
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_json, print_rows
from lantoa.language import _, help_of
from lantoa.language import number as language_number
from lantoa.reports.content import current_report, filed_report
from lantoa.reports.document import SHIPPED
from lantoa.reports.report_files import check_place, write_report
from lantoa.reports.saving import save
from lantoa.views.stated_period import stated_period
from models.counting.period import EXPECTED, parse_period
from models.database import reading, writing
from models.queries.filed_reports import find_report, reports
from models.queries.report_changes import changes
from models.queries.report_figures import changed_totals, figures_of
from models.store.reports import freeze

app = typer.Typer()
REPORTS = ("id", "period", "frozen_at", "by", "items", "activities", "participants")
CHANGES = ("change", "kind", "id", "title", "fields", "because")
TOTALS = ("figure", "then", "now")


PeriodOption = Annotated[str | None, typer.Option(help=EXPECTED)]


def report(
    context: typer.Context,
    period: PeriodOption = None,
    number: Annotated[
        int | None,
        typer.Option("--report", help=_("a frozen report, with its own figures, in place of --period")),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help=_("its extension selects the format: .docx, .xlsx, .html or .pdf")
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            help=_("a Word file of your own; default: as programme.yaml says, else the shipped one")
        ),
    ] = None,
    programme: ProgrammeOption = None,
) -> None:
    """Writes the report of a period in the office's form, and keeps those that were filed.

    Example: lantoa report --period 2024 --out bao-cao-2024.docx
    """
    if context.invoked_subcommand:
        return
    if to is None:
        raise UsageError(
            _("Where to? `lantoa report --period 2024 --out bao-cao-2024.docx`; see `lantoa report --help`.")
        )
    if (period is None) == (number is None):
        raise UsageError(_("Of which period? Give either --period 2024 or --report NUMBER."))
    check_place(to, template)
    settings = settings_for(programme)
    office = programme_of(settings)
    catalogue = load_catalogue(*office.resolutions)
    with reading(database_of(settings)) as connection:
        if number is not None:
            found = filed_report(connection, office, catalogue, number)
        else:
            found = current_report(connection, office, catalogue, stated_period(period or ""))
    with err().status(_("Writing {count} items …", count=language_number(len(found.items)))):
        write_report(found, to, template)
    err().print(
        _(
            "{path}: {items} items, {activities} activities.",
            path=to,
            items=language_number(len(found.items)),
            activities=language_number(len(found.activities)),
        )
    )


def write_template(
    to: Annotated[Path, typer.Option("--out", metavar="FILE", help=_("a .docx file"))],
) -> None:
    """Writes the shipped Word template, to be changed in Word and named in programme.yaml or by --template.

    Example: lantoa report template --out mau-bao-cao.docx
    """
    if to.suffix.lower() != ".docx":
        raise UsageError(_("{path}: the name must end in one of {endings}", path=to, endings=".docx"))
    check_place(to)
    save(to, SHIPPED.read_bytes())
    err().print(_("{path}: change it in Word, then `lantoa report --template {path} …`.", path=to))


def freeze_report(
    period: Annotated[str, typer.Option(help=EXPECTED)],
    by: Annotated[str | None, typer.Option(help=_("who files it; default: the user of this machine"))] = None,
    programme: ProgrammeOption = None,
) -> None:
    """Keeps the figures of a period and everything behind them, as they are now.

    Example: lantoa report freeze --period 2024
    """
    settings = settings_for(programme)
    office, span = own_programme_of(settings), stated_period(period)
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
            "id": row.id,
            "period": row.period,
            "by": row.by,
            "frozen_at": row.frozen_at.astimezone(office.timezone).isoformat(" ", "seconds"),
            **{name: row.figures["totals"][name] for name in ("items", "activities", "participants")},
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
        span = parse_period(filed.period)
        rows: list[dict[str, Any]] = [
            {name: getattr(each, name) for name in CHANGES}
            for each in changes(connection, office, filed, span)
        ]
        totals = changed_totals(filed.figures, figures_of(connection, office, span))
    if form is Format.json:
        at = filed.frozen_at.isoformat()
        print_json(
            {"report": filed.id, "period": span.name, "frozen_at": at, "totals": totals, "changes": rows}
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
                number=filed.id,
                moment=moment,
            )
        )


app.command("freeze", help=help_of(freeze_report))(freeze_report)
app.command("list", help=help_of(list_reports))(list_reports)
app.command("changes", help=help_of(report_changes))(report_changes)
app.command("template", help=help_of(write_template))(write_template)
app.callback(invoke_without_command=True, help=help_of(report))(report)
