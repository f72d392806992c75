"""Log-in through the office's own single sign-on, by OpenID Connect (Core 1.0, section 3.1: the code flow, with
PKCE).

The single sign-on identifies the user. The accounts here determine whether the user may log in, and the role.
"""

import logging
import secrets

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth, OAuthError
from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.middleware.sessions import SessionMiddleware

from config.settings import Settings
from lantoa.language import _
from lantoa.web.access.guard import address_of, safe_redirect
from lantoa.web.access.roles import needs
from lantoa.web.office import SignIn, office_of, web_state
from lantoa.web.pages.login.login import log_failure, login_page, start_session
from models.database import reading
from models.queries.account_access import account

router = APIRouter(prefix="/login/oidc")
ANSWER_SECONDS = 10.0  # seconds for an answer of the provider
ROUND_TRIP_SECONDS = 600  # between the redirect to the provider and the way back
logger = logging.getLogger(__name__)


def add_sign_in(app: FastAPI, settings: Settings, *, secure: bool) -> SignIn:
    """Adds the routes. An unavailable provider is no error here, because it is contacted only at a log-in."""
    app.include_router(router)
    client: SignIn = OAuth().register(
        "office",
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "timeout": ANSWER_SECONDS,
        },
    )
    app.add_middleware(
        SessionMiddleware,
        secret_key=secrets.token_hex(),
        session_cookie="lantoa_sign_in",
        max_age=ROUND_TRIP_SECONDS,
        path=router.prefix,
        https_only=secure,
    )
    return client


@router.get("")
@needs(None, where_accounts_are=True)
async def redirect_to_provider(request: Request, next: str = "/") -> Response:
    """Redirects to the provider; `next` is the page that is opened after the log-in."""
    request.session["next"] = safe_redirect(next)
    back = request.url_for("return_from_provider")
    if web_state(request.app).access.secure:
        back = back.replace(scheme="https")  # the proxy in front of us terminates TLS
    try:
        response = await _sign_in(request).authorize_redirect(request, back)
    except (AuthlibBaseError, httpx2.HTTPError, ValueError, RuntimeError) as error:
        return _failed(request, error)
    return response


@router.get("/back")
@needs(None, where_accounts_are=True)
async def return_from_provider(request: Request) -> Response:
    try:
        token = await _sign_in(request).authorize_access_token(request)
    except OAuthError as error:
        logger.warning("sign_in.refused", extra={"reason": error})
        return _refused(request, 403, _("The office's sign-in did not let you in. Try again."))
    except (AuthlibBaseError, JoseError, httpx2.HTTPError, ValueError, RuntimeError) as error:
        return _failed(request, error)
    to = request.session.pop("next", "/")
    return await run_in_threadpool(_start_known_session, request, dict(token.get("userinfo") or {}), to)


def _start_known_session(request: Request, claims: dict[str, object], to: str) -> Response:
    """Logs the user in, with the same limits and audit entries as a log-in with a password."""
    access = web_state(request.app).access
    name = _name_in(claims, office_of(request).settings.oidc_claim)
    with access.limits.trying(name, address_of(request)) as attempt:
        if attempt.wait:
            response = _refused(request, 429, _("Too many requests. Wait a moment."))
            response.headers["Retry-After"] = str(attempt.wait)
            return response
        with reading(access.engine) as connection:
            found = account(connection, name) if name else None
        attempt.is_right = bool(found and not found.disabled)
    if attempt.is_right:
        return start_session(request, name, to)
    if name:
        said = _("The office's sign-in knows {name}, and there is no account of that name here. An administrator makes one: `lantoa users add {name} --without-password`.", name=name)  # fmt: skip
        response = _refused(request, 403, said)
    else:
        said = _("The office's sign-in did not say who you are; the administrator sets LANTOA_OIDC_CLAIM.")
        response = _refused(request, 403, said)
    log_failure(access, request, name or "–", response.status_code)
    return response


def _sign_in(request: Request) -> SignIn:
    client = web_state(request.app).sign_in
    if client is None:
        raise HTTPException(404)
    return client


def _name_in(claims: dict[str, object], claim: str) -> str:
    """Returns the account's name. A mail address counts only if the provider has verified it (Core 1.0,
    section 5.7)."""
    if claim == "email" and claims.get("email_verified") is not True:
        return ""
    name = claims.get(claim)
    return name if isinstance(name, str) else ""


def _failed(request: Request, error: Exception) -> Response:
    logger.error("sign_in.failed", extra={"reason": repr(error)})
    said = _("The office's sign-in does not answer correctly. Log in with a password, or try again later.")
    return _refused(request, 502, said)


def _refused(request: Request, status: int, said: str) -> Response:
    return login_page(request, status, wrong=said)
