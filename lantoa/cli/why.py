"""`lantoa why`: shows everything behind one item, one activity or one cell of the tallies."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from config.catalogue import load_catalogue
from config.errors import UsageError
from config.privacy import share
from config.programme import Programme
from config.visible import on_one_line
from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, out, print_csv, print_json
from lantoa.language import _
from lantoa.views.evidence import Evidence, cell_evidence, document_of, find_items
from lantoa.views.explanations import explained
from lantoa.views.labels import name_of
from models.database import reading
from models.messages.mention import Mention
from models.queries.stored_evidence import activity_evidence, evidence, find_activity
from producers.archive import archive_folder

MENTION = (
    "surface", "zone", "start", "end", "resolution", "symbol", "family", "status", "rule", "probability", "because",
)  # fmt: skip
REVISION = (
    "revision", "first_fetched_at", "fetched_at", "source", "text_from", "served_by", "text_flag", "text_reason", "date_text", "date_flag",
    "title", "url",
)  # fmt: skip
REPORT = ("revision", "first_reported_at", "reported_at", "stated")
CORRECTION = ("made_at", "by", "fields", "withdraws", "because", "id")
EARLIER = ("revision", "generation", "classification")
STORY = ("id", "outlet", "day", "title", "url")
OF_CELL = ("id", "day", "outlet", "title", "url", "words")
REPORTS_OF_CELL = ("id", "day", "kind", "unit", "place", "title", "sessions", "participants", "source")
ITEM = (
    "id", "identity", "outlet", "source", "day", "published", "claimed", "first_seen", "date_flag", "in_scope", "counts",
    "same_as", "story", "places", "channel", "form", "level", "partner", "language", "press_column", "resolutions",
    "waiting", "classified", "corrected", "revision", "generation", "rules_version", "catalogue_version",
)  # fmt: skip
SOURCE = ("source_id", "url", "fetched_at", "status", "reason", "message")
ACTIVITY = (
    "id", "identity", "kind", "channel", "day", "unit", "place", "title", "words", "resolutions", "waiting", "places",
    "sessions", "points", "participants", "invited", "language", "note", "source", "revision", "rules_version",
    "catalogue_version",
)  # fmt: skip


def why(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ITEM|URL|ACTIVITY|CELL",
            help=_(
                "an item's id or address, an activity's id, or a cell such as hau-giang|2024|channel=radio"
            ),
        ),
    ],
    as_fetched: Annotated[
        Path | None,
        typer.Option(help=_("write the fetched document of the item to this file, if the archive holds it")),
    ] = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Everything behind an item's or an activity's place in the tallies, or everything that one cell counts.

    Example: lantoa why https://nhandan.vn/mot-bai-bao-post123456.html
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    with reading(database_of(settings)) as connection:
        if as_fetched:
            found = [evidence(connection, item) for item in find_items(connection, name, office)]
            _write_document(archive_folder(settings), found, as_fetched)
        elif "|" in name:
            _answer_cell(cell_evidence(connection, office, name), office, form)
        elif find_activity(connection, name):
            _answer([activity_evidence(connection, name)], "activity", office, form)
        else:
            ids = find_items(connection, name, office)
            _answer([evidence(connection, item) for item in ids], "item", office, form)
            if not ids:
                raise UsageError(_("No item has the id or address {name!r}. Was it ingested?", name=name))


def _write_document(folder: Path, found: Sequence[Evidence], path: Path) -> None:
    """Writes the first document that the archive holds. Raises UsageError."""
    for each in found:
        kept = document_of(folder, each)
        if kept:
            path.write_bytes(kept.body)
            share(path)
            text = _(
                "{file}: {url} as it came at {moment}", file=path, url=kept.address, moment=kept.fetched_at
            )
            err().print(text)
            return
    raise UsageError(
        _("The archive does not keep it. LANTOA_ARCHIVE=true keeps what is fetched from now on.")
    )


def _answer(found: list[Evidence], kind: str, office: Programme, form: Format) -> None:
    if form is Format.json:
        print_json([_plain(one, office) for one in found])
    elif form is Format.csv:
        rows = [
            {kind: one[kind]["id"], **m, "probability": _number(m)}
            for one in found
            for m in _explained(one, office)
        ]
        print_csv((kind, *MENTION), rows)
    else:
        for one in found:
            (_show if kind == "item" else _show_activity)(one, office)


def _answer_cell(found: Evidence, office: Programme, form: Format) -> None:
    items = [row | {"words": _words(row)} for row in found["items"]]
    if form is Format.json:
        print_json(_plain(found, office))
    elif form is Format.csv:
        print_csv(OF_CELL, items)
    else:
        _heading(found["cell"])
        _facts(found["stored"] or {}, tuple(found["stored"] or ()), office)
        _list(_("items"), OF_CELL, items, office)
        _list(_("activities"), REPORTS_OF_CELL, found["activities"], office)


def _explained(found: Evidence, office: Programme) -> list[dict[str, object]]:
    """Adds the probability and the reasons of each mention in the reader's language."""
    catalogue = load_catalogue(*office.resolutions)
    rows = []
    for row in found["mentions"]:
        told = explained(Mention.stored(row), lambda name: name_of("resolution", name, office, catalogue))
        rows.append(row | {"probability": told.chance, "because": told.reasons})
    return rows


