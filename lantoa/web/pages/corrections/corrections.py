"""What the liaison decides on a page, and takes back; each is a correction and shows what it changed."""

import re
from datetime import date
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Form, HTTPException, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from sqlalchemy import Connection, select

from config.errors import UsageError
from config.programme import Programme
from lantoa.commands.correcting import make_correction
from lantoa.commands.correction_checks import known_documents, known_forms, one_item, one_of
from lantoa.language import _
from lantoa.views.duplicates import merged_alike, others_alike
from lantoa.web.access.audit import happened
from lantoa.web.office import Office, actor, office_of
from lantoa.web.pages.corrections.effects import Effect, carry_out
from lantoa.web.rendering import in_place, page
from lantoa.web.work_queues import in_queue
from models.apply_corrections import stated
from models.correction import Correction
from models.database import reading
from models.messages import Channel
from models.sql import table_of
from models.tables import CorrectionRow

router = APIRouter()
Empty = BeforeValidator(lambda value: value or None)  # a form sends "" for what was left alone
MADE_HERE = re.compile("[0-9a-f]{32}")  # identities of what is decided on a page
Identity = Annotated[str, StringConstraints(pattern=f"^{MADE_HERE.pattern}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Stated(BaseModel):
    """A decision's form. `id` is made with the page: the same form sent twice is one decision."""

    model_config = ConfigDict(extra="ignore")

    id: Identity
    item: str
    because: Reason
    says_resolutions: bool = False  # with none chosen, it names none of them
    resolutions: list[str] = []
    in_scope: Annotated[Literal["yes", "no"] | None, Empty] = None
    channel: Annotated[str | None, Empty] = None
    form: Annotated[str | None, Empty] = None
    published: Annotated[date | None, Empty] = None
    same_as: Annotated[str | None, Empty] = None
    and_alike: bool = (
        False  # with the item that it is the same as: so are the other suspected duplicates of the kind
    )


class Withdrawn(BaseModel):
    """The form that takes a decision back. `item` is what it was about, for one that no worker has taken yet."""

    id: Identity
    because: Reason
    item: str = ""


@router.post("/decisions")
@in_queue("decisions")
def decide(request: Request, form: Annotated[Stated, Form()]) -> Response:
    office = office_of(request)
    correction = _correction(office, form, actor(request))
    request.state.about = f"{correction.item} {correction.id}"
    effect = carry_out(office, correction, _alike(office, correction) if form.and_alike else ())
    _tell(request, "correction", effect, stated(correction))
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
    _tell(request, "correction-withdrawn", effect, {"withdraws": name})
    return _shown(request, effect)


def _alike(office: Office, correction: Correction) -> list[Correction]:
    if correction.same_as is None:
        return []
    with reading(office.engine) as connection:
        others = others_alike(connection, office.programme, (correction.item, correction.same_as))
    return merged_alike(correction, others)


def _decided_on(connection: Connection, programme: Programme, name: str, stated: str) -> str:
    """The item of a decision; raises HTTPException where there is no such decision to take back."""
    table = table_of(CorrectionRow)
    found = connection.execute(select(table).where(table.c.id == name)).mappings().first()
    if found and not found["withdraws"]:
        return str(found["item"])
    if found is None and stated and MADE_HERE.fullmatch(name):
        return one_item(connection, stated, programme)
    raise HTTPException(404)


def _tell(request: Request, event: str, effect: Effect, said: dict[str, Any]) -> None:
    """What it changed; of a decision that no worker has taken yet, what it states."""
    if effect.counted:
        before = {each["field"]: each["before"] for each in effect.fields}
        after = {each["field"]: each["after"] for each in effect.fields}
        happened(request, event, effect.correction.item, before, after)
    else:
        happened(request, event, effect.correction.item, None, said)


def _correction(office: Office, stated: Stated, by: str) -> Correction:
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
    """In place of the row that it was decided on, or as a page of its own."""
    return page(request, "decided_here.html" if in_place(request) else "decided.html", effect=effect)
