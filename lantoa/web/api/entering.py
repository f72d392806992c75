"""API: submits activities, which are read and checked as rows of a sheet are."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from config.sheets import ActivityKind, load_sheet_names
from config.sheets import Field as SheetField
from lantoa.commands.implausible import Doubt
from lantoa.commands.importing import handed_in_at
from lantoa.language import _
from lantoa.web.access.audit import happened
from lantoa.web.api.parameters import DAY, StrictParameters
from lantoa.web.api.problems import Held, HeldRow, held_problem, refusing
from lantoa.web.office import Office, actor, in_queue, office_of
from lantoa.web.pages.activities.activity_effects import plausibility_check_for, publish
from models.database import reading
from models.messages.activity import Activity
from models.messages.limits import (
    LARGEST_COUNT,
    MOST_RESOLUTIONS,
    NOTE_CHARACTERS,
    TITLE_CHARACTERS,
    UNIT_CHARACTERS,
    WORDS_CHARACTERS,
)
from models.store.activity_writer import known
from producers.sheets.activity_reader import ActivityReader, BadCells
from producers.sheets.rows import ONE_ROW

router = APIRouter(tags=["activities"])
MOST = 500  # most activities of one request
Text = Annotated[str, Field(max_length=TITLE_CHARACTERS // 2, pattern="^[^\\x00]*$")]
Number = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]
FIELDS: tuple[SheetField, ...] = (
    "id", "kind", "date", "unit", "place", "title", "resolutions", "sessions", "points", "participants", "invited",
    "language", "note",
)  # fmt: skip


class Handed(StrictParameters):
    """One activity, as a row of a sheet states it. `id` is an office's own code. Without a code, kind, date, unit,
    place and title together are the identity. `resolutions` are ids, symbols or words; if there are none, those in
    the title count.
    """

    kind: ActivityKind
    date: Annotated[str, Field(pattern=f"^{DAY}$", json_schema_extra={"format": "lantoa-day"})]
    unit: Annotated[str, Field(max_length=UNIT_CHARACTERS, pattern="^[0-9A-Za-zÀ-ỹ][^\\x00]*$")]
    id: Text = ""
    place: Text = ""
    title: Text = ""
    resolutions: Annotated[
        tuple[Annotated[str, Field(max_length=WORDS_CHARACTERS // 2, pattern="^[^\\x00;\\n]*$")], ...],
        Field(max_length=MOST_RESOLUTIONS // 2),
    ] = ()
    sessions: Number = 1
    points: Number | None = None
    participants: Number | None = None
    invited: Number | None = None
    language: Literal["vi", "km"] = "vi"
    note: Annotated[str, Field(max_length=NOTE_CHARACTERS // 2, pattern="^[^\\x00]*$")] = ""


class HandedIn(StrictParameters):
    """Activities to submit. `confirm` lists the positions, from 1, of implausible activities that are correct."""

    activities: Annotated[list[Handed], Field(min_length=1, max_length=MOST)]
    confirm: tuple[Annotated[int, Field(ge=1, le=MOST)], ...] | Literal["all"] = ()


class Taken(BaseModel):
    """The result. `ids` are in the order of the request. `counted` is false if no worker has counted the activities
    yet; one will."""

    new: int
    changed: int
    unchanged: int
    counted: bool
    ids: list[str]


@router.post(
    "/activities",
    name="hand_in_activities",
    response_model=Taken,
    summary="Hands in activities",
    responses=refusing(400, 409, 422, 503),
)
@in_queue("decisions")
def hand_in(request: Request, handed_in: HandedIn) -> Response:
    """Accepts all activities or none. Repeating a request changes nothing. Implausible activities (a day in the
    future, more people than were invited, a document that the catalogue lacks, an unusual number) are answered with
    409, where `held` has the reasons, until `confirm` lists them.
    """
    office = office_of(request)
    activities = _read(request, office, handed_in)
    with reading(office.engine) as connection:
        doubts = plausibility_check_for(request).examine(connection, activities).doubts
        revisions = known(connection, [each.id for each in activities])
    places = {activity.id: place for place, activity in reversed(list(enumerate(activities, 1)))}
    confirmed = places.values() if handed_in.confirm == "all" else set(handed_in.confirm)
    if held := [
        _held(places[each], each, doubts[each])
        for each in places
        if each in doubts and places[each] not in confirmed
    ]:
        return held_problem(
            409,
            _("Some activities can hardly be so. Nothing was taken; `confirm` takes what is right."),
            held,
        )
    fresh = {each.id: each for each in activities if revisions.get(each.id) != each.revision}
    counted = publish(office, list(fresh.values())) if fresh else True
    new = sum(each not in revisions for each in fresh)
    done = {"new": new, "changed": len(fresh) - new, "confirmed": sum(each in doubts for each in fresh)}
    happened(request, "activities-imported", actor(request), None, done)
    taken = Taken(
        new=new,
        changed=len(fresh) - new,
        unchanged=len(places) - len(fresh),
        counted=counted,
        ids=[each.id for each in activities],
    )
    return JSONResponse(taken.model_dump())


def _read(request: Request, office: Office, handed_in: HandedIn) -> list[Activity]:
    """Raises RequestValidationError if a value cannot be read."""
    reader = ActivityReader(
        load_sheet_names(), office.programme.timezone, handed_in_at(office.engine), office.programme.id
    )
    found: list[Activity] = []
    seen: dict[str, str] = {}
    wrong: list[dict[str, Any]] = []
    for place, each in enumerate(handed_in.activities):
        stated = each.model_dump() | {"resolutions": "\n".join(each.resolutions)}
        try:
            activity = reader.read({name: stated[name] for name in FIELDS}, None, f"API, {actor(request)}")
            if seen.setdefault(activity.id, activity.revision) != activity.revision:
                raise BadCells({"title": ONE_ROW})
        except BadCells as bad:
            wrong += [
                {"loc": ("body", "activities", place, name), "msg": f"{_('expected')}: {_(expected)}"}
                for name, expected in bad.expected.items()
            ]
        else:
            found.append(activity)
    if wrong:
        raise RequestValidationError(wrong)
    return found


def _held(place: int, activity: str, doubts: tuple[Doubt, ...]) -> HeldRow:
    return HeldRow(
        row=place,
        id=activity,
        reasons=[
            Held(reason=each.reason, field=each.field, value=each.value, detail=str(each)) for each in doubts
        ],
    )