def _number(mention: dict[str, object]) -> float | None:
    """Returns the probability for programs, or None if nothing was weighed."""
    return Mention.stored(mention).probability if mention["probability"] else None


def _words(row: dict[str, Any]) -> str:
    """Returns the words that prove the classification."""
    return "; ".join(dict.fromkeys(m["surface"] for m in row["mentions"] if m["status"] == "linked"))


def _show(found: Evidence, office: Programme) -> None:
    item = found["item"]
    _heading(item["title"])
    out().print(item["url"] or "")
    _facts(item, ITEM, office)
    if found["source"]:
        _heading(_("source"))
        _facts(found["source"], SOURCE, office)
    _list(_("mentions"), MENTION, _explained(found, office), office)
    _list(_("revisions"), REVISION, found["revisions"], office)
    _list(_("corrections"), CORRECTION, found["corrections"], office)
    _list(_("earlier classifications"), EARLIER, found["earlier_classifications"], office)
    _list(_("the same story"), STORY, found["story"], office)
    _show_cells(found["cells"])


def _show_activity(found: Evidence, office: Programme) -> None:
    activity = found["activity"]
    _heading(activity["title"] or activity["unit"])
    _facts(activity, ACTIVITY, office)
    _list(_("mentions"), MENTION, _explained(found, office), office)
    _list(_("revisions"), REPORT, found["revisions"], office)
    _show_cells(found["cells"])


def _show_cells(keys: list[str]) -> None:
    _heading(_("cells"))
    for key in keys or [_("none: it does not count")]:
        out().print(f"  {key}")


def _facts(values: Mapping[str, object], names: tuple[str, ...], office: Programme) -> None:
    facts = Table(show_header=False, box=None)
    for name in names:
        facts.add_row(_(name), _shown(values[name], office))
    out().print(facts)


def _list(title: str, columns: tuple[str, ...], rows: list[dict[str, object]], office: Programme) -> None:
    if not rows:
        return
    table = Table(*(_(column) for column in columns), title=title, title_justify="left", header_style="bold")
    for row in rows:
        table.add_row(*(_shown(row[column], office) for column in columns))
    out().print(table)


def _heading(text: str) -> None:
    out().print(on_one_line(text), style="bold")


def _shown(value: object, office: Programme) -> Text:
    return Text(on_one_line(_text(value, office)))


def _plain(value: object, office: Programme) -> object:
    if isinstance(value, dict):
        return {name: _plain(part, office) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part, office) for part in value]
    if isinstance(value, tuple):
        return [_plain(part, office) for part in value]
    return value if isinstance(value, str | int | float | None) else _text(value, office)


def _text(value: object, office: Programme) -> str:
    if isinstance(value, dict):
        return "; ".join(
            f"{name}={_text(part, office)}" for name, part in value.items() if part not in (None, "")
        )
    if isinstance(value, datetime):
        return value.astimezone(office.timezone).isoformat(" ", "seconds")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)
