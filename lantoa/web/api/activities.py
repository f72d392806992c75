"""API: the activities of a cell, and one activity with its reports."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel

from config.sheets import ActivityKind
from lantoa.language import _
from lantoa.views.evidence import Evidence
from lantoa.views.stated_places import stated_places
from lantoa.web.api.figures import Count
from lantoa.web.api.parameters import Id, InCell, next_page
from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of
from models.database import reading
from models.messages.item import Channel
from models.messages.mention import Mention
from models.queries.cell_lists import ACTIVITY_COLUMNS, Selection, activities_in
from models.queries.paging import Sorting
from models.queries.stored_evidence import activity_evidence, find_activity

router = APIRouter(tags=["activities"])


class ActivitiesAsked(InCell):
    sort: Literal["newest", "oldest"] = "newest"


class Activity(BaseModel):
    """An activity as last reported. What the report does not state is null."""

    id: str
    identity: str
    kind: ActivityKind
    channel: Channel
    day: date
    unit: str
    place: str
    title: str
    words: list[str]
    resolutions: list[str]
    waiting: bool
    places: list[str]
    sessions: Count
    points: Count | None
    participants: Count | None
    invited: Count | None
    language: str
    note: str
    source: str
    revision: str
    reported_at: datetime
    first_reported_at: datetime
    rules_version: str
    catalogue_version: str


class Activities(BaseModel):
    """One page of `count` reported rows; `next` is the address of the next page."""

    period: str
    count: int
    activities: list[Activity]
    next: str | None


class StatedActivity(BaseModel):
    """The words of a report, with `resolutions` as written."""

    kind: ActivityKind
    date: date
    unit: str
    place: str
    title: str
    resolutions: list[str]
    sessions: Count
    points: Count | None
    participants: Count | None
    invited: Count | None
    language: str
    note: str
    source: str


class ActivityReport(BaseModel):
    revision: str
    first_reported_at: datetime
    reported_at: datetime
    stated: StatedActivity


class ActivityEvidence(BaseModel):
    """Everything behind an activity's place in the tallies. `cells` are keys of the tallies."""

    activity: Activity
    mentions: list[Mention]
    revisions: list[ActivityReport]
    cells: list[str]


@router.get(
    "/activities",
    name="list_activities",
    summary="The activities that stand in a cell",
    responses=refusing(400, 422, 503),
)
def activities(request: Request, asked: Annotated[ActivitiesAsked, Query()]) -> Activities:
    """One row may report several sessions. Their sum is the figure `activities` of the tallies."""
    office = office_of(request)
    span = asked.span(office)
    with stated_places(), reading(office.engine) as connection:
        selection = Selection(office.programme, span, asked.values())
        sorting = Sorting.stated(asked.sort, ACTIVITY_COLUMNS)
        found = activities_in(connection, selection, sorting, asked.after, limit=asked.limit)
    here = [Activity.model_validate(row, from_attributes=True) for row in found.rows]
    return Activities(
        period=span.name, count=found.count, activities=here, next=next_page(request, found.after)
    )


@router.get(
    "/activities/{id}",
    response_model=ActivityEvidence,
    summary="One activity with its reports",
    responses=refusing(404, 422, 503),
)
def activity(request: Request, id: Id) -> Evidence:
    with reading(office_of(request).engine) as connection:
        if not find_activity(connection, id):
            raise HTTPException(404, _("No activity has the id {id!r}.", id=id))
        return activity_evidence(connection, id)
