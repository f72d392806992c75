"""The guard of every request: it identifies the user, refuses what is not allowed, and logs what was changed.

It checks the limits first, then what needs no database, then the account. A request without an account is never
written to the database; it is logged at most once a minute for each address.
"""

import getpass
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from lantoa.language import _
from lantoa.runtime.owner_secret import FILE, PARAMETER, SecretFile
from lantoa.web.access.audit import Happened
from lantoa.web.access.limits import Limits
from lantoa.web.access.roles import SAFE, RouteTable, may
from lantoa.web.access.rules import is_ours, is_proxied, path_of
from lantoa.web.programs import PATHS, is_for_programs, problem_document
from models.database import DatabaseError, Engine, NoConnection, reading, writing
from models.queries.account_access import session_of, token_of
from models.store import accounts
from models.tables.accounts import hashed

Answer = Callable[[Request], Awaitable[Response]]
Refusal = Callable[[Request, int, str], Response]
SESSION, SECURE_SESSION = "lantoa_session", "__Host-lantoa_session"
MOST_BYTES = 25 << 20
NOBODY = ("", "")
OWNER_COOKIE_SECONDS = 365 * 24 * 60 * 60  # lifetime of the cookie of this machine's owner
STATIC = "/static/"
STREAM = "/events"  # an open page renews it by itself, so it does not prolong a session
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """How users are identified. `secret` is that of this machine's owner, or None if everybody needs an account.
    `secure` says that browsers use HTTPS."""

    engine: Engine
    secret: SecretFile | None
    secure: bool
    limits: Limits
    routes: RouteTable

    @property
    def trusting(self) -> bool:
        return self.secret is not None

    @property
    def cookie(self) -> str:
        return SECURE_SESSION if self.secure else SESSION


def protect(app: FastAPI, access: Access, refuse: Refusal) -> None:
    """Adds the guard to the application. `refuse` renders a status and a reason."""

    async def guard(request: Request, answer: Answer) -> Response:
        state = request.state
        state.about, state.happened, state.unknown = "", [], False
        state.actor, state.role = NOBODY
        state.needs = access.routes.needs(request.method, path_of(request))
        response = _refused_unseen(access, request, refuse)
        if response is None:
            who = await _user_of(access, request)
            state.unknown = who is None
            state.actor, state.role = who or NOBODY
            response = _refusal(access, request, refuse) or await answer(request)
        await _log_changes(access, request, response.status_code)
        return response

    app.middleware("http")(guard)


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


async def still_may(access: Access, request: Request) -> bool:
    """Says whether this request's user would still be admitted. If the database is unavailable, the answer is yes."""
    who = await _user_of(access, request)
    return who is None or bool(who[1])


def _refused_unseen(access: Access, request: Request, refuse: Refusal) -> Response | None:
    """Checks what does not depend on the account."""
    if (key := _key(access, request)) and (seconds := access.limits.shown(key, address_of(request))):
        return _too_many(request, refuse, seconds, strangers=True)
    if access.trusting and is_proxied(request.headers):
        return refuse(
            request, 403, _("This dashboard is behind a proxy: start it with `lantoa dashboard --login`.")
        )
    if request.method not in SAFE and (wrong := _too_large(request)):
        return refuse(request, *wrong)
    if not is_ours(request, access.routes, here=access.trusting):
        return refuse(request, 403, _("Another site's page sent this. Open the dashboard itself."))
    return None


def _refusal(access: Access, request: Request, refuse: Refusal) -> Response | None:
    name, role, path, limits = request.state.actor, request.state.role, path_of(request), access.limits
    needed = request.state.needs.role_for(accounts=not access.trusting)
    if access.secret and (response := _log_in_by_address(access.secret, request)):
        return response
    is_counted = not name and not path.startswith(STATIC)
    if is_counted and (seconds := limits.asked_without_account(address_of(request))):
        return _too_many(request, refuse, seconds, strangers=True)
    if not may(role, needed):
        if request.state.unknown:
            return refuse(request, 503, _("The database does not answer. Ask again in a while."))
        if not name:
            return _ask_for_secret(request, refuse) if access.trusting else _ask_for_login(request, path)
        return refuse(
            request, 403, _("That needs the role {role}; yours is {own}.", role=_(str(needed)), own=_(role))
        )
    if name and not access.trusting and (seconds := limits.asked(name)):
        return _too_many(request, refuse, seconds)
    return None


def _too_many(request: Request, refuse: Refusal, seconds: int, *, strangers: bool = False) -> Response:
    """Answers unknown clients with plain text, because rendering a page would help a flood."""
    said = _("Too many requests. Wait a moment.")
    if strangers and not is_for_programs(path_of(request)):
        response: Response = PlainTextResponse(said, 429)
    else:
        response = refuse(request, 429, said)
    response.headers["Retry-After"] = str(seconds)
    return response


def _too_large(request: Request) -> tuple[int, str] | None:
    """Checks the stated length before the body is read."""
    length = request.headers.get("content-length")
    if length is None and "transfer-encoding" in request.headers:
        return 411, _("The request must say how long it is.")
    if int(length or 0) > MOST_BYTES:
        return 413, _("That is too large: at most {most} MB can be sent.", most=MOST_BYTES >> 20)
    return None


