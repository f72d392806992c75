"""Everything behind the place of one item or activity in the tallies, and behind one cell (domain.md, rule 9)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.errors import UsageError
from config.programme import Programme
from lantoa.language import _
from lantoa.views.item_addresses import items_at
from models.counting.cells import values_in
from models.counting.period import Period, parse_period
from models.database import Connection
from models.queries.adhoc_tallies import computed_rows
from models.queries.stored_evidence import items_named, standing
from models.queries.tally import KEYS, cells_by_key
from producers.archive import Kept, read_archive

Evidence = dict[str, Any]


def find_items(connection: Connection, name: str, programme: Programme | None = None) -> list[str]:
    """Returns the ids of the items that have this id or address, or had that address earlier. Several outlets never
    share one. If a programme is given, any spelling of the address that leads to the same identity is found."""
    found = items_named(connection, name)
    return found or (items_at(connection, programme, name) if programme else [])


def document_of(folder: Path, found: Evidence) -> Kept | None:
    """Returns the fetched document from which an item of `evidence` was made, from the archive in `folder`."""
    stands = next(each for each in found["revisions"] if each["revision"] == found["item"]["revision"])
    stated = stands["document_at"]
    moment = datetime.fromisoformat(stated) if stated else stands["fetched_at"]
    page = stands["url"] if stands["text_from"] == "page" else None
    day = moment.astimezone(UTC).date()
    for kept in read_archive(folder, day, day):
        is_it = kept.requested == page if page else (kept.source, kept.part) == (stands["source"], "document")
        if is_it and kept.fetched_at == moment:
            return kept
    return None


def cell_evidence(connection: Connection, programme: Programme, key: str) -> Evidence:
    """Returns a cell's figures and all its items and activities. Raises UsageError if `key` is not the
    key of a cell."""
    period, values = parse_cell(programme, key)
    return cell_figures(connection, programme, key) | standing(connection, programme, period, values)


def cell_figures(connection: Connection, programme: Programme, key: str) -> Evidence:
    """Returns the figures as stored and as computed now. Raises UsageError if `key` is not the key of a cell."""
    period, values = parse_cell(programme, key)
    by = tuple(values)
    computed = computed_rows(connection, programme, period, by)
    return {
        "cell": key,
        "stored": cells_by_key(connection, [key]).get(key),
        "computed": next((row for row in computed if all(row[name] == values[name] for name in by)), None),
    }


def parse_cell(programme: Programme, key: str) -> tuple[Period, dict[str, str | None]]:
    """Splits `<programme>|2024|channel=radio` into its period and the values of its dimensions. Raises UsageError."""
    try:
        named, period_name, _dimensions = key.split("|", 2)
        period, values = parse_period(period_name), values_in(key)
        if not values.keys() <= {*KEYS}:
            raise ValueError(key)
    except ValueError as error:
        raise UsageError(
            _("{key!r} names no cell. Expected <programme>|2024|channel=radio, as in lantoa.tallies", key=key)
        ) from error
    if named != programme.id:
        raise UsageError(
            _(
                "{key!r} is a cell of {named!r}; this programme is {own!r}",
                key=key,
                named=named,
                own=programme.id,
            )
        )
    return period, values
