"""Whether the office's figures can be read, and how old the newest item is."""

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import func, select

from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of
from models.adhoc_tallies import counting
from models.database import reading
from models.sql import table_of
from models.tables import ItemRow

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """`newest_item`: when the newest of the counted items was first seen; null before the first one."""

    programme: str
    database: Literal["answers"]
    newest_item: datetime | None
    age_seconds: int | None


@router.get(
    "/health", summary="Whether the database answers, and the age of the newest item", responses=refusing(503)
)
def health(request: Request) -> Health:
    office = office_of(request)
    item = table_of(ItemRow)
    counted = counting(ItemRow, office.programme.id)
    last_day = select(func.max(item.c.day)).where(counted).scalar_subquery()
    with reading(office.engine) as connection:
        newest = connection.execute(
            select(func.max(item.c.first_seen)).where(counted, item.c.day == last_day)
        ).scalar()
    age = None if newest is None else max(0, int((datetime.now(UTC) - newest).total_seconds()))
    return Health(programme=office.programme.id, database="answers", newest_item=newest, age_seconds=age)
