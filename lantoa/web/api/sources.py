"""API: the state of every source, and the outcome of its last fetch."""

from datetime import UTC, date, datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from config.programme import Level, SourceKind
from lantoa.views.source_states import health_rows, rows
from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of
from models.tables.sources import Problem

router = APIRouter(tags=["sources"])


class WaitingPages(BaseModel):
    """Pages that could not be read or do not hold the piece, by reason: `redirected-home`, `not-found`, `http-404` …"""

    reason: str
    pages: int


class Source(BaseModel):
    """A source. `given` counts the new entries of the last whole day, `usual` is the mean of the days before and
    `deviation` its standard deviation. `known` is the share of a week's entries that had been shown before."""

    source: str
    outlet: str
    level: Level
    kind: SourceKind
    url: str
    status: str | None
    reason: str | None
    fetched: datetime | None
    problem: Problem | None
    since: date | None
    given: int | None
    usual: float | None
    deviation: float | None
    known: float | None
    waiting_pages: list[WaitingPages]


class Sources(BaseModel):
    """The sources, those with a problem first."""

    sources: list[Source]


@router.get(
    "/sources", response_model=Sources, summary="The sources and their health", responses=refusing(503)
)
def sources(request: Request) -> dict[str, object]:
    office = office_of(request)
    last = {row["source"]: row for row in rows(office.programme, office.engine)}
    health = health_rows(office.programme, office.engine, datetime.now(UTC))
    return {"sources": [row | last[row["source"]] for row in health]}
