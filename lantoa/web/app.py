"""Composes the dashboard's application from pages, API and access, for one database and one programme."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect

from config.catalogue import load_catalogue
from config.errors import BrokerError, Busy, LimitError, SheetError, UsageError
from config.programme import Programme
from config.programme_watcher import ProgrammeWatcher
from config.settings import Settings
from lantoa.language import speaking
from lantoa.runtime.broker_address import running_brokers
from lantoa.runtime.owner_secret import SecretFile
from lantoa.runtime.services import Runtime
from lantoa.web import events, problem_pages
from lantoa.web.access.audit import forget_what_is_old
from lantoa.web.access.guard import Access, protect, safe_redirect
from lantoa.web.access.limits import Limits
from lantoa.web.access.roles import RouteTable, needs
from lantoa.web.access.rules import path_of
from lantoa.web.api import description, feeds
from lantoa.web.api import routes as api
from lantoa.web.api.problems import in_its_form
from lantoa.web.change_feed import ChangeFeed
from lantoa.web.office import Office, WebState, web_state
from lantoa.web.pages.activities import activities
from lantoa.web.pages.audit import audit
from lantoa.web.pages.clippings import clippings
from lantoa.web.pages.contracts import contracts
from lantoa.web.pages.corrections import corrections
from lantoa.web.pages.dead_letters import dead_letters
from lantoa.web.pages.items import evidence, items
from lantoa.web.pages.login import login
from lantoa.web.pages.overview import overview
from lantoa.web.pages.reports import reports
from lantoa.web.pages.resolutions import aliases, resolutions
from lantoa.web.pages.review import review
from lantoa.web.pages.sources import add_source, fetch_now, sources
from lantoa.web.pages.try_text import try_text
from lantoa.web.programs import is_for_programs
from lantoa.web.reload import reread
from lantoa.web.rendering import LANGUAGES
from models.database import DatabaseError, Engine, NoConnection

ROOMS = (
    overview, items, activities, clippings, evidence, review, corrections, dead_letters, resolutions, aliases, try_text, sources, fetch_now, add_source,
    reports, events, audit, login, api, description, feeds,
    contracts,
)  # fmt: skip
logger = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "static"
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
YEAR_SECONDS = 365 * 24 * 60 * 60
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def make_app(settings: Settings, engine: Engine, programme: Programme, *, trusting: bool = True) -> FastAPI:
    """Makes the application. `trusting` means that it serves the owner of this machine alone, who needs the
    installation's secret instead of an account.

    Raises SettingsError if there is no secret and none can be made.
    """
    app = FastAPI(title="Lan tỏa", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_living)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for room in ROOMS:
        app.include_router(room.router)
    app.get("/language/{chosen}")(_choose_language)
    app.add_exception_handler(UsageError, in_its_form(problem_pages.refused))
    app.add_exception_handler(LimitError, in_its_form(problem_pages.too_much))
    app.add_exception_handler(SheetError, in_its_form(problem_pages.unreadable))
    app.add_exception_handler(RequestValidationError, in_its_form(problem_pages.misstated))
    app.add_exception_handler(Busy, in_its_form(problem_pages.busy))
    app.add_exception_handler(BrokerError, in_its_form(problem_pages.broker_away))
    app.add_exception_handler(HTTPException, in_its_form(problem_pages.not_found))
    app.add_exception_handler(DatabaseError, in_its_form(problem_pages.database_away))
    app.add_exception_handler(NoConnection, in_its_form(problem_pages.database_away))
    app.add_exception_handler(ClientDisconnect, _gone)
    secret = SecretFile.of(settings) if trusting else None
    if secret:
        secret.current()
    secure = settings.https and not trusting
    offered = None
    if settings.oidc_issuer:
        # Imported here: 250 modules and 15 MB that few offices need.
        from lantoa.web.pages.login import sign_in

        offered = sign_in.add_sign_in(app, settings, secure=secure)
    access = Access(engine, secret, secure, Limits(), RouteTable(app.router))
    address = partial(running_brokers, settings)
    runtime = Runtime(settings, address, logger.info)
    app.state.web = WebState(
        Office(settings, engine, programme, load_catalogue(*programme.resolutions), runtime),
        ProgrammeWatcher(programme.folder, programme.id),
        ChangeFeed(settings, address, programme.id, engine),
        access,
        offered,
    )
    protect(app, access, problem_pages.not_allowed)
    app.middleware("http")(_dressed)
    hosts = LOOPBACK if trusting else settings.hosts or ("*",)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    return app


async def _dressed(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Sets the language and the security headers of a response. Programs have no cookies and state the language of
    error messages in every request."""
    await reread(request.app)
    accepted = request.headers.get("accept-language", "")[:2]
    chosen = accepted if is_for_programs(path_of(request)) else request.cookies.get("language", LANGUAGES[0])
    with speaking(chosen if chosen in LANGUAGES else LANGUAGES[0]):
        response = await answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not path_of(request).startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


@needs(None)
def _choose_language(request: Request, chosen: str) -> Response:
    """Redirects to the page on which the language was chosen."""
    response = RedirectResponse(_back(request), 303)
    if chosen in LANGUAGES:
        response.set_cookie("language", chosen, max_age=YEAR_SECONDS, httponly=True, samesite="lax")
    return response


def _back(request: Request) -> str:
    """Returns the path of the page that sent the request, if it is one of ours."""
    try:
        page = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    if page.netloc != request.headers.get("host"):
        return "/"
    return safe_redirect(f"{page.path}?{page.query}" if page.query else page.path)


async def _gone(_request: Request, _error: Exception) -> Response:
    """Ends a request whose client has disconnected."""
    return Response(status_code=400)


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    office = web_state(app).office
    forgetting = asyncio.create_task(forget_what_is_old(office.engine, office.settings.audit_days))
    yield
    forgetting.cancel()
    with suppress(asyncio.CancelledError):
        await forgetting
    await run_in_threadpool(office.runtime.close)
