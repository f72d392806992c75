"""Coming in and going out."""

import logging
import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from config.errors import Busy
from lantoa.commands.passwords import LONGEST, hash_of, is_outdated, matches
from lantoa.language import _
from lantoa.web.access.audit import happened
from lantoa.web.access.guard import Access, address_of, inside
from lantoa.web.access.limits import Try
from lantoa.web.access.roles import needs
from lantoa.web.rendering import page
from lantoa.web.work_queues import Queues
from models import accounts
from models.accounts import hashed
from models.database import reading, writing
from models.sql import table_of

router = APIRouter()
SECRET_BYTES = 32
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=4 * LONGEST)]
logger = logging.getLogger(__name__)


@router.get("/login")
@needs(None, where_accounts_are=True)
def ask(request: Request, next: str = "/") -> Response:  # as the address has it
    return page(request, "login.html", next=inside(next), wrong="")


@router.post("/login")
@needs(None, changes=True, where_accounts_are=True)
async def come_in(
    request: Request, name: Name, password: Password, next: Annotated[str, Form()] = "/"
) -> Response:
    """The try is reserved before anything is looked up or computed."""
    access: Access = request.app.state.access
    queues: Queues = request.app.state.queues
    with access.limits.trying(name, address_of(request)) as attempt:
        if attempt.wait:
            return _locked(request, next, attempt.wait)
        attempt.was_checked = False  # unless it is
        try:
            right = await queues.passwords.run(lambda: _check(access, name, password, attempt))
        except Busy as busy:
            return _not_in(request, 503, next, str(busy), busy.seconds)
        attempt.is_right = right
    if not right:
        await run_in_threadpool(note_failure, access, request, name)
        return _not_in(request, 401, next, _("The name or the password is wrong."))
    return await run_in_threadpool(let_in, request, name, next)


def let_in(request: Request, name: str, to: str) -> Response:
    """Begins a session of the account `name`."""
    access: Access = request.app.state.access
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with writing(access.engine) as connection:
        accounts.begin_session(connection, secret, name)
    request.state.actor = name
    happened(request, "login", name)
    response = RedirectResponse(inside(to), 303)
    response.set_cookie(
        access.cookie,
        secret,
        max_age=int(accounts.LONGEST.total_seconds()),
        httponly=True,
        secure=access.secure,
        samesite="lax",
    )
    return response


@router.post("/logout")
@needs("reader", changes=True)
def go_out(request: Request) -> Response:
    access: Access = request.app.state.access
    if secret := request.cookies.get(access.cookie):
        with writing(access.engine) as connection:
            accounts.end_session(connection, secret)
        request.app.state.news.end(hashed(secret))
    happened(request, "logout", request.state.actor)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(access.cookie, secure=access.secure, httponly=True, samesite="lax")
    return response


def note_failure(access: Access, request: Request, name: str, status: int = 401) -> None:
    """So many of them as tries are allowed: nobody fills the audit with them."""
    where = address_of(request)
    logger.warning("login.failed", extra={"account": accounts.cut(name), "address": where})
    action = f"{request.method} {request.scope['path']}"
    with writing(access.engine) as connection:
        accounts.note(connection, "–", where, action, status, event="login-failed", subject=name)


def _check(access: Access, name: str, password: str, attempt: Try) -> bool:
    with reading(access.engine) as connection:
        found = accounts.account(connection, name)
    kept = found["password"] if found and not found["disabled"] else None
    attempt.was_checked = True
    if not matches(password, kept):
        return False
    if kept and is_outdated(kept):
        table = table_of(accounts.Account)
        with writing(access.engine) as connection:
            connection.execute(table.update().where(table.c.name == name).values(password=hash_of(password)))
    return True


def _locked(request: Request, to: str, seconds: int) -> Response:
    wrong = _("Too many wrong passwords. Try again in {seconds} seconds.", seconds=seconds)
    return _not_in(request, 429, to, wrong, seconds)


def _not_in(request: Request, status: int, to: str, wrong: str, seconds: int = 0) -> Response:
    response: Response = page(request, "login.html", status, next=inside(to), wrong=wrong)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
