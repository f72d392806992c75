"""Enters or edits one activity by hand; it is read as a row of a sheet is."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, get_args

from babel import Locale
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import BrokerError, UsageError
from config.sheets import ActivityKind, Field, load_sheet_names
from lantoa.commands.implausible import Doubt
from lantoa.commands.importing import handed_in_at
from lantoa.language import _, language
from lantoa.web.access.audit import happened
from lantoa.web.forms import SentForm, sent
from lantoa.web.office import Office, actor, in_queue, office_of
from lantoa.web.pages.activities.activity_effects import plausibility_check_for, publish
from lantoa.web.rendering import page
from models.database import reading
from models.messages.activity import Activity
from models.queries.stored_activities import EnteredActivity, entered_activities
from producers.sheets.activity_reader import ActivityReader, BadCells

router = APIRouter(prefix="/activities")
FIELDS: tuple[Field, ...] = (
    "id", "kind", "date", "unit", "place", "title", "resolutions", "sessions", "points", "participants", "invited",
    "language", "note",
)  # fmt: skip
AUDITED = {str(name) for name in FIELDS} - {"id", "date"}  # fields that are written to the audit
Form = Annotated[SentForm, Depends(sent)]


@router.get("/new")
def new(request: Request) -> Response:
    return _form(request, dict.fromkeys((*FIELDS, "revision"), "") | {"language": "vi"})


@router.post("/new")
@in_queue("decisions")
def enter(request: Request, form: Form) -> Response:
    """Enters an activity. Two entries with the same identity are one activity; a similar one with other words is a
    different one."""
    office, values = office_of(request), _values(form)
    try:
        activity = _read(office, values, actor(request))
    except BadCells as bad:
        return _form(request, values, 422, wrong=bad.expected)
    old = _stored(office, activity.id)
    if old and old.revision != activity.revision:
        problem = _("This activity is here already, with other figures: edit that one.")
        return _form(request, values, 409, problem=problem, there=activity.id)
    return _unconfirmed(request, form, activity, values) or _send(
        request, activity, values, old, "activity-entered"
    )


@router.get("/{name}/edit")
def edit(request: Request, name: str) -> Response:
    return _form(request, _as_entered(_found(request, name)))


@router.post("/{name}/edit")
@in_queue("decisions")
def revise(request: Request, name: str, form: Form) -> Response:
    """Changes an activity and keeps its identity, even if parts of that identity were edited."""
    office, old, values = office_of(request), _found(request, name), _values(form)
    if values["revision"] != old.revision:
        problem = _(
            "Somebody has changed it meanwhile. What you entered is below; look at what stands now first."
        )
        return _form(request, values, 409, problem=problem, there=name)
    try:
        activity = _of_the_same(old, _read(office, values, actor(request)))
    except BadCells as bad:
        return _form(request, values, 422, wrong=bad.expected)
    return _unconfirmed(request, form, activity, values) or _send(
        request, activity, values, old, "activity-changed"
    )


@router.post("/{name}/withdraw")
@in_queue("decisions")
def withdraw(request: Request, name: str, form: Form) -> Response:
    """Withdraws an activity: it is reported with no sessions and no participants, and its note has the reason."""
    office, old = office_of(request), _found(request, name)
    because = " ".join(form.fields.get("because", "").split())
    if not because:
        raise UsageError(_("Say why it is taken back."))
    if form.fields.get("revision") != old.revision:
        raise UsageError(_("Somebody has changed it meanwhile. Look at what stands now first."))
    values = _as_entered(old)
    nothing = {"sessions": "0", "points": "", "participants": "", "invited": ""}
    note = "; ".join(filter(None, (old.note, because)))
    try:
        activity = _of_the_same(old, _read(office, values | nothing | {"note": note}, actor(request)))
    except (
        BadCells
    ) as bad:  # accepted by an earlier release: values beyond today's limits have to be corrected first
        return _form(request, values, 422, wrong=bad.expected)
    return _send(request, activity, values, old, "activity-withdrawn")


def _unconfirmed(
    request: Request, form: SentForm, activity: Activity, values: dict[str, str]
) -> Response | None:
    """Asks for a confirmation of implausible values. It is valid for exactly these values."""
    if form.fields.get("confirm") == activity.revision:
        return None
    with reading(office_of(request).engine) as connection:
        doubts = plausibility_check_for(request).examine(connection, [activity]).doubts.get(activity.id)
    return _form(request, values, 409, doubts=doubts, confirm=activity.revision) if doubts else None


def _send(
    request: Request, activity: Activity, values: dict[str, str], old: EnteredActivity | None, event: str
) -> Response:
    if old and old.revision == activity.revision:
        return RedirectResponse(f"/activities/{activity.id}", 303)
    try:
        counted = publish(office_of(request), [activity])
    except BrokerError as error:
        problem = _("{error} Nothing was changed; what you entered can be sent again.", error=str(error))
        return _form(request, values, 503, problem=problem)
    now = activity.model_dump(mode="json", include=AUDITED) | {"date": str(activity.date)}
    happened(request, event, activity.id, _audited_values(old) if old else None, now)
    if counted:
        return RedirectResponse(f"/activities/{activity.id}", 303)
    return page(request, "activities_sent.html", 202, activity=activity)


def _read(office: Office, values: dict[str, str], by: str) -> Activity:
    """Raises BadCells."""
    handed_in = handed_in_at(office.engine)
    reader = ActivityReader(load_sheet_names(), office.programme.timezone, handed_in, office.programme.id)
    return reader.read({name: values[name] or None for name in FIELDS}, None, f"dashboard, {by}")


def _of_the_same(old: EnteredActivity, activity: Activity) -> Activity:
    return activity.model_copy(update={"id": old.id, "identity": old.identity})


def _values(form: SentForm) -> dict[str, str]:
    return {name: form.fields.get(name, "").strip() for name in (*FIELDS, "revision")}


def _as_entered(row: EnteredActivity) -> dict[str, str]:
    stated: dict[str, Any] = asdict(row) | {"id": "", "date": row.day, "resolutions": "\n".join(row.words)}
    return {name: "" if stated[name] is None else str(stated[name]) for name in (*FIELDS, "revision")}


def _audited_values(row: EnteredActivity) -> dict[str, object]:
    stated: dict[str, Any] = asdict(row) | {"date": str(row.day), "resolutions": list(row.words)}
    return {name: stated[name] for name in (*AUDITED, "date")}


def _found(request: Request, name: str) -> EnteredActivity:
    office = office_of(request)
    row = _stored(office, name)
    if row is None or row.programme != office.programme.id:
        raise HTTPException(404)
    return row


def _stored(office: Office, name: str) -> EnteredActivity | None:
    with reading(office.engine) as connection:
        return entered_activities(connection, [name]).get(name)


def _form(
    request: Request, values: dict[str, str], status: int = 200, *, problem: str = "", there: str = "", wrong: object = None,
    doubts: Sequence[Doubt] = (), confirm: str = "",
) -> Response:  # fmt: skip
    names = load_sheet_names()
    name = str(request.path_params.get("name", ""))
    return page(
        request,
        "activities_form.html",
        status,
        heading=_("Edit an activity") if name else _("Enter an activity by hand"),
        action=f"/activities/{name}/edit" if name else "/activities/new",
        back=f"/activities/{name}" if name else "/activities",
        values=values,
        wrong=wrong or {},
        problem=problem,
        there=there,
        doubts=doubts,
        confirm=confirm,
        kinds=get_args(ActivityKind),
        languages=[(code, Locale(language()).languages[code]) for code in names.languages],
    )
