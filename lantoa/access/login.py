"""Coming in and going out."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from lantoa.access.guard import Access, address_of
from lantoa.access.passwords import LONGEST, hash_of, is_outdated, matches
from lantoa.dashboard.pages import page
from lantoa.language import _
from models import accounts
from models.database import reading, writing
from models.sql import table_of

router = APIRouter()
SECRET_BYTES = 32
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=4 * LONGEST)]


@router.get("/login")
def ask(request: Request, next: str = "/") -> Response:  # as the address has it
    return page(request, "login.html", next=inside(next), wrong="")


@router.post("/login")
def come_in(request: Request, name: Name, password: Password, next: Annotated[str, Form()] = "/") -> Response:
    access: Access = request.app.state.access
    address = address_of(request)
    if seconds := access.limits.locked(name, address):
        wrong = _("Too many wrong passwords. Try again in {seconds} seconds.", seconds=seconds)
        response: Response = page(request, "login.html", 429, next=inside(next), wrong=wrong)
        response.headers["Retry-After"] = str(seconds)
        return response
    with reading(access.engine) as connection:
        found = accounts.account(connection, name)
    kept = found["password"] if found and not found["disabled"] else None
    if not matches(password, kept):
        access.limits.failed(name, address)
        wrong = _("The name or the password is wrong.")
        return page(request, "login.html", 401, next=inside(next), wrong=wrong)
    if kept and is_outdated(kept):
        table = table_of(accounts.Account)
        with writing(access.engine) as connection:
            connection.execute(table.update().where(table.c.name == name).values(password=hash_of(password)))
    return let_in(request, name, next)


def let_in(request: Request, name: str, to: str) -> Response:
    """Begins a session of the account `name`."""
    access: Access = request.app.state.access
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with writing(access.engine) as connection:
        accounts.begin_session(connection, secret, name)
    request.state.actor = name
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
def go_out(request: Request) -> Response:
    access: Access = request.app.state.access
    if secret := request.cookies.get(access.cookie):
        with writing(access.engine) as connection:
            accounts.end_session(connection, secret)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(access.cookie, secure=access.secure, httponly=True, samesite="lax")
    return response


def inside(address: str) -> str:
    """A place of ours: never another site's."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_path and address.isprintable() and "\\" not in address else "/"
