"""Changes a short name: shows the effect on the figures, applies it, and can undo it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import LantoaError
from lantoa.commands.alias_change import AliasChange, catalogue_with, keep, with_alias, without_alias
from lantoa.commands.limited_rules import LimitedRules
from lantoa.commands.own_programme import check_writable
from lantoa.commands.reclassification_rows import cell_rows, effects, examples
from lantoa.commands.reclassifying import Plan, Reclassifying
from lantoa.commands.reclassifying import apply as apply_plan
from lantoa.language import _, number
from lantoa.web.access.audit import happened
from lantoa.web.background_tasks import Say, Task
from lantoa.web.office import Office, office_of, task_of, web_state
from lantoa.web.pages.resolutions.resolutions import document_of
from lantoa.web.rendering import page
from models.counting.cells import values_in
from producers.publish import check_connection

router = APIRouter(prefix="/resolutions/{name}/aliases")
PATIENCE_SECONDS = 300.0  # a change may affect many items
MOST_CELLS = 200
Step = Literal["preview", "applied", "undone"]


@dataclass(frozen=True, slots=True)
class Work:
    """One step of a change; `preview` writes nothing."""

    change: AliasChange
    step: Step


@dataclass(frozen=True, slots=True)
class Shown:
    """What a plan would change or has changed. `counted` is False while no worker has taken it."""

    effects: dict[str, int]
    examples: list[Any]
    activities: int
    cells: list[dict[str, Any]]
    counted: bool = True


@router.post("")
def preview(
    request: Request,
    name: str,
    alias: Annotated[str, Form()],
    do: Annotated[Literal["add", "remove"], Form()],
) -> Response:
    """Classifies every item again by the changed file and rolls that back."""
    office = office_of(request)
    document_of(office, name)
    check_writable(office.programme.folder)
    change = (
        with_alias(office.programme, office.catalogue, name, alias)
        if do == "add"
        else without_alias(office.programme, name, alias)
    )
    catalogue_with(change.after, *office.programme.learned)
    return _begin(request, Work(change, "preview"), lambda say: shown(_plan(office, change, say)))


@router.get("/{task}")
def look(request: Request, name: str, task: str) -> Response:
    found = _task(request, name, task)
    work = found.about
    content: dict[str, Any] = {
        "task": found,
        "work": work,
        "change": work.change,
        "most": MOST_CELLS,
        "values_in": values_in,
    }
    return page(request, "alias_change.html", **content)


@router.post("/{task}/apply")
def apply(request: Request, name: str, task: str) -> Response:
    """Applies the change as it was shown. It is refused if the file has changed since."""
    return _next(request, _task(request, name, task), "preview", "applied")


@router.post("/{task}/undo")
def undo(request: Request, name: str, task: str) -> Response:
    return _next(request, _task(request, name, task), "applied", "undone")


def carry_out(
    office: Office, change: AliasChange, say: Say = lambda _said: None, seconds: float = PATIENCE_SECONDS
) -> tuple[Plan, bool]:
    """Writes the file and publishes the changed classifications; returns the plan, and whether it is counted. Raises
    BrokerError if Kafka is unavailable; nothing is written then."""
    check_connection(office.settings, office.runtime.bootstrap)
    keep(office.programme.folder, change.before, change.after)
    try:
        plan = _plan(office, change, say)
        say(_("Counting"))
        return plan, apply_plan(office.runtime, plan, within=seconds).counted
    except LantoaError:
        keep(office.programme.folder, change.after, change.before)
        raise


def shown(plan: Plan, counted: bool = True) -> Shown:
    """Sorts totals before their rows and long periods before their parts."""
    rows = sorted(cell_rows(plan), key=lambda row: _rank(row["cell"]))
    return Shown(effects(plan), examples(plan.items), len(plan.activities), rows, counted)


def _next(request: Request, task: Task[Work], after: Step, step: Step) -> Response:
    if task.about.step != after or not task.done or task.failed:
        raise HTTPException(409, _("That was done already, or is not ready yet."))
    office = office_of(request)
    change = task.about.change.back if step == "undone" else task.about.change

    def work(say: Say) -> Shown:
        return shown(*carry_out(office, change, say))

    return _begin(request, Work(change, step), work)


def _begin(request: Request, work: Work, do: Callable[[Say], Shown]) -> Response:
    task = web_state(request.app).tasks.start(work, do)
    _note_change(request, work)
    return RedirectResponse(f"/resolutions/{work.change.document}/aliases/{task.id}", 303)


def _note_change(request: Request, work: Work) -> None:
    event = {"preview": "alias-previewed", "applied": "alias-changed", "undone": "alias-undone"}[work.step]
    before, after = (
        (text or "").count(work.change.alias) for text in (work.change.before, work.change.after)
    )
    name, none = {"alias": work.change.alias}, {"alias": None}
    is_added = after > before
    happened(request, event, work.change.document, none if is_added else name, name if is_added else none)


def _task(request: Request, name: str, task: str) -> Task[Work]:
    found = task_of(request, task, Work)
    if found.about.change.document != name:
        raise HTTPException(404)
    return found


def _plan(office: Office, change: AliasChange, say: Say) -> Plan:
    seen = 0

    def on_progress(items: int) -> None:
        nonlocal seen
        seen += items
        say(_("{count} items looked at", count=number(seen)))

    catalogue = catalogue_with(change.after, *office.programme.learned)
    rules = LimitedRules(office.programme, catalogue, office.rules)
    return Reclassifying(office.engine, office.programme, catalogue, rules).plan(on_progress)


def _rank(cell: str) -> tuple[int, int, str]:
    _programme, period, values = cell.split("|", 2)
    return len(period), len(values.split(",")) if values else 0, cell
