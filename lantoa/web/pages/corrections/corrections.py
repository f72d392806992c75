"""Makes and withdraws corrections on a page, and shows what each one changed."""

import re
from datetime import date
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Form, HTTPException, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from config.errors import UsageError
from config.programme import Programme
from lantoa.commands.correcting import make_correction
from lantoa.commands.correction_checks import known_documents, known_forms, one_item, one_of
from lantoa.language import _
from lantoa.views.corrections import find_correction
from lantoa.views.duplicates import merged_alike, others_alike
from lantoa.web.access.audit import happened
from lantoa.web.office import Office, actor, in_queue, office_of
from lantoa.web.pages.corrections.effects import Effect, carry_out
from lantoa.web.rendering import in_place, page
from models.counting.apply_corrections import stated
from models.database import Connection, reading
from models.messages.correction import Correction
from models.messages.item import Channel

router = APIRouter()
Empty = BeforeValidator(lambda value: value or None)  # a form sends "" for an unchanged field
MADE_HERE = re.compile("[0-9a-f]{32}")  # ids of corrections that are made on a page
Identity = Annotated[str, StringConstraints(pattern=f"^{MADE_HERE.pattern}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class StatedCorrection(BaseModel):
    """The form of a correction. `id` is made with the page, so that a form that is sent twice is one correction."""

    model_config = ConfigDict(extra="ignore")

    id: Identity
    item: str
    because: Reason
    says_resolutions: bool = False  # if it is set and none is chosen, the item names no resolution
    resolutions: list[str] = []
    in_scope: Annotated[Literal["yes", "no"] | None, Empty] = None
    channel: Annotated[str | None, Empty] = None
    form: Annotated[str | None, Empty] = None
    published: Annotated[date | None, Empty] = None
    same_as: Annotated[str | None, Empty] = None
    and_alike: bool = False  # the other suspected duplicates of the kind are merged too


class Withdrawn(BaseModel):
    """The form that withdraws a correction. `item` is needed for a correction that no worker has taken yet."""

    id: Identity
    because: Reason
    item: str = ""


@router.post("/decisions")
@in_queue("decisions")
def decide(request: Request, form: Annotated[StatedCorrection, Form()]) -> Response:
    office = office_of(request)
    correction = _correction(office, form, actor(request))
    request.state.about = f"{correction.item} {correction.id}"
    effect = carry_out(office, correction, _alike(office, correction) if form.and_alike else ())
    _note_change(request, "correction", effect, stated(correction))
    for each in effect.others:
        happened(request, "correction", each.item, None, stated(each))
    return _shown(request, effect)


@router.post("/decisions/{name}/withdraw")
@in_queue("decisions")
def withdraw(request: Request, name: str, form: Annotated[Withdrawn, Form()]) -> Response:
    office = office_of(request)
    with reading(office.engine) as connection:
        item = _decided_on(connection, office.programme, name, form.item)
    taken_back = make_correction(item, actor(request), form.because, withdraws=name)
    effect = carry_out(office, taken_back.model_copy(update={"id": form.id}))
    _note_change(request, "correction-withdrawn", effect, {"withdraws": name})
    return _shown(request, effect)


def _alike(office: Office, correction: Correction) -> list[Correction]:
    if correction.same_as is None:
        return []
    with reading(office.engine) as connection:
        others = others_alike(connection, office.programme, (correction.item, correction.same_as))
    return merged_alike(correction, others)


def _decided_on(connection: Connection, programme: Programme, name: str, stated: str) -> str:
    """Returns the item of a correction. Raises HTTPException if there is no such correction to withdraw."""
    found = find_correction(connection, name)
    if found and not found.withdraws:
        return found.item
    if found is None and stated and MADE_HERE.fullmatch(name):
        return one_item(connection, stated, programme)
    raise HTTPException(404)


def _note_change(request: Request, event: str, effect: Effect, said: dict[str, Any]) -> None:
    """Writes the change to the audit log, or what the correction states if no worker has taken it yet."""
    if effect.counted:
        before = {each["field"]: each["before"] for each in effect.fields}
        after = {each["field"]: each["after"] for each in effect.fields}
        happened(request, event, effect.correction.item, before, after)
    else:
        happened(request, event, effect.correction.item, None, said)


def _correction(office: Office, stated: StatedCorrection, by: str) -> Correction:
    with reading(office.engine) as connection:
        item = one_item(connection, stated.item, office.programme)
        same_as = one_item(connection, stated.same_as, office.programme) if stated.same_as else None
    documents = tuple(dict.fromkeys(filter(None, stated.resolutions)))
    fields = {
        "in_scope": {"yes": True, "no": False, None: None}[stated.in_scope],
        "resolutions": known_documents(documents, office.catalogue) if stated.says_resolutions else None,
        "channel": one_of(stated.channel, get_args(Channel), _("channel")),
        "form": one_of(stated.form, known_forms(), _("form")),
        "published": stated.published,
        "same_as": same_as,
    }
    if all(value is None for value in fields.values()):
        raise UsageError(_("Nothing is decided: change at least one field."))
    if same_as == item:
        raise UsageError(_("An item cannot be a copy of itself."))
    return make_correction(item, by, stated.because, **fields).model_copy(update={"id": stated.id})


def _shown(request: Request, effect: Effect) -> Response:
    """Renders the effect in place of the corrected row or as a page of its own."""
    return page(request, "decided_here.html" if in_place(request) else "decided.html", effect=effect)
