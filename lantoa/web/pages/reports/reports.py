"""The page Báo cáo: previews a period's report, freezes it, compares it with today, and downloads it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Semaphore
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import UsageError
from config.settings import as_environment
from lantoa.language import _
from lantoa.views.stated_period import stated_period
from lantoa.web.access.audit import happened
from lantoa.web.office import Office, actor, in_queue, office_of
from lantoa.web.rendering import page
from models.counting.period import parse_period
from models.database import reading, writing
from models.queries.filed_reports import reports
from models.queries.report_changes import changes
from models.queries.report_figures import changed_totals, figures_of
from models.store.reports import freeze

router = APIRouter(prefix="/reports")
Kind = Literal["docx", "xlsx", "html", "pdf"]
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}
ALONE = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)
PATIENCE_SECONDS = 300
MOST_SHOWN = 500  # changes on a page
_writing = Semaphore(2)  # files at once: each needs a process with a core and 300 MB


@router.get("")
def filed(request: Request, period: str | None = None) -> Response:
    office = office_of(request)
    with reading(office.engine) as connection:
        found = reports(connection, office.programme)
    return page(request, "reports.html", period=office.period(period), reports=found[::-1], kinds=list(TYPES))


@router.post("/freeze")
def file(request: Request, period: Annotated[str, Form()]) -> Response:
    office, span = office_of(request), stated_period(period)
    with writing(office.engine) as connection:
        number = freeze(connection, office.programme, span, actor(request))
    happened(request, "report-frozen", span.name, None, {"report": number})
    return RedirectResponse(f"/reports?period={span.name}", 303)


@router.get("/preview")
@in_queue("reports")
def preview(request: Request, period: str) -> Response:
    """Returns the report as the web page that would be filed now."""
    office, span = office_of(request), stated_period(period)
    content = _written(office, ["--period", span.name], "html")
    return Response(content, media_type=TYPES["html"], headers={"Content-Security-Policy": ALONE})


@router.get("/file.{kind}")
@in_queue("reports")
def current_file(request: Request, kind: Kind, period: str) -> Response:
    span = stated_period(period)
    return _download(
        _written(office_of(request), ["--period", span.name], kind), f"bao-cao-{span.name}", kind
    )


@router.get("/{number}/file.{kind}")
@in_queue("reports")
def filed_file(request: Request, number: int, kind: Kind) -> Response:
    return _download(
        _written(office_of(request), ["--report", str(number)], kind), f"bao-cao-da-chot-{number}", kind
    )


@router.get("/{number}/changes")
def since(request: Request, number: int) -> Response:
    office = office_of(request)
    with reading(office.engine) as connection:
        report = next((row for row in reports(connection, office.programme) if row.id == number), None)
        if report is None:
            raise HTTPException(404)
        span = parse_period(report.period)
        found = list(changes(connection, office.programme, report, span))
        totals = changed_totals(report.figures, figures_of(connection, office.programme, span))
    shown: dict[str, Any] = {"changes": found[:MOST_SHOWN], "count": len(found), "totals": totals}
    return page(request, "report_changes.html", report=report, period=span, **shown)


def _written(office: Office, which: Sequence[str], kind: Kind) -> bytes:
    """Runs the command in a process of its own. Raises UsageError with its message if it fails."""
    with TemporaryDirectory(prefix="lantoa-report-") as folder, _writing:
        path = Path(folder) / f"report.{kind}"
        command = [sys.executable, "-m", "lantoa", "report", *which, "--out", str(path)]
        environment = os.environ | as_environment(office.settings)
        try:
            ran = subprocess.run(
                command,
                env=environment,
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise UsageError(_("it took more than {seconds} seconds", seconds=PATIENCE_SECONDS)) from error
        if ran.returncode:
            raise UsageError(ran.stderr.strip().removeprefix("lantoa: "))
        return path.read_bytes()


def _download(content: bytes, name: str, kind: Kind) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=TYPES[kind], headers=headers)
