"""What the form of a printed piece states, checked, and what it makes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from config.errors import UsageError
from lantoa.commands.correcting import make_correction
from lantoa.commands.correction_checks import known_documents
from lantoa.language import _
from lantoa.views.attachments import find_scan, hand_in_scan, scan_of
from lantoa.web.forms import Sent
from lantoa.web.office import Office
from models.correction import Correction
from models.database import reading
from models.messages import Enclosure, Item
from models.monotonic_time import not_before
from models.sql import Row, table_of
from models.tables import ItemRevision, ItemRow
from producers.clipping import SOURCE, Clipping
from producers.dates import EARLIEST

DOCUMENTS = ("document1", "document2", "document3")
FIELDS = ("outlet", "printed", "page", "title", "text", *DOCUMENTS, "in_scope", "scan", "id")
LONGEST = {"page": 40, "title": 1_000, "text": 150_000}  # characters
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """`is_new`: nobody has entered it so yet. `stated` is what the rules shall not decide of it."""

    item: Item
    is_new: bool
    stated: list[Correction]


def values_of(form: Sent, waiting: Path) -> tuple[dict[str, str], dict[str, str]]:
    """What was sent, with `scan` naming the scan that waits; and field → what was expected, of a file that is none."""
    values = {name: form.fields.get(name, "").strip() for name in FIELDS}
    if not form.file:
        return values, {}
    handed_in = hand_in_scan(waiting, form.data)
    if handed_in is None:
        return values, {"scan": _("a PDF, JPEG or PNG file")}
    return values | {"scan": scan_of(handed_in)}, {}


def wrong_in(office: Office, values: Values) -> dict[str, str]:
    """Field → what was expected there."""
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


def entry(office: Office, values: Values, folder: Path, by: str) -> Entry:
    """A piece that is here already keeps its scan when none is sent."""
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
        old = _stands(connection, clipping.id)
    if old and not clipping.scans:
        clipping = replace(clipping, scans=tuple(map(Enclosure.model_validate, old["rest"]["enclosures"])))
    item = clipping.item(
        office.programme.timezone, not_before(datetime.now(UTC), old["fetched_at"] if old else None)
    )
    is_new = old is None or old["revision"] != item.revision
    return Entry(item, is_new, _stated(values, item.id, by))


def as_entered(office: Office, name: str) -> dict[str, str] | None:
    """The values of the form that would enter a clipping as it stands; None when it is none."""
    with reading(office.engine) as connection:
        row = _stands(connection, name)
    if row is None:
        return None
    printed, number, _title = row["identity"].removeprefix(f"{SOURCE}:").split("|", 2)
    return {
        "outlet": row["outlet"],
        "printed": printed,
        "page": number,
        "title": row["title"],
        "text": row["text"],
    }


def _is_plausible(office: Office, printed: str) -> bool:
    """Tomorrow's paper may be out tonight (counting.md, Date and period)."""
    try:
        day = date.fromisoformat(printed)
    except ValueError:
        return False
    return EARLIEST.date() <= day <= datetime.now(office.programme.timezone).date() + timedelta(days=1)


def _stated(values: Values, item: str, by: str) -> list[Correction]:
    """The form's id makes it the same decision when it is sent twice."""
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


def _stands(connection: Connection, name: str) -> Row | None:
    """The winning revision of a clipping, with its outlet and identity."""
    item, revision = table_of(ItemRow), table_of(ItemRevision)
    winning = (revision.c.item_id == item.c.id) & (revision.c.revision == item.c.revision)
    statement = select(revision, item.c.outlet, item.c.identity).join(item, winning)
    row = connection.execute(statement.where(item.c.id == name, item.c.source == SOURCE)).mappings().first()
    return dict(row) if row else None
