"""`lantoa why`: everything behind one item's place in the tallies."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from config.errors import UsageError
from config.programme import Programme
from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, out, print_csv, print_json
from lantoa.evidence import Evidence, evidence, find_items
from lantoa.language import _

MENTION = ("surface", "zone", "start", "end", "resolution", "symbol", "family", "status", "rule", "because")
REVISION = ("revision", "first_fetched_at", "fetched_at", "source", "date_text", "date_flag", "title", "url")


def why(
    item: Annotated[
        str, typer.Argument(metavar="ITEM|URL", help=_("an item's id, or the address of the piece"))
    ],
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """What was fetched of an item, what was decided, by which rule, and the cells in which it counts.

    Example: lantoa why https://nhandan.vn/mot-bai-bao-post123456.html
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    with database_of(settings).connect() as connection:
        found = [evidence(connection, item_id) for item_id in find_items(connection, item)]
    if not found:
        raise UsageError(_("No item has the id or address {name!r}. Was it ingested?", name=item))
    if form is Format.json:
        print_json([_plain(one, office) for one in found])
    elif form is Format.csv:
        print_csv(
            ("item", *MENTION), [{"item": one["item"]["id"], **m} for one in found for m in one["mentions"]]
        )
    else:
        for one in found:
            _show(one, office)


def _show(found: Evidence, office: Programme) -> None:
    item = found["item"]
    out().print(f"[bold]{escape(item['title'])}[/bold]\n{escape(item['url'] or '')}")
    facts = Table(show_header=False, box=None)
    for name in (
        "id", "identity", "outlet", "source", "day", "published", "claimed", "first_seen", "date_flag", "in_scope",
        "places", "channel", "form", "level", "partner", "resolutions", "waiting", "revision", "rules_version",
        "catalogue_version",
    ):  # fmt: skip
        facts.add_row(_(name), escape(_text(item[name], office)))
    out().print(facts)
    _list(_("mentions"), MENTION, found["mentions"], office)
    _list(_("revisions"), REVISION, found["revisions"], office)
    out().print(f"[bold]{_('cells')}[/bold]")
    for key in found["cells"] or [_("none: it is out of scope")]:
        out().print(f"  {escape(key)}")


def _list(title: str, columns: tuple[str, ...], rows: list[dict[str, Any]], office: Programme) -> None:
    table = Table(*(_(column) for column in columns), title=title, title_justify="left", header_style="bold")
    for row in rows:
        table.add_row(*(escape(_text(row[column], office)) for column in columns))
    out().print(table)


def _plain(value: Any, office: Programme) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part, office) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part, office) for part in value]
    return value if isinstance(value, str | int | float | None) else _text(value, office)


def _text(value: object, office: Programme) -> str:
    if isinstance(value, datetime):
        return value.astimezone(office.timezone).isoformat(" ", "seconds")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)
