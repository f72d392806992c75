"""Checks what a person states of an item, on a page or in a terminal, and makes corrections of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from config.catalogue import Catalogue
from config.errors import UsageError
from config.form_markers import load_forms
from config.programme import Programme
from lantoa.commands.correcting import make_correction
from lantoa.language import _
from lantoa.views.duplicates import merged_alike, others_alike
from lantoa.views.evidence import find_items
from lantoa.views.stated_period import stated_period
from models.database import Connection
from models.messages.correction import Correction
from models.messages.item import Channel
from models.messages.limits import DAY


@dataclass(frozen=True, slots=True)
class StatedCorrection:
    """What a person states of one item; None leaves a field as it is.

    `item` and `same_as` are ids or addresses. `and_alike` merges the other suspected duplicates of the same two sources
    too. `id` is empty unless the correction has one already.
    """

    item: str
    because: str
    by: str
    in_scope: bool | None = None
    resolutions: Sequence[str] | None = None
    channel: str | None = None
    form: str | None = None
    published: date | None = None
    same_as: str | None = None
    and_alike: bool = False
    id: str = ""


def checked(
    connection: Connection,
    programme: Programme,
    catalogue: Catalogue,
    stated: StatedCorrection,
    *,
    empty: str,
    options: Mapping[str, str],
) -> list[Correction]:
    """Returns the correction, and those of the items that are merged with it. `empty` is the error of a statement that
    changes nothing, and `options` has the names by which the person knows `channel` and `form`. Raises UsageError."""
    item = one_item(connection, stated.item, programme)
    fields = {
        "in_scope": stated.in_scope,
        "resolutions": None if stated.resolutions is None else known_documents(stated.resolutions, catalogue),
        "channel": one_of(stated.channel, get_args(Channel), options["channel"]),
        "form": one_of(stated.form, known_forms(), options["form"]),
        "published": _plausible(stated.published),
        "same_as": one_item(connection, stated.same_as, programme) if stated.same_as else None,
    }
    if all(value is None for value in fields.values()):
        raise UsageError(empty)
    if fields["same_as"] == item:
        raise UsageError(_("An item cannot be a copy of itself."))
    correction = make_correction(item, stated.by, stated.because, id=stated.id, **fields)
    if not (stated.and_alike and correction.same_as):
        return [correction]
    others = others_alike(connection, programme, (item, correction.same_as))
    return [correction, *merged_alike(correction, others)]


def one_item(connection: Connection, name: str, programme: Programme) -> str:
    """Finds the item by id or address. Raises UsageError unless exactly one item has it."""
    found = find_items(connection, name, programme)
    if not found:
        raise UsageError(_("No item has the id or address {name!r}. Was it ingested?", name=name))
    if len(found) > 1:
        raise UsageError(_("Several items have this address; name one of them: {ids}", ids=", ".join(found)))
    return found[0]


def stated_day(text: str) -> date:
    """Reads a day as people write it. Raises UsageError."""
    try:
        period = stated_period(text)
    except UsageError:
        period = None
    if period is None or period.first != period.last:
        raise UsageError(_("{stated!r} is not a day. Expected, for example, 15/03/2024.", stated=text))
    return period.first


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


def known_documents(ids: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Returns the ids. Raises UsageError if the catalogue lacks one of them."""
    for name in ids:
        if name not in catalogue.documents:
            alike = [known for known in catalogue.documents if name.upper() in known][:5]
            if not alike:
                raise UsageError(_("The catalogue has no {name!r}. Ids look like NQ-29-TW-XIII.", name=name))
            raise UsageError(
                _(
                    "The catalogue has no {name!r}. Did you mean {alike}? Ids look like NQ-29-TW-XIII.",
                    name=name,
                    alike=", ".join(alike),
                )
            )
    return tuple(ids)


def _plausible(day: date | None) -> date | None:
    if day and not DAY.allows(day):
        raise UsageError(_("{stated!r} is not a day from 1990 to 2100", stated=str(day)))
    return day
