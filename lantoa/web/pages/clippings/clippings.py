"""The page Bài trên báo in: clippings entered by hand, each an item like those from feeds."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from config.errors import BrokerError
from lantoa.commands.correcting import publish_clipping
from lantoa.language import _
from lantoa.views.attachments import find_scan, take_scan
from lantoa.views.stated_places import stated_places
from lantoa.web.access.audit import happened
from lantoa.web.forms import SentForm, sent
from lantoa.web.office import PATIENCE_SECONDS, Office, actor, in_queue, office_of
from lantoa.web.pages.clippings.clipping_entry import (
    DOCUMENTS,
    FIELDS,
    ClippingForm,
    as_entered,
    entry,
    values_of,
    wrong_in,
)
from lantoa.web.rendering import page
from models.database import reading
from models.queries.stored_clippings import clippings_in

router = APIRouter(prefix="/clippings")


@router.get("")
def clippings(request: Request, period: str | None = None, after: str = "") -> Response:
    office = office_of(request)
    span = office.period(period)
    with stated_places(), reading(office.engine) as connection:
        found = clippings_in(connection, office.programme, span, after)
    return page(request, "clippings.html", period=span, part=found)


@router.get("/new")
def new(request: Request, item: str = "") -> Response:
    """Returns an empty form, or the form of the clipping `item`, so that another text or scan can be entered."""
    values = dict.fromkeys(FIELDS, "")
    if item:
        stands = as_entered(office_of(request), item)
        if stands is None:
            raise HTTPException(404)
        values |= stands
    return _form(request, values)


@router.post("/new")
@in_queue("decisions")
def enter(request: Request, form: Annotated[SentForm, Depends(sent)]) -> Response:
    """Enters a clipping. The same entry again is one item; with another text or scan it is a revision."""
    office = office_of(request)
    values, wrong = values_of(form, _waiting(office))
    wrong |= wrong_in(office, values)
    if wrong:
        return _form(request, values, 422, wrong=wrong)
    taken = take_scan(_waiting(office), _folder(office), values["scan"])
    found = entry(office, values, _folder(office), actor(request))
    try:
        counted = _publish(office, found) if found.is_new or found.stated else True
    except BrokerError as error:
        if taken:
            take_scan(_folder(office), _waiting(office), values["scan"])
        problem = _("{error} Nothing was changed; what you entered can be sent again.", error=str(error))
        return _form(request, values, 503, problem=problem)
    stated = {name: values[name] for name in ("outlet", "printed", "page", "title")}
    happened(request, "clipping-entered", found.item.id, None, stated)
    if counted:
        return RedirectResponse(f"/items/{found.item.id}", 303)
    return page(request, "clippings_sent.html", 202, item=found.item)


@router.get("/scans/{digest}")
def scan(request: Request, digest: str) -> Response:
    """Returns the scan as a download and never as a page of ours."""
    office = office_of(request)
    found = find_scan(_folder(office), digest) or find_scan(_waiting(office), digest)
    if found is None:
        raise HTTPException(404)
    name = f"bao-in-{digest[:12]}{found.path.suffix}"
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return FileResponse(found.path, media_type=found.enclosure.type, filename=name, headers=headers)


def _publish(office: Office, found: ClippingForm) -> bool:
    """Says whether the clipping is counted already."""
    return publish_clipping(office.runtime, found.item, found.stated, within=PATIENCE_SECONDS).counted


def _folder(office: Office) -> Path:
    return office.settings.data_dir / "clippings"


def _waiting(office: Office) -> Path:
    return office.settings.data_dir / "handed-in-scans"


def _form(
    request: Request, values: dict[str, str], status: int = 200, *, problem: str = "", wrong: object = None
) -> Response:
    outlets = sorted(office_of(request).programme.outlets.values(), key=lambda outlet: outlet.name)
    content = {"values": values, "problem": problem, "wrong": wrong or {}, "outlets": outlets}
    return page(request, "clippings_form.html", status, documents=DOCUMENTS, **content)
