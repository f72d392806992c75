"""API: whether the database answers, and how old the newest item is."""

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of
from models.database import reading
from models.queries.newest_items import newest_seen

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """`newest_item` is the time at which the newest counted item was first seen, or null if there is none."""

    programme: str
    database: Literal["answers"]
    newest_item: datetime | None
    age_seconds: int | None


@router.get(
    "/health", summary="Whether the database answers, and the age of the newest item", responses=refusing(503)
)
def health(request: Request) -> Health:
    office = office_of(request)
    with reading(office.engine) as connection:
        newest = newest_seen(connection, office.programme)
    age = None if newest is None else max(0, int((datetime.now(UTC) - newest).total_seconds()))
    return Health(programme=office.programme.id, database="answers", newest_item=newest, age_seconds=age)
