"""Coming in through the office's own sign-in, by OpenID Connect (Core 1.0, section 3.1: the code flow, with PKCE).

The sign-in says who somebody is; who may come, and in which role, is said by the accounts here.
"""

import logging
import secrets
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth, OAuthError
from fastapi import APIRouter, FastAPI, Request, Response
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.middleware.sessions import SessionMiddleware

from config.settings import Settings
from lantoa.language import _
from lantoa.web.access.guard import Access, address_of, inside
from lantoa.web.access.roles import needs
from lantoa.web.pages.login.login import let_in, note_failure
from lantoa.web.rendering import page
from models import accounts
from models.database import reading

router = APIRouter(prefix="/login/oidc")
PATIENCE = 10.0  # seconds for the sign-in's answers
MOST_SECONDS = 600  # between going there and coming back
logger = logging.getLogger(__name__)


def offer(app: FastAPI, settings: Settings, *, secure: bool) -> None:
    """Raises nothing when the sign-in is away: it is asked when somebody comes."""
    app.include_router(router)
    app.state.sign_in = OAuth().register(
        "office",
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "timeout": PATIENCE,
        },
    )
    app.add_middleware(
        SessionMiddleware,
        secret_key=secrets.token_hex(),
        session_cookie="lantoa_sign_in",
        max_age=MOST_SECONDS,
        path=router.prefix,
        https_only=secure,
    )


@router.get("")
@needs(None, where_accounts_are=True)
async def leave(request: Request, next: str = "/") -> Response:
    """To the sign-in; `next` is where its answer leads in the end."""
    request.session["next"] = inside(next)
    back = request.url_for("come_back")
    if request.app.state.access.secure:
        back = back.replace(scheme="https")  # a proxy before us speaks it, not we
    try:
        response: Response = await request.app.state.sign_in.authorize_redirect(request, back)
    except (AuthlibBaseError, httpx2.HTTPError, ValueError, RuntimeError) as error:
        return _failed(request, error)
    return response


@router.get("/back")
@needs(None, where_accounts_are=True)
async def come_back(request: Request) -> Response:
    try:
        token = await request.app.state.sign_in.authorize_access_token(request)
    except OAuthError as error:
        logger.warning("sign_in.refused", extra={"reason": error})
        return _not_in(request, 403, _("The office's sign-in did not let you in. Try again."))
    except (AuthlibBaseError, JoseError, httpx2.HTTPError, ValueError, RuntimeError) as error:
        return _failed(request, error)
    to = request.session.pop("next", "/")
    return await run_in_threadpool(_admit, request, dict(token.get("userinfo") or {}), to)


def _admit(request: Request, claims: dict[str, Any], to: str) -> Response:
    """Written down, as a login with a password is."""
    access: Access = request.app.state.access
    name = _name_in(claims, request.app.state.office.settings.oidc_claim)
    with access.limits.trying(name, address_of(request)) as attempt:
        if attempt.wait:
            response = _not_in(request, 429, _("Too many requests. Wait a moment."))
            response.headers["Retry-After"] = str(attempt.wait)
            return response
        with reading(access.engine) as connection:
            found = accounts.account(connection, name) if name else None
        attempt.is_right = bool(found and not found["disabled"])
    if attempt.is_right:
        return let_in(request, name, to)
    if name:
        said = _("The office's sign-in knows {name}, and there is no account of that name here. An administrator makes one: `lantoa users add {name} --without-password`.", name=name)  # fmt: skip
        response = _not_in(request, 403, said)
    else:
        said = _("The office's sign-in did not say who you are; the administrator sets LANTOA_OIDC_CLAIM.")
        response = _not_in(request, 403, said)
    note_failure(access, request, name or "–", response.status_code)
    return response


def _name_in(claims: dict[str, Any], claim: str) -> str:
    """An address of mail counts only when the sign-in has verified that it is theirs (Core 1.0, section 5.7)."""
    if claim == "email" and claims.get("email_verified") is not True:
        return ""
    name = claims.get(claim)
    return name if isinstance(name, str) else ""


def _failed(request: Request, error: Exception) -> Response:
    logger.error("sign_in.failed", extra={"reason": repr(error)})
    said = _("The office's sign-in does not answer correctly. Log in with a password, or try again later.")
    return _not_in(request, 502, said)


def _not_in(request: Request, status: int, said: str) -> Response:
    return page(request, "login.html", status, next="/", wrong=said)
