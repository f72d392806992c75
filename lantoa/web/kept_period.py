"""The period that a reader has chosen, which the links to other rooms keep, and what waits in it."""

from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from config.errors import UsageError
from lantoa.web.office import office_of
from models.database import DatabaseError, NoConnection


def stated_period_of(request: Request, *, own: bool) -> str | None:
    """Returns the period as the reader stated it: that of this page, or on a page without a period of its `own` that of the
    page from which the reader came."""
    stated = request.query_params.get("period")
    if not stated and not own:
        came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
        stated = dict(parse_qsl(came_from.partition("?")[2].partition("#")[0])).get("period")
    return stated or None


def kept_period(request: Request, *, own: bool) -> str:
    """Returns the end of an address that keeps the period."""
    stated = stated_period_of(request, own=own)
    return f"?{urlencode({'period': stated})}" if stated else ""


def waiting_there(request: Request, *, own: bool) -> int | None:
    """Counts what waits in the period in which the link to the room opens it; None if that cannot be known now."""
    office = office_of(request)
    try:
        return sum(office.waiting(office.period(stated_period_of(request, own=own)), lately=True).values())
    except (DatabaseError, NoConnection, UsageError):
        return None
