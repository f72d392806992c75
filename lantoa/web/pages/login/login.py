"""Log-in with a name and a password, and log-out."""

import logging
import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from config.errors import Busy
from lantoa.commands.accounts import renew_hash
from lantoa.commands.passwords import LONGEST_PASSWORD, is_outdated, matches
from lantoa.language import _
from lantoa.web.access.audit import happened
from lantoa.web.access.guard import Access, address_of, safe_redirect
from lantoa.web.access.limits import Attempt
from lantoa.web.access.roles import needs
from lantoa.web.office import web_state
from lantoa.web.rendering import page
from models.database import reading, writing
from models.queries.account_access import account
from models.store import accounts
from models.tables.accounts import LONGEST, hashed

router = APIRouter()
SECRET_BYTES = 32
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=4 * LONGEST_PASSWORD)]
logger = logging.getLogger(__name__)


@router.get("/login")
@needs(None, where_accounts_are=True)
def login_form(request: Request, next: str = "/") -> Response:  # as the address has it
    return login_page(request, to=next)


@router.post("/login")
@needs(None, changes=True, where_accounts_are=True)
async def log_in(
    request: Request, name: Name, password: Password, next: Annotated[str, Form()] = "/"
) -> Response:
    """Reserves the attempt before anything is looked up or computed."""
    state = web_state(request.app)
    access = state.access
    with access.limits.trying(name, address_of(request)) as attempt:
        if attempt.wait:
            return _locked(request, next, attempt.wait)
        attempt.was_checked = False  # set when the check begins
        try:
            right = await state.queues.passwords.run(
                lambda: _is_right_password(access, name, password, attempt)
            )
        except Busy as busy:
            return _refused(request, 503, next, str(busy), busy.seconds)
        attempt.is_right = right
    if not right:
        await run_in_threadpool(log_failure, access, request, name)
        return _refused(request, 401, next, _("The name or the password is wrong."))
    return await run_in_threadpool(start_session, request, name, next)


def login_page(request: Request, status: int = 200, to: str = "/", wrong: str = "") -> Response:
    """Renders the log-in form. `to` is the page that follows, and `wrong` the error of the last attempt."""
    has_sign_in = web_state(request.app).sign_in is not None
    return page(request, "login.html", status, next=safe_redirect(to), wrong=wrong, has_sign_in=has_sign_in)


def start_session(request: Request, name: str, to: str) -> Response:
    """Begins a session of the account `name`."""
    access = web_state(request.app).access
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with writing(access.engine) as connection:
        accounts.begin_session(connection, secret, name)
    request.state.actor = name
    happened(request, "login", name)
    response = RedirectResponse(safe_redirect(to), 303)
    response.set_cookie(
        access.cookie,
        secret,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        secure=access.secure,
        samesite="lax",
    )
    return response


@router.post("/logout")
@needs("reader", changes=True)
def log_out(request: Request) -> Response:
    access = web_state(request.app).access
    if secret := request.cookies.get(access.cookie):
        with writing(access.engine) as connection:
            accounts.end_session(connection, secret)
        web_state(request.app).change_feed.end(hashed(secret))
    happened(request, "logout", request.state.actor)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(access.cookie, secure=access.secure, httponly=True, samesite="lax")
    return response


def log_failure(access: Access, request: Request, name: str, status: int = 401) -> None:
    """Writes an entry for a failed log-in. The limits on attempts also bound the number of these entries."""
    where = address_of(request)
    logger.warning("login.failed", extra={"account": accounts.cut(name), "address": where})
    action = f"{request.method} {request.scope['path']}"
    with writing(access.engine) as connection:
        accounts.note(connection, "–", where, action, status, event="login-failed", subject=name)


def _is_right_password(access: Access, name: str, password: str, attempt: Attempt) -> bool:
    with reading(access.engine) as connection:
        found = account(connection, name)
    kept = found.password if found and not found.disabled else None
    attempt.was_checked = True
    if not matches(password, kept):
        return False
    if kept and is_outdated(kept):
        renew_hash(access.engine, name, password)
    return True


def _locked(request: Request, to: str, seconds: int) -> Response:
    wrong = _("Too many wrong passwords. Try again in {seconds} seconds.", seconds=seconds)
    return _refused(request, 429, to, wrong, seconds)


def _refused(request: Request, status: int, to: str, wrong: str, seconds: int = 0) -> Response:
    response = login_page(request, status, to, wrong)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
