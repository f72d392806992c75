"""Makes and withdraws corrections on a page, and shows what each one changed."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from config.programme import Programme
from lantoa.commands.correcting import Effect, as_text, correct, make_correction
from lantoa.commands.correcting_together import Answer, corrected_together
from lantoa.commands.correction_checks import StatedCorrection, checked, one_item, stated_day
from lantoa.language import _
from lantoa.views.review_cases import ReviewCase, review_cases
from lantoa.web.access.audit import happened
from lantoa.web.kept_period import stated_period_of
from lantoa.web.office import PATIENCE_SECONDS, actor, in_queue, office_of
from lantoa.web.rendering import in_place, page
from models.counting.apply_corrections import stated
from models.database import Connection, reading
from models.messages.correction import Correction, id_beside
from models.queries.listed_corrections import find_correction
from models.queries.waiting import Kind
from models.queries.waiting_cases import waiting_cases

router = APIRouter()
Empty = BeforeValidator(lambda value: value or None)  # a form sends "" for an unchanged field
MADE_HERE = re.compile("[0-9a-f]{32}")  # ids of corrections that are made on a page
Identity = Annotated[str, StringConstraints(pattern=f"^{MADE_HERE.pattern}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class CorrectionForm(BaseModel):
    """The form of a correction. `id` is made with the page, so that a form that is sent twice is one correction. `kind` is
    that of the waiting case in whose place the effect is shown."""

    model_config = ConfigDict(extra="ignore")

    id: Identity
    item: str
    kind: Annotated[Kind | None, Empty] = None
    because: Reason = ""
    says_resolutions: bool = False  # if it is set and none is chosen, the item names no resolution
    resolutions: list[str] = []
    in_scope: Annotated[Literal["yes", "no"] | None, Empty] = None
    channel: Annotated[str | None, Empty] = None
    form: Annotated[str | None, Empty] = None
    published: str = ""
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
            published=stated_day(self.published) if self.published.strip() else None,
            same_as=self.same_as,
            and_alike=self.and_alike,
            id=self.id,
        )


class TogetherForm(BaseModel):
    """The form that settles several cases of one kind: those that are ticked, or all of the period."""

    id: Identity
    kind: Kind
    period: str
    because: Reason = ""
    items: list[str] = []
    ticked: Answer | None = None
    all: Answer | None = None


class Withdrawn(BaseModel):
    """The form that withdraws a correction. `item` is needed for a correction that no worker has taken yet. `others` are
    the items that were corrected beside it, and `together` says that one answer settled several cases. `kind` is that
    of the case in whose place the effect is shown."""

    id: Identity
    because: Reason = ""
    item: str = ""
    others: list[str] = []
    together: bool = False
    kind: Annotated[Kind | None, Empty] = None


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
    effect = _carry_out(request, "correction", corrections)
    return _shown(request, effect, kind=form.kind)


@router.post("/decisions/together")
@in_queue("decisions")
def decide_together(request: Request, form: Annotated[TogetherForm, Form()]) -> Response:
    office = office_of(request)
    answer = form.ticked or form.all
    if answer is None:
        raise HTTPException(422)
    with reading(office.engine) as connection:
        waiting = waiting_cases(connection, office.programme, office.period(form.period))
        chosen = [
            case for case in waiting if case.kind == form.kind and (form.all or case.item in form.items)
        ]
        corrections = corrected_together(
            connection, chosen, answer, by=actor(request), because=form.because, id=form.id
        )
    return _shown(request, _carry_out(request, "correction", corrections), together=True)


@router.post("/decisions/{name}/withdraw")
@in_queue("decisions")
def withdraw(request: Request, name: str, form: Annotated[Withdrawn, Form()]) -> Response:
    """Withdraws a correction, and those of the other items that were made beside it."""
    office = office_of(request)
    beside = {item: id_beside(name, item) for item in form.others}
    with reading(office.engine) as connection:
        item = _decided_on(connection, office.programme, name, form.item)
        for other, correction in beside.items():
            _decided_on(connection, office.programme, correction, other)
    first = make_correction(item, actor(request), form.because, id=form.id, withdraws=name)
    others = [first.beside(other, withdraws=correction) for other, correction in beside.items()]
    effect = _carry_out(request, "correction-withdrawn", [first, *others])
    again = _waits_again(request, effect, form.kind) if form.kind and in_place(request) else []
    return _shown(request, effect, kind=form.kind, together=form.together, again=again)


def _carry_out(request: Request, event: str, corrections: Sequence[Correction]) -> Effect:
    """Makes the corrections and writes them to the audit log."""
    office, first = office_of(request), corrections[0]
    request.state.about = f"{first.item} {first.id}"
    effect = correct(
        office.runtime,
        office.engine,
        office.programme,
        office.catalogue,
        corrections,
        within=PATIENCE_SECONDS,
    )
    _note_change(request, event, effect)
    for each in effect.others:
        happened(request, event, each.item, None, _said(each))
    return effect


def _waits_again(request: Request, effect: Effect, kind: Kind) -> list[ReviewCase]:
    """Returns the case of the item if it waits again in the period of the page."""
    office = office_of(request)
    period = office.period(stated_period_of(request, own=False))
    with reading(office.engine) as connection:
        of_kind = [each for each in waiting_cases(connection, office.programme, period) if each.kind == kind]
        shown = [each for each in of_kind if each.item == effect.correction.item]
        return review_cases(connection, shown, of_kind)


def _decided_on(connection: Connection, programme: Programme, name: str, stated: str) -> str:
    """Returns the item of a correction. Raises HTTPException if there is no such correction to withdraw."""
    found = find_correction(connection, name)
    if found and not found.withdraws:
        return found.item
    if found is None and stated and MADE_HERE.fullmatch(name):
        return one_item(connection, stated, programme)
    raise HTTPException(404)


def _note_change(request: Request, event: str, effect: Effect) -> None:
    """Writes the change to the audit log, or what the correction states if no worker has taken it yet."""
    if effect.counted:
        before = {each.field: as_text(each.before) for each in effect.fields}
        after = {each.field: as_text(each.after) for each in effect.fields}
        happened(request, event, effect.correction.item, before, after)
    else:
        happened(request, event, effect.correction.item, None, _said(effect.correction))


def _said(correction: Correction) -> dict[str, object]:
    return {"withdraws": correction.withdraws} if correction.withdraws else stated(correction)


def _shown(
    request: Request,
    effect: Effect,
    *,
    kind: Kind | None = None,
    together: bool = False,
    again: Sequence[ReviewCase] = (),
) -> Response:
    """Renders the effect in place of the corrected row or as a page of its own. An open page counts again, and shows
    its cases again if several were settled together."""
    place = in_place(request)
    template, shown = ("effect.html", kind) if place else ("decided.html", None)
    response = page(request, template, effect=effect, kind=shown, together=together, again=again)
    if place:
        response.headers["HX-Trigger"] = "decided, decided-together" if together else "decided"
    return response
