"""The context of a request: the state of the dashboard, the office with its database and programme, and the user."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, wraps
from time import monotonic, thread_time
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from fastapi import FastAPI, HTTPException, Request, Response

from config.catalogue import Catalogue
from config.programme import Programme
from config.programme_watcher import ProgrammeWatcher
from config.settings import Settings
from lantoa.commands import importing, limited_rules
from lantoa.commands.limited_rules import LimitedRules
from lantoa.language import _
from lantoa.runtime.services import Runtime
from lantoa.sources.requested_sources import AskedSources
from lantoa.views.explanations import Explanation, explained
from lantoa.views.labels import issued_in, name_of, titled
from lantoa.views.stated_period import stated_period
from lantoa.web.access.guard import Access
from lantoa.web.background_tasks import Task, Tasks
from lantoa.web.change_feed import ChangeFeed
from lantoa.web.work_queues import Queue, Queues
from models.counting.period import Period, parse_period
from models.database import Engine, reading, state_of
from models.messages.mention import Mention
from models.queries.newest_year import newest_year
from models.queries.waiting import Kind
from models.queries.waiting_cases import counts_by_kind, waiting_cases
from producers.limited import LimitedProcesses

MOST_KEPT = 64  # periods whose counts are kept
LONG_SECONDS = 0.05  # processor time of a count that is not repeated for every page
RARELY = 20  # times as long it is kept
PATIENCE_SECONDS = 20.0  # time that a page waits until what it published is counted
P = ParamSpec("P")
About = TypeVar("About")
Page = Callable[P, Response]


@dataclass(frozen=True, slots=True)
class KeptCounts:
    """What waited in a period in a `state` of the database; good enough for a badge `until` then (monotonic)."""

    state: str | None
    counts: Mapping[Kind, int]
    until: float


@dataclass(frozen=True, slots=True)
class Office:
    """The context of one office."""

    settings: Settings
    engine: Engine
    programme: Programme
    catalogue: Catalogue
    runtime: Runtime
    # Figures of the overview.
    kept: dict[tuple[str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)
    kept_waiting: dict[str, KeptCounts] = field(default_factory=dict)
    # Started at the first use.
    rules: LimitedProcesses = field(default_factory=limited_rules.limited_processes)
    sheets: LimitedProcesses = field(default_factory=lambda: importing.limited_processes(1, waiting=4))

    def period(self, stated: str | None) -> Period:
        """Parses a period; without one, it is the newest year that has figures. Raises UsageError."""
        if stated:
            return stated_period(stated)
        with reading(self.engine) as connection:
            newest = newest_year(connection, self.programme.id, self.this_year)
        return parse_period(newest or self.this_year)

    def waiting(self, period: Period, *, lately: bool = False) -> Mapping[Kind, int]:
        """Counts the cases that wait for a human, by kind. On PostgreSQL they are kept until the database changes.
        `lately` also accepts a count from before the last changes, if counting takes long: from so few seconds before
        that counting takes a twentieth of the time."""
        with reading(self.engine) as connection:
            state, known = state_of(connection), self.kept_waiting.get(period.name)
            if known and ((state and known.state == state) or (lately and monotonic() < known.until)):
                return known.counts
            began = thread_time()
            counts = counts_by_kind(waiting_cases(connection, self.programme, period))
        took = thread_time() - began
        if len(self.kept_waiting) >= MOST_KEPT:
            self.kept_waiting.clear()
        until = monotonic() + (RARELY * took if took > LONG_SECONDS else 0.0)
        self.kept_waiting[period.name] = KeptCounts(state, counts, until)
        return counts

    @property
    def this_year(self) -> str:
        return str(datetime.now(self.programme.timezone).year)

    def name(self, key: str, value: str | None) -> str:
        """Returns the display name of a value of a key."""
        if value is None:
            return _("none")
        return name_of(key, value, self.programme, self.catalogue)

    def title(self, document: str) -> str:
        """Returns the document's name with its shortened title."""
        return titled(document, self.catalogue)

    def issued_in(self, document: str) -> str:
        """Returns the year of issue."""
        return issued_in(document, self.catalogue)

    def explained(self, mention: Mapping[str, object]) -> Explanation:
        """Explains the stored evidence of a mention."""
        return explained(Mention.stored(mention), lambda document: self.name("resolution", document))


class SignIn(Protocol):
    """The client of the office's single sign-on, as authlib provides it for OpenID Connect."""

    async def authorize_redirect(self, request: Request, back: object) -> Response: ...

    async def authorize_access_token(self, request: Request) -> dict[str, Any]: ...


@dataclass(slots=True)
class WebState:
    """The state of one dashboard. The office is replaced when a file of the programme has changed. `sign_in` is None
    if the office has no single sign-on."""

    office: Office
    watcher: ProgrammeWatcher
    change_feed: ChangeFeed
    access: Access
    sign_in: SignIn | None = None
    tasks: Tasks = field(default_factory=Tasks)
    queues: Queues = field(default_factory=Queues)
    asked: AskedSources = field(default_factory=AskedSources)
    rules: tuple[Office, LimitedRules] | None = None  # the office, and the rules that were made for it


def web_state(app: FastAPI) -> WebState:
    state: WebState = app.state.web
    return state


def office_of(request: Request) -> Office:
    return web_state(request.app).office


def rules_of(request: Request) -> LimitedRules:
    """Returns the rules of the present programme."""
    state = web_state(request.app)
    office, kept = state.office, state.rules  # read once: other threads answer at the same time
    if kept is None or kept[0] is not office:
        state.rules = kept = office, LimitedRules(office.programme, office.catalogue, office.rules)
    return kept[1]


def task_of(request: Request, name: str, kind: type[About]) -> Task[About]:
    """Returns the task. Raises 404 if it is of another kind or not known any more."""
    task = web_state(request.app).tasks.find(name)
    if task is None or not isinstance(task.about, kind):
        raise HTTPException(404)
    return task


def in_queue(name: str) -> Callable[[Page[P]], Callable[P, Coroutine[Any, Any, Response]]]:
    """Makes a route run in this queue. The route must name its parameter `request`."""

    def queued(route: Page[P]) -> Callable[P, Coroutine[Any, Any, Response]]:
        @wraps(route)
        async def answer(*arguments: P.args, **named: P.kwargs) -> Response:
            request = cast(Request, named["request"])
            queue: Queue = getattr(web_state(request.app).queues, name)
            return await queue.run(partial(route, *arguments, **named))

        answer.__dict__["queue"] = name
        return answer

    return queued


def actor(request: Request) -> str:
    """Returns the user's name for corrections and the audit log."""
    return str(request.state.actor)