def _log_in_by_address(file: SecretFile, request: Request) -> Response | None:
    """Redirects to the same address without the secret, which must not stay where others could read it."""
    if request.method not in SAFE or PARAMETER not in request.query_params:
        return None
    secret = file.current()
    is_right = secret.is_secret(request.query_params[PARAMETER])
    if not is_right and not request.state.role:
        return None
    rest = urlencode([each for each in request.query_params.multi_items() if each[0] != PARAMETER])
    response = RedirectResponse(
        safe_redirect(f"{path_of(request)}?{rest}" if rest else path_of(request)), 303
    )
    if is_right:
        response.set_cookie(
            secret.cookie_name, secret.cookie, max_age=OWNER_COOKIE_SECONDS, httponly=True, samesite="lax"
        )
    return response


def _ask_for_secret(request: Request, refuse: Refusal) -> Response:
    said = _("This dashboard opens to its owner only. `lantoa open`, on the machine and by the user that runs it, opens it in the browser; programs send the contents of {file} in the data folder as `Authorization: Bearer`.", file=FILE)  # fmt: skip
    if not is_for_programs(path_of(request)):
        return refuse(request, 403, said)
    response = refuse(request, 401, said)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _ask_for_login(request: Request, path: str) -> Response:
    if is_for_programs(path):
        detail = "A token is needed: `lantoa users token`."
        return problem_document(401, detail, {"WWW-Authenticate": "Bearer"}, errors=[])
    wanted = f"{path}?{request.url.query}" if request.url.query else path
    to = f"/login?{urlencode({'next': wanted})}" if request.method in SAFE else "/login"
    if request.headers.get("HX-Request"):
        return Response(status_code=401, headers={"HX-Redirect": to})
    return RedirectResponse(to, 303)


def safe_redirect(address: str) -> str:
    """Returns the address if it is a path of this site, otherwise the first page: a redirect must not lead to another
    site."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_path and address.isprintable() and "\\" not in address else "/"


async def _user_of(access: Access, request: Request) -> tuple[str, str] | None:
    """Returns name and role, or None while the database is unavailable."""
    if access.secret:
        return _owner(access.secret, request)
    if not (key := _key(access, request)):
        return NOBODY
    try:
        found = await run_in_threadpool(_account_of, access, request)
    except (DatabaseError, NoConnection) as error:
        logger.warning("access.database_unavailable", extra={"reason": getattr(error, "orig", error)})
        return None
    if found != NOBODY:
        access.limits.knows(key)
    return found


def _key(access: Access, request: Request) -> str:
    """Returns the hash by which the database knows the session or token; empty if there is nothing to look up."""
    if access.trusting or path_of(request).startswith(STATIC):
        return ""
    shown = _token(request) or request.cookies.get(access.cookie)
    return hashed(shown) if shown else ""


def _owner(file: SecretFile, request: Request) -> tuple[str, str]:
    secret = file.current()
    is_known = secret.is_cookie(request.cookies.get(secret.cookie_name)) or secret.is_secret(_token(request))
    return (getpass.getuser(), "administrator") if is_known else NOBODY


def _account_of(access: Access, request: Request) -> tuple[str, str]:
    if token := _token(request):
        with reading(access.engine) as connection:
            found = token_of(connection, token)
        return (found.name, found.role) if found else NOBODY
    secret = request.cookies.get(access.cookie)
    if not secret:
        return NOBODY
    with reading(access.engine) as connection:
        found = session_of(connection, secret)
    if found and found.seen_due and path_of(request) != STREAM:
        with writing(access.engine) as connection:
            accounts.seen(connection, secret)
    return (found.name, found.role) if found else NOBODY


def _token(request: Request) -> str:
    """Returns the token of a program, at the paths for programs only."""
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and path_of(request).startswith(PATHS) else ""


async def _log_changes(access: Access, request: Request, status: int) -> None:
    """Logs what a known user changed or was refused."""
    who, where = request.state.actor, address_of(request)
    action = f"{request.method} {path_of(request)}"[: accounts.LONGEST_TEXT]
    changes = request.state.needs.changes
    refused = status == HTTPStatus.FORBIDDEN
    if not who:
        if status in {401, 403, 429} or (status == 303 and changes):
            _log_stranger(access, where, action, status)
        return
    found: list[Happened] = request.state.happened
    if not found and not (changes and (refused or status < HTTPStatus.BAD_REQUEST)):
        return
    logger.info("access.changed", extra={"actor": who, "action": action, "status": status})
    if refused and access.limits.refused(who):
        return
    rows = found or [Happened("refused" if refused else "request", "", None, None)]
    await run_in_threadpool(_keep, access, who, where, action, status, request.state.about, rows)


def _keep(
    access: Access, who: str, where: str, action: str, status: int, about: str, rows: list[Happened]
) -> None:
    try:
        with writing(access.engine) as connection:
            for each in rows:
                accounts.note(
                    connection, who, where, action, status, about,
                    event=each.event, subject=each.subject, before=each.before, after=each.after,
                )  # fmt: skip
    except (DatabaseError, NoConnection) as error:
        logger.error(
            "audit.lost",
            extra={"actor": who, "action": action, "reason": getattr(error, "orig", error)},
        )


def _log_stranger(access: Access, where: str, action: str, status: int) -> None:
    if not access.limits.said(where):
        logger.warning("access.refused", extra={"address": where, "action": action, "status": status})
