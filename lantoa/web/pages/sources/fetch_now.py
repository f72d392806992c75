"""Fetches a source at a user's request. The page does not wait; it shows the outcome when it is known."""

from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import BrokerError
from lantoa.runtime.due_queue import request_fetch
from lantoa.web.access.audit import happened
from lantoa.web.office import in_queue, office_of, web_state

router = APIRouter(prefix="/sources/{name}/fetch")
SPEAKER = "/lantoa/dashboard"


@router.post("")
@in_queue("decisions")
def fetch_now(request: Request, name: str) -> Response:
    """Requests a fetch. Two requests within a minute count as one."""
    office, now = office_of(request), datetime.now(UTC)
    if name not in office.programme.sources:
        raise HTTPException(404)
    asked = web_state(request.app).asked
    if asked.begin(name, now):
        try:
            request_fetch(office.runtime.bus, office.programme.sources[name], now, SPEAKER)
        except BrokerError:
            asked.forget(name)
            raise
        happened(request, "source-fetched", name)
    return RedirectResponse(f"/sources/{name}", 303)
