"""`lantoa sources import` and `export`: reads and writes OPML, the lists of feeds that other readers know."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from config.errors import LimitError, UsageError
from config.privacy import share
from lantoa.cli.context import ProgrammeOption, programme_of, settings_for
from lantoa.cli.output import err, out
from lantoa.cli.sources_add import DryRunOption, LevelOption, MediumOption, YesOption
from lantoa.language import _
from lantoa.sources.adding import shown
from lantoa.sources.opml import LARGEST, read_opml, write_opml
from lantoa.sources.source_lists import import_listed, of_consequence
from lantoa.sources.writing import FILE, save
from producers.limited import LimitedProcesses

SECONDS = 30.0  # for all sources of a list


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml")],
    level: LevelOption = None,
    medium: MediumOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    programme: ProgrammeOption = None,
) -> None:
    """Adds the feeds of an OPML list to outlets.yaml; those that are there already stay as they are.

    Example: lantoa sources import bao-chi.opml --level central --medium newspaper
    """
    office = programme_of(settings_for(programme))
    try:
        body = file.read_bytes() if file.stat().st_size <= LARGEST else b" " * (LARGEST + 1)
        with LimitedProcesses(1, seconds=SECONDS, preload=["lantoa.sources.opml"]) as limited:
            listed = limited.run(read_opml, body)
    except OSError as error:
        raise UsageError(_("{file} cannot be read: {reason}", file=file, reason=error.strerror)) from error
    except LimitError as error:
        raise UsageError(_("This is no OPML: {reason}", reason=error)) from error
    found = import_listed(office, listed, level, medium)
    if found.added:
        before = (office.folder / FILE).read_text("utf-8")
        out().print(shown(office.folder, before, found.text), soft_wrap=True)
        stated = of_consequence(listed)
        ask = _(
            "The list also states {names}, which decides how pages are read. Write it?",
            names=", ".join(stated),
        )
        if not dry_run and (yes or not stated or typer.confirm(ask)):
            save(office.folder, found.text)
    text = "{added} added, {known} were there already"
    err().print(_(text, added=len(found.added), known=len(found.known)))


def export(
    file: Annotated[Path | None, typer.Option("--out", help=_("a file; default: standard output"))] = None,
    programme: ProgrammeOption = None,
) -> None:
    """The programme's sources as an OPML list, which other readers and `lantoa sources import` know.

    Example: lantoa sources export --out nguon-tin.opml
    """
    office = programme_of(settings_for(programme))
    written = write_opml(office.office.name, list(office.outlets.values()))
    if file is None:
        sys.stdout.write(written.decode())
        return
    try:
        file.write_bytes(written)
        share(file)
    except OSError as error:
        raise UsageError(_("{file} cannot be written: {reason}", file=file, reason=error.strerror)) from error
