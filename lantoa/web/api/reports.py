"""API: frozen reports, and what has changed since."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from pydantic import BaseModel

from lantoa.language import _
from lantoa.web.api.figures import Count, TallyRow, Totals
from lantoa.web.api.problems import refusing
from lantoa.web.api.tallies import Attendance
from lantoa.web.office import Office, office_of
from models.counting.period import parse_period
from models.database import Connection, reading
from models.queries.filed_reports import FrozenReport, numbered_report, reports
from models.queries.report_changes import Change, changes
from models.queries.report_figures import changed_totals, figures_of

router = APIRouter(prefix="/reports", tags=["reports"])
Number = Annotated[int, Path(ge=1, lt=2**31)]


class FiledReport(BaseModel):
    id: int
    period: str
    frozen_at: datetime
    by: str
    totals: Totals


class FiledReports(BaseModel):
    """The frozen reports, oldest first."""

    reports: list[FiledReport]


class CentralPartner(BaseModel):
    """The figures of the sentence about the central press."""

    outlets: Count
    items: Count


class ReportFigures(FiledReport):
    """The figures of a report. `rows` are grouped by its keys: `resolution`, `channel`, …"""

    central_partner: CentralPartner
    rows: dict[str, list[TallyRow]]
    attendance: Attendance | None = None


class MovedFigure(BaseModel):
    figure: str
    then: int | float | None
    now: int | float | None


class Changed(BaseModel):
    """One item or activity that counts differently than in the frozen report, and why."""

    change: Change
    kind: str
    id: str
    title: str
    fields: list[str]
    because: str


class Changes(BaseModel):
    """The same as `lantoa report changes --format json` prints."""

    report: int
    period: str
    frozen_at: datetime
    totals: list[MovedFigure]
    changes: list[Changed]


@router.get("", response_model=FiledReports, summary="The frozen reports", responses=refusing(503))
def filed(request: Request) -> dict[str, object]:
    office = office_of(request)
    with reading(office.engine) as connection:
        return {"reports": [_with_figures(each) for each in reports(connection, office.programme)]}


@router.get(
    "/{id}",
    response_model=ReportFigures,
    response_model_exclude_unset=True,
    summary="The figures of a frozen report",
    responses=refusing(404, 422, 503),
)
def report(request: Request, id: Number) -> dict[str, object]:
    office = office_of(request)
    with reading(office.engine) as connection:
        return _with_figures(_numbered(connection, office, id))


@router.get(
    "/{id}/changes",
    response_model=Changes,
    summary="What has changed since a report was frozen",
    responses=refusing(404, 422, 503),
)
def changes_since(request: Request, id: Number) -> dict[str, object]:
    office = office_of(request)
    with reading(office.engine) as connection:
        filed = _numbered(connection, office, id)
        span = parse_period(filed.period)
        return {
            "report": filed.id,
            "period": filed.period,
            "frozen_at": filed.frozen_at,
            "totals": changed_totals(filed.figures, figures_of(connection, office.programme, span)),
            "changes": [asdict(each) for each in changes(connection, office.programme, filed, span)],
        }


def _numbered(connection: Connection, office: Office, number: int) -> FrozenReport:
    found = numbered_report(connection, office.programme, number)
    if found is None:
        raise HTTPException(404, _("There is no report {number}.", number=number))
    return found


def _with_figures(filed: FrozenReport) -> dict[str, object]:
    stated = {"id": filed.id, "period": filed.period, "frozen_at": filed.frozen_at, "by": filed.by}
    return {**stated, **filed.figures}
