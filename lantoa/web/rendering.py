"""Renders the templates of all pages and formats figures."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

from babel.dates import format_date
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lantoa.language import _, language, number, percent
from lantoa.views.explanations import chance
from lantoa.views.labels import loop_name, named
from lantoa.views.review_cases import excerpt
from lantoa.web.kept_period import kept_period, waiting_there
from lantoa.web.list_address import activities_link, cell_link
from lantoa.web.office import Office, office_of, web_state

LANGUAGES = ("vi", "en")
PAGES = Path(__file__).parent / "pages"  # a feature's templates are in its folder; their names are unique
API = Path(__file__).parent / "api"


def in_place(request: Request) -> bool:
    """Says whether the response to a form replaces a part of its page. Boosted links and forms get a whole page."""
    return (
        request.method == "POST" and "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    )


def page(request: Request, template: str, status: int = 200, **content: object) -> HTMLResponse:
    """Renders a template in the user's language. A page that has counted what `waits` in its period hands it over."""
    own = "period" in content
    shared = {
        "request": request,
        "office": office_of(request),
        "path": request.scope["path"],
        "language": language(),
        "kept": kept_period(request, own=own),
        "waiting_there": partial(_waiting_there, request, content.get("waits"), own=own),
    }
    shared["account"] = None if web_state(request.app).access.trusting else request.state.actor
    shared["role"] = request.state.role
    return HTMLResponse(_environment.get_template(template).render(shared | content), status)


def local_time(moment: datetime, office: Office) -> str:
    return moment.astimezone(office.programme.timezone).strftime("%d/%m/%Y %H:%M")


def _waiting_there(request: Request, counted: object, *, own: bool) -> int | None:
    return sum(counted.values()) if isinstance(counted, Mapping) else waiting_there(request, own=own)


def _new_id() -> str:
    """Makes an id with each form, so that a form that is sent twice counts once."""
    return uuid4().hex


def _day(value: date | str) -> str:
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return format_date(day, "dd/MM/yyyy", locale=language())


def _decimal(value: float) -> str:
    return format_decimal(value, "#,##0.#", locale=language())


_environment = Environment(
    loader=FileSystemLoader([API, *sorted(each for each in PAGES.iterdir() if each.is_dir())]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["part"] = loop_name
_environment.globals.update(
    {
        "_": _,
        "named": named,
        "cell_link": cell_link,
        "activities_link": activities_link,
        "local_time": local_time,
        "new_id": _new_id,
        "chance": chance,
        "excerpt": excerpt,
    }
)
_environment.filters.update({"number": number, "percent": percent, "day": _day, "decimal": _decimal})
