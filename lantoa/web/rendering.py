"""What all pages share: the desk behind them, the templates, and how figures are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from babel.dates import format_date
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Engine

from config.catalogue import Catalogue
from config.programme import Programme
from config.settings import Settings
from lantoa.commands import importing, limited_rules
from lantoa.commands.limited_rules import LimitedRules
from lantoa.language import _, language, number, percent
from lantoa.views.explanations import Explanation, chance, explained
from lantoa.views.labels import name_of, named, titled
from lantoa.views.loop_names import part
from models.mention import Mention
from models.period import Period, parse_period
from models.sql import Row
from producers.limited import LimitedProcesses

LANGUAGES = ("vi", "en")
PAGES = Path(__file__).parent / "pages"  # a feature's templates stand in its folder; their names are unique
API = Path(__file__).parent / "api"


@dataclass(frozen=True, slots=True)
class Desk:
    """One office's figures."""

    settings: Settings
    engine: Engine
    programme: Programme
    catalogue: Catalogue
    kept: dict[tuple[str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)  # of the overview
    rules: LimitedProcesses = field(
        default_factory=limited_rules.limited_processes
    )  # start when they are needed
    sheets: LimitedProcesses = field(default_factory=lambda: importing.limited_processes(1, waiting=4))

    def period(self, stated: str | None) -> Period:
        """This year's without one. Raises UsageError."""
        return parse_period(stated or str(datetime.now(self.programme.timezone).year))

    def name(self, key: str, value: str | None) -> str:
        """What people call a value of one of the tallies' keys."""
        if value is None:
            return _("none")
        return name_of(key, value, self.programme, self.catalogue)

    def title(self, document: str) -> str:
        """Its name with its title, cut short."""
        return titled(document, self.catalogue)

    def explained(self, mention: Row) -> Explanation:
        """What the evidence of a mention says, as it is stored."""
        return explained(Mention.stored(mention), lambda document: self.name("resolution", document))


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def rules_of(request: Request) -> LimitedRules:
    """Of the programme as it is now."""
    state, desk = request.app.state, desk_of(request)
    kept: tuple[Desk, LimitedRules] | None = getattr(state, "rules", None)
    if kept is None or kept[0] is not desk:
        state.rules = kept = desk, LimitedRules(desk.programme, desk.catalogue, desk.rules)
    return kept[1]


def actor(request: Request) -> str:
    """Who asks, as decisions and the audit log name it."""
    return str(request.state.actor)


def in_place(request: Request) -> bool:
    """Whether a form was sent whose answer stands in a part of its page. Links and forms that are boosted get a page."""
    return (
        request.method == "POST" and "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    )


def page(request: Request, template: str, status: int = 200, **content: Any) -> HTMLResponse:
    """Rendered now, in the reader's language."""
    shared = {
        "request": request,
        "desk": desk_of(request),
        "path": request.scope["path"],
        "language": language(),
    }
    shared["account"] = None if request.app.state.access.trusting else request.state.actor
    shared["role"] = request.state.role
    return HTMLResponse(_environment.get_template(template).render(shared | content), status)


def cell_link(period: str, values: Mapping[str, str | None], **more: str) -> str:
    """Where the items and activities of a cell are listed."""
    return "/items?" + urlencode({"period": period, **{k: v or "" for k, v in values.items()}, **more})


def activities_link(period: str, **asked: str) -> str:
    """Where activities are listed with their sums. `invited="stated"`: those of which the attendance rate is made."""
    return "/activities?" + urlencode({"period": period, **asked})


def local_time(moment: datetime, desk: Desk) -> str:
    return moment.astimezone(desk.programme.timezone).strftime("%d/%m/%Y %H:%M")


def _new_id() -> str:
    """Made with a form, so that what is sent twice is one and the same."""
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
_environment.globals["part"] = part
_environment.globals.update(
    {
        "_": _,
        "named": named,
        "cell_link": cell_link,
        "activities_link": activities_link,
        "local_time": local_time,
        "new_id": _new_id,
        "chance": chance,
    }
)
_environment.filters.update({"number": number, "percent": percent, "day": _day, "decimal": _decimal})
