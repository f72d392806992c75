"""Stands before every page: finds out who asks, refuses what the role does not allow, and writes down what was changed."""

import getpass
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool

from lantoa.access.limits import Limits
from lantoa.access.rules import OF_PROGRAMS, SAFE, changes, is_ours, may, role_for
from lantoa.language import _
from models import accounts
from models.database import reading, writing

Answer = Callable[[Request], Awaitable[Response]]
Refusal = Callable[[Request, int, str], Response]
SESSION, SECURE_SESSION = "lantoa_session", "__Host-lantoa_session"
FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-real-ip"})
MOST_BYTES = 25 << 20
NOBODY = ("", "")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """`trusting`: everybody on this machine is its administrator. `secure`: the browser comes by HTTPS."""

    engine: Engine
    trusting: bool
    secure: bool
    limits: Limits

    @property
    def cookie(self) -> str:
        return SECURE_SESSION if self.secure else SESSION


def protect(app: FastAPI, access: Access, refuse: Refusal) -> None:
    """`refuse` makes a page of a status and a reason."""
    app.state.access = access

    async def guard(request: Request, answer: Answer) -> Response:
        who = await run_in_threadpool(_who, access, request)
        request.state.unknown, request.state.about = who is None, ""
        request.state.actor, request.state.role = who or NOBODY
        response = _refusal(access, request, refuse) or await answer(request)
        refused = response.status_code == HTTPStatus.FORBIDDEN
        if changes(request) and (refused or response.status_code < HTTPStatus.BAD_REQUEST):
            await run_in_threadpool(_write_down, access, request, response.status_code)
        return response

    app.middleware("http")(guard)


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def _refusal(access: Access, request: Request, refuse: Refusal) -> Response | None:
    name, role, path = request.state.actor, request.state.role, request.url.path
    needed = role_for(request.method, path)
    if access.trusting and not FORWARDED.isdisjoint(request.headers):
        return refuse(
            request, 403, _("A proxy stands before this dashboard: start it with `lantoa dashboard --login`.")
        )
    if request.method not in SAFE and (wrong := _too_large(request)):
        return refuse(request, *wrong)
    if not is_ours(request):
        return refuse(request, 403, _("Another site's page sent this. Open the dashboard itself."))
    if not may(role, needed):
        if request.state.unknown:
            return refuse(request, 503, _("The database does not answer. Ask again in a while."))
        if not name:
            return _ask_who(request, path)
        return refuse(
            request, 403, _("That needs the role {role}; yours is {own}.", role=_(str(needed)), own=_(role))
        )
    if not access.trusting and (seconds := access.limits.asked(name or address_of(request))):
        response = refuse(request, 429, _("Too many requests. Wait a moment."))
        response.headers["Retry-After"] = str(seconds)
        return response
    return None


def _too_large(request: Request) -> tuple[int, str] | None:
    """Before any of it is read."""
    length = request.headers.get("content-length")
    if length is None and "transfer-encoding" in request.headers:
        return 411, _("The request must say how long it is.")
    if int(length or 0) > MOST_BYTES:
        return 413, _("That is too large: at most {most} MB can be sent.", most=MOST_BYTES >> 20)
    return None


def _ask_who(request: Request, path: str) -> Response:
    if path.startswith(OF_PROGRAMS):
        problem = {
            "type": "about:blank",
            "title": "Unauthorized",
            "status": 401,
            "detail": "A token is needed: `lantoa users token`.",
        }
        headers = {"WWW-Authenticate": "Bearer"}
        return JSONResponse(problem, 401, headers, media_type="application/problem+json")
    wanted = f"{path}?{request.url.query}" if request.url.query else path
    to = f"/login?{urlencode({'next': wanted})}" if request.method in SAFE else "/login"
    if request.headers.get("HX-Request"):
        return Response(status_code=401, headers={"HX-Redirect": to})
    return RedirectResponse(to, 303)


def _who(access: Access, request: Request) -> tuple[str, str] | None:
    """Name and role; None while the database, which knows, is away."""
    if access.trusting:
        return getpass.getuser(), "administrator"
    try:
        return _known(access, request)
    except DBAPIError as error:
        logger.warning("access.database_away reason=%s", error.orig)
        return None


def _known(access: Access, request: Request) -> tuple[str, str]:
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and request.url.path.startswith(OF_PROGRAMS):
        with reading(access.engine) as connection:
            found = accounts.token_of(connection, token)
        return (found["name"], found["role"]) if found else NOBODY
    secret = request.cookies.get(access.cookie)
    if not secret:
        return NOBODY
    with reading(access.engine) as connection:
        found = accounts.session_of(connection, secret)
    if found and found["seen_due"]:
        with writing(access.engine) as connection:
            accounts.seen(connection, secret)
    return (found["name"], found["role"]) if found else NOBODY


def _write_down(access: Access, request: Request, status: int) -> None:
    action = f"{request.method} {request.url.path}"
    who, where = request.state.actor or "–", address_of(request)
    logger.info("access.changed actor=%s action=%r status=%d", who, action, status)
    try:
        with writing(access.engine) as connection:
            accounts.note(connection, who, where, action, status, request.state.about)
    except DBAPIError as error:
        logger.error("audit.lost actor=%s action=%r reason=%s", who, action, error.orig)
