"""Atom feeds of counted items: all of them, and those that name one document."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Request, Response

from lantoa.language import _
from lantoa.views.labels import name_of
from lantoa.web.api.atom import atom
from lantoa.web.office import Office, office_of
from models.database import reading
from models.queries.newest_items import newest

router = APIRouter(prefix="/feeds", include_in_schema=False)
ALL = "all"


@router.get("/{resolution}.atom")
def feed(request: Request, resolution: str, if_none_match: Annotated[str, Header()] = "") -> Response:
    """Returns the feed `all`, or that of one document of the catalogue."""
    office = office_of(request)
    if resolution != ALL and resolution not in office.catalogue.documents:
        raise HTTPException(404, _("The catalogue has no {name!r}.", name=resolution))
    named = None if resolution == ALL else resolution
    with reading(office.engine) as connection:
        entries = newest(connection, office.programme, named)
    written = atom(office, resolution, _title(office, named), entries, str(request.base_url))
    tag = f'"{sha256(written).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(written, media_type="application/atom+xml", headers=headers)


def _title(office: Office, resolution: str | None) -> str:
    of = (
        name_of("resolution", resolution, office.programme, office.catalogue)
        if resolution
        else _("all counted items")
    )
    return f"Lan tỏa · {office.programme.office.name} · {of}"
