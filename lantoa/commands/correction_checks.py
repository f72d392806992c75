"""Checks a correction before it is published, and shows what it changed."""

from collections.abc import Sequence
from typing import Any

from config.catalogue import Catalogue
from config.errors import UsageError
from config.form_markers import load_forms
from config.programme import Programme
from lantoa.language import _
from lantoa.views.evidence import find_items
from models.database import Connection

FIELDS = ("in_scope", "resolutions", "channel", "form", "day", "same_as", "waiting", "counts")


def one_item(connection: Connection, name: str, programme: Programme) -> str:
    """Finds the item by id or address. Raises UsageError unless exactly one item has it."""
    found = find_items(connection, name, programme)
    if not found:
        raise UsageError(_("No item has the id or address {name!r}. Was it ingested?", name=name))
    if len(found) > 1:
        raise UsageError(_("Several items have this address; name one of them: {ids}", ids=", ".join(found)))
    return found[0]


def one_of(value: str | None, known: tuple[str, ...], option: str) -> str | None:
    if value is None or value in known:
        return value
    raise UsageError(
        _(
            "{option} {value!r} is not known. Expected one of {known}",
            option=option,
            value=value,
            known=", ".join(known),
        )
    )


def known_forms() -> tuple[str, ...]:
    return ("brief", "article", *(marked.form for marked in load_forms()))


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": name, "before": _shown(before[name]), "after": _shown(after[name])}
        for name in FIELDS
        if before[name] != after[name]
    ]


def known_documents(ids: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Returns the ids. Raises UsageError if the catalogue lacks one of them."""
    for name in ids:
        if name not in catalogue.documents:
            alike = [known for known in catalogue.documents if name.upper() in known][:5]
            raise UsageError(
                _(
                    "The catalogue has no {name!r}. Did you mean {alike}? Ids look like NQ-29-TW-XIII.",
                    name=name,
                    alike=", ".join(alike) or "…",
                )
            )
    return tuple(ids)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
