"""Makes and withdraws corrections on a page, and shows what each one changed."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from config.programme import Programme
from lantoa.commands.correcting import Effect, as_text, correct, make_correction
from lantoa.commands.correction_checks import StatedCorrection, checked, one_item
from lantoa.language import _
from lantoa.web.access.audit import happened
from lantoa.web.office import PATIENCE_SECONDS, Office, actor, in_queue, office_of
from lantoa.web.rendering import in_place, page
from models.counting.apply_corrections import stated
from models.database import Connection, reading
from models.messages.correction import Correction
from models.queries.listed_corrections import find_correction

router = APIRouter()
Empty = BeforeValidator(lambda value: value or None)  # a form sends "" for an unchanged field
MADE_HERE = re.compile("[0-9a-f]{32}")  # ids of corrections that are made on a page
Identity = Annotated[str, StringConstraints(pattern=f"^{MADE_HERE.pattern}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class CorrectionForm(BaseModel):
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

    def stated(self, by: str) -> StatedCorrection:
        documents = tuple(dict.fromkeys(filter(None, self.resolutions)))
        return StatedCorrection(
            item=self.item,
            because=self.because,
            by=by,
            in_scope={"yes": True, "no": False, None: None}[self.in_scope],
            resolutions=documents if self.says_resolutions else None,
            channel=self.channel,
            form=self.form,
            published=self.published,
            same_as=self.same_as,
            and_alike=self.and_alike,
            id=self.id,
        )


class Withdrawn(BaseModel):
    """The form that withdraws a correction. `item` is needed for a correction that no worker has taken yet."""

    id: Identity
    because: Reason
    item: str = ""


@router.post("/decisions")
@in_queue("decisions")
def decide(request: Request, form: Annotated[CorrectionForm, Form()]) -> Response:
    office = office_of(request)
    options = {"channel": _("channel"), "form": _("form")}
    empty = _("Nothing is decided: change at least one field.")
    with reading(office.engine) as connection:
        corrections = checked(
            connection,
            office.programme,
            office.catalogue,
            form.stated(actor(request)),
            empty=empty,
            options=options,
        )
    correction = corrections[0]
    request.state.about = f"{correction.item} {correction.id}"
    effect = _carry_out(office, corrections)
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
    taken_back = make_correction(item, actor(request), form.because, id=form.id, withdraws=name)
    effect = _carry_out(office, [taken_back])
    _note_change(request, "correction-withdrawn", effect, {"withdraws": name})
    return _shown(request, effect)


def _carry_out(office: Office, corrections: Sequence[Correction]) -> Effect:
    return correct(
        office.runtime,
        office.engine,
        office.programme,
        office.catalogue,
        corrections,
        within=PATIENCE_SECONDS,
    )


def _decided_on(connection: Connection, programme: Programme, name: str, stated: str) -> str:
    """Returns the item of a correction. Raises HTTPException if there is no such correction to withdraw."""
    found = find_correction(connection, name)
    if found and not found.withdraws:
        return found.item
    if found is None and stated and MADE_HERE.fullmatch(name):
        return one_item(connection, stated, programme)
    raise HTTPException(404)


def _note_change(request: Request, event: str, effect: Effect, said: dict[str, object]) -> None:
    """Writes the change to the audit log, or what the correction states if no worker has taken it yet."""
    if effect.counted:
        before = {each.field: as_text(each.before) for each in effect.fields}
        after = {each.field: as_text(each.after) for each in effect.fields}
        happened(request, event, effect.correction.item, before, after)
    else:
        happened(request, event, effect.correction.item, None, said)


def _shown(request: Request, effect: Effect) -> Response:
    """Renders the effect in place of the corrected row or as a page of its own."""
    return page(request, "effect.html" if in_place(request) else "decided.html", effect=effect)
