"""`lantoa digest`: sends a mail a day or week to the recipients in programme.yaml."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from config.catalogue import load_catalogue
from config.errors import UsageError
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, settings_for
from lantoa.cli.output import err
from lantoa.language import _
from lantoa.notify.digest import digest_for, message, send_due
from lantoa.reports.saving import save
from models.database import reading


def digest(
    to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help=_("one of the recipients; with --out"))
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.eml", help=_("write the next mail to a file; nothing is sent")),
    ] = None,
    programme: ProgrammeOption = None,
) -> None:
    """Sends each recipient who is due what is new since the last mail: items by resolution and story, changes, alarms.

    `lantoa up` and `lantoa fetcher` do so by themselves after every night. Example: lantoa digest --out thu.eml
    """
    settings = settings_for(programme)
    office = own_programme_of(settings)
    recipients = {each.to: each for each in office.office.digest}
    if not recipients:
        raise UsageError(_("programme.yaml names nobody under `digest:`; docs/digest.md shows how."))
    catalogue, engine, now = load_catalogue(*office.resolutions), database_of(settings), datetime.now(UTC)
    if out is None:
        if to:
            raise UsageError(_("--to goes with --out: mails are sent to everybody who is due."))
        sent = send_due(settings, office, catalogue, engine, now, err().print)
        err().print(_("{count} mails were sent.", count=sent.mails))
        if sent.failed:
            raise typer.Exit(1)
        return
    if (chosen := to or next(iter(recipients))) not in recipients:
        raise UsageError(
            _("{to!r} is none of the recipients: {known}", to=chosen, known=", ".join(recipients))
        )
    with reading(engine) as connection:
        found = digest_for(connection, recipients[chosen], office, catalogue, now)
    save(out, message(found, chosen).as_bytes())
    err().print(_("{path}: {items} new items.", path=out, items=found.items))
