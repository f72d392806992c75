"""`lantoa sources check`: fetches each source once and suggests what to change."""

from typing import Annotated

import typer

from lantoa.cli.bars import bars
from lantoa.cli.context import ProgrammeOption, choose, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, print_rows
from lantoa.language import _
from lantoa.sources.checking import check as look
from lantoa.sources.checking import row

COLUMNS = (
    "source", "status", "reason", "entries", "newest", "dates", "text", "robots", "redirects", "certificate",
    "legacy_tls", "advice", "message",
)  # fmt: skip
ALWAYS = ("source", "status", "entries", "newest")


def check(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE…]", help=_("default: every source"))
    ] = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Fetches each source once and reports what it holds and what to change; nothing is published or stored.

    Exit status 1 when a source failed. Example: lantoa sources check nhandan-home --format json
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    chosen = choose(office, sources or [])
    with bars() as bar:
        fetching = bar.add_task(_("Fetching"), total=len(chosen))
        found = look(settings, office, chosen, lambda _probe: bar.advance(fetching))
    rows = [row(each, office) for each in found]
    said = [c for c in COLUMNS if form is not Format.table or c in ALWAYS or any(r[c] for r in rows)]
    print_rows([c for c in said if form is not Format.table or c != "message"], rows, form)
    raise typer.Exit(1 if any(each.error for each in found) else 0)
