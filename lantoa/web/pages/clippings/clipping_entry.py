"""Checks the form of a clipping and makes an item and corrections of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from config.errors import UsageError
from lantoa.commands.correcting import make_correction
from lantoa.commands.correction_checks import known_documents
from lantoa.language import _
from lantoa.views.attachments import find_scan, hand_in_scan, scan_of
from lantoa.web.forms import SentForm
from lantoa.web.office import Office
from models.database import reading
from models.messages.correction import Correction
from models.messages.item import Item
from models.messages.monotonic_time import not_before
from models.queries.stored_clippings import find_clipping
from producers.clipping import Clipping
from producers.item.dates import EARLIEST

DOCUMENTS = ("document1", "document2", "document3")
FIELDS = ("outlet", "printed", "page", "title", "text", *DOCUMENTS, "in_scope", "scan", "id")
LONGEST = {"page": 40, "title": 1_000, "text": 150_000}  # characters
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClippingForm:
    """A valid form. `is_new` says that the clipping is not in the database yet. `stated` holds the corrections that
    have priority over the rules."""

    item: Item
    is_new: bool
    stated: list[Correction]


def values_of(form: SentForm, waiting: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the values of the form, with `scan` as the name of the waiting scan, and the errors by field if the
    file is not a scan."""
    values = {name: form.fields.get(name, "").strip() for name in FIELDS}
    if not form.file:
        return values, {}
    handed_in = hand_in_scan(waiting, form.data)
    if handed_in is None:
        return values, {"scan": _("a PDF, JPEG or PNG file")}
    return values | {"scan": scan_of(handed_in)}, {}


def wrong_in(office: Office, values: Values) -> dict[str, str]:
    """Returns the expected value for each invalid field."""
    wrong = {}
    if values["outlet"] not in office.programme.outlets:
        wrong["outlet"] = _("an outlet of the programme")
    if not _is_plausible(office, values["printed"]):
        wrong["printed"] = _("a day from 1990 until today")
    for name, most in LONGEST.items():
        if len(values[name]) > most:
            wrong[name] = _("{most} characters at most", most=most)
    for name in ("page", "title"):
        if not values[name]:
            wrong[name] = _("not left empty")
    for name in DOCUMENTS:
        try:
            known_documents([values[name]] if values[name] else [], office.catalogue)
        except UsageError as error:
            wrong[name] = str(error)
    return wrong


def entry(office: Office, values: Values, folder: Path, by: str) -> ClippingForm:
    """Makes the item. A known clipping keeps its scan if no new one is sent."""
    found = find_scan(folder, values["scan"])
    clipping = Clipping(
        outlet=office.programme.outlets[values["outlet"]],
        printed=date.fromisoformat(values["printed"]),
        page=values["page"],
        title=values["title"],
        text=values["text"],
        scans=(found.enclosure,) if found else (),
    )
    with reading(office.engine) as connection:
        old = find_clipping(connection, clipping.id)
    if old and not clipping.scans:
        clipping = replace(clipping, scans=old.scans)
    item = clipping.item(
        office.programme.timezone, not_before(datetime.now(UTC), old.fetched_at if old else None)
    )
    is_new = old is None or old.revision != item.revision
    return ClippingForm(item, is_new, _stated(values, item.id, by))


def as_entered(office: Office, name: str) -> dict[str, str] | None:
    """Returns the form's values for an existing clipping, or None if the item is not one."""
    with reading(office.engine) as connection:
        found = find_clipping(connection, name)
    if found is None:
        return None
    return {
        "outlet": found.outlet,
        "printed": found.printed,
        "page": found.page,
        "title": found.title,
        "text": found.text,
    }


def _is_plausible(office: Office, printed: str) -> bool:
    """Accepts tomorrow's date, because tomorrow's paper may be out tonight (counting.md, Date and period)."""
    try:
        day = date.fromisoformat(printed)
    except ValueError:
        return False
    return EARLIEST.date() <= day <= datetime.now(office.programme.timezone).date() + timedelta(days=1)


def _stated(values: Values, item: str, by: str) -> list[Correction]:
    """Makes the corrections. The form's id makes a repeated submission the same correction."""
    fields: dict[str, Any] = {}
    if documents := tuple(dict.fromkeys(values[name] for name in DOCUMENTS if values[name])):
        fields["resolutions"] = documents
    if values["in_scope"]:
        fields["in_scope"] = True
    if not fields:
        return []
    correction = make_correction(item, by, _("stated with the clipping"), **fields)
    is_id = len(values["id"]) == len(correction.id) and values["id"].isalnum()
    return [correction.model_copy(update={"id": values["id"]}) if is_id else correction]
