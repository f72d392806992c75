"""Imports activities from a sheet: the page first shows what every row would change."""

from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, cast, get_args
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import BrokerError, SheetError, UsageError
from config.sheets import ActivityKind, load_sheet_names
from lantoa.commands.correction_checks import one_of
from lantoa.commands.implausible import NamedDocuments, named_documents
from lantoa.commands.importing import FileImport, hidden_parts, read_file
from lantoa.commands.importing import rejected as rejected_rows
from lantoa.language import _
from lantoa.web.access.audit import happened
from lantoa.web.forms import SentForm, sent
from lantoa.web.office import Office, in_queue, office_of
from lantoa.web.pages.activities.activity_effects import (
    CellMovedByActivity,
    differences,
    moved,
    plausibility_check_for,
    publish,
)
from lantoa.web.rendering import page
from lantoa.web.uploads import Upload, keep, kept
from models.database import reading
from models.messages.activity import Activity
from models.queries.stored_activities import EnteredActivity, entered_activities
from producers.sheets.rows import Rejection, SheetResult
from producers.sheets.write import write_template

router = APIRouter(prefix="/activities/import")
ROWS_ON_A_PAGE = 500
MOST_TICKS = 80  # because a form has at most a hundred fields
NO_HEADING = "{file}: no sheet has a heading with a date and two more columns that are known. The empty sheet shows one."
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One row of the file. `change` is new, changed, unchanged, held or rejected; a changed row lists its
    differences. `documents` says what was understood of each document that it names."""

    sheet: str
    row: int
    change: str
    activity: Activity | None = None
    otherwise: list[tuple[str, Any, Any]] = field(default_factory=list)
    rejection: Rejection | None = None
    documents: list[NamedDocuments] = field(default_factory=list)


@router.get("")
def choose(request: Request) -> Response:
    return _form(request)


@router.get("/template.xlsx")
def template() -> Response:
    """Returns an empty sheet to fill in."""
    book = BytesIO()
    write_template(book, load_sheet_names())
    return _download(book.getvalue(), "hoat-dong.xlsx")


@router.post("")
@in_queue("sheets")
def hand_in(request: Request, form: Annotated[SentForm, Depends(sent)]) -> Response:
    """Keeps the file and shows what it would change; nothing is published."""
    if not form.file:
        return _form(request, _("Choose a file first."), 400)
    office, kind = office_of(request), _kind(form.fields.get("kind"))
    file = keep(_folder(office), form.file, form.data)
    happened(request, "file-handed-in", file.path.name, None, {"sha256": file.sha256})
    try:
        _read(request, file, kind)
    except SheetError as error:
        return _form(request, _(error.text, **error.fields), 400)
    return RedirectResponse(f"/activities/import/{file.sha256}?kind={kind or ''}", 303)


@router.get("/{digest}")
@in_queue("sheets")
def preview(request: Request, digest: str, kind: str = "", part: int = 1) -> Response:
    return _preview(request, _kept(request, digest), _kind(kind), part)


@router.get("/{digest}/rejected.xlsx")
@in_queue("sheets")
def rejected(request: Request, digest: str, kind: str = "") -> Response:
    """Returns the rejected rows with their reasons, to be corrected and uploaded again."""
    office, file = office_of(request), _kept(request, digest)
    found = _read(request, file, _kind(kind))
    if not found.rejected:
        raise UsageError(_("No row of {file} was rejected.", file=file.path.name))
    book = rejected_rows(found, load_sheet_names(), office.sheets)
    return _download(book, found.rejected_path.name)


@router.post("/{digest}")
@in_queue("sheets")
def import_(request: Request, digest: str, form: Annotated[SentForm, Depends(sent)]) -> Response:
    """Publishes the good rows and the confirmed implausible ones. Importing the same file again changes nothing."""
    office, file, kind = office_of(request), _kept(request, digest), _kind(form.fields.get("kind"))
    found = _read(request, file, kind, form)
    activities = [*found.new, *found.changed]
    figures = _moved(office, activities)
    try:
        counted = publish(office, activities) if activities else True
    except BrokerError as error:
        return _preview(request, file, kind, 1, str(error))
    done = {"new": len(found.new), "changed": len(found.changed), "rejected": found.rejected}
    done |= {"held": len(found.held), "confirmed": len(found.in_doubt) - len(found.held)}
    happened(request, "activities-imported", file.path.name, None, done | {"sha256": file.sha256})
    return page(
        request,
        "activities_imported.html",
        file=file,
        kind=kind,
        found=found,
        moved=figures,
        counted=counted,
        tick=tick,
    )


def _form(request: Request, problem: str = "", status: int = 200) -> Response:
    return page(request, "activities_import.html", status, problem=problem, kinds=get_args(ActivityKind))


def _preview(
    request: Request, file: Upload, kind: ActivityKind | None, part: int, problem: str = ""
) -> Response:
    office = office_of(request)
    found = _read(request, file, kind)
    with reading(office.engine) as connection:
        stored = entered_activities(connection, [each.id for each in found.changed])
        figures = moved(connection, office, [*found.new, *found.changed], stored)
    changes = {each.id: "new" for each in found.new} | {each.id: "changed" for each in found.changed}
    changes |= {each.activity.id: "held" for each in found.held}
    lines = []
    for sheet in found.sheets:
        lines += sorted(_lines(sheet, changes, stored), key=lambda line: line.row)
    first = (max(part, 1) - 1) * ROWS_ON_A_PAGE
    shown = _with_documents(request, found, lines[first : first + ROWS_ON_A_PAGE])
    return page(
        request,
        "activities_preview.html",
        503 if problem else 200,
        file=file,
        kind=kind,
        found=found,
        moved=figures,
        lines=shown,
        tick=tick,
        ticks=MOST_TICKS,
        count=len(lines),
        part=part,
        more=first + ROWS_ON_A_PAGE < len(lines),
        problem=problem,
        hidden_parts=hidden_parts,
    )


def _lines(
    sheet: SheetResult, changes: dict[str, str], stored: dict[str, EnteredActivity]
) -> list[ImportLine]:
    lines = [ImportLine(sheet.name, bad.row, "rejected", rejection=bad) for bad in sheet.rejections]
    for activity in sheet.activities:
        change = changes.get(activity.id, "unchanged")
        otherwise = differences(activity, stored[activity.id]) if change == "changed" else []
        lines.append(ImportLine(sheet.name, sheet.rows[activity.id], change, activity, otherwise))
    return lines


def _with_documents(request: Request, found: FileImport, lines: list[ImportLine]) -> list[ImportLine]:
    activities = {line.activity.id: line.activity for line in lines if line.activity}
    rest = [activity for name, activity in activities.items() if name not in found.readings]
    readings = found.readings | {
        read.activity.id: read for read in plausibility_check_for(request).read(rest)
    }
    catalogue = office_of(request).catalogue
    return [
        replace(line, documents=named_documents(readings[line.activity.id], catalogue))
        if line.activity
        else line
        for line in lines
    ]


def _moved(office: Office, activities: list[Activity]) -> list[CellMovedByActivity]:
    with reading(office.engine) as connection:
        stored = entered_activities(connection, [each.id for each in activities])
        return moved(connection, office, activities, stored)


def _read(
    request: Request, file: Upload, kind: ActivityKind | None, form: SentForm | None = None
) -> FileImport:
    """Reads the file; `form` holds the confirmations of rows. Raises SheetError."""
    office, ticked = office_of(request), form.fields if form else {}

    def confirmed(sheet: str, row: int) -> bool:
        return "confirm-all" in ticked or tick(sheet, row) in ticked

    found = read_file(
        file.path,
        office.engine,
        office.programme,
        load_sheet_names(),
        kind,
        office.sheets,
        check=plausibility_check_for(request),
        confirmed=confirmed,
    )
    if not any(sheet.header and not sheet.problem for sheet in found.sheets):
        raise SheetError(NO_HEADING, file=file.path.name)
    return found


def tick(sheet: str, row: int) -> str:
    """Returns the name of the form field that confirms a row."""
    return f"confirm:{row}:{sheet}"


def _kept(request: Request, digest: str) -> Upload:
    file = kept(_folder(office_of(request)), digest)
    if file is None:
        raise UsageError(_("This file is not kept any more: files wait for an hour. Choose it once more."))
    return file


def _folder(office: Office) -> Path:
    return office.settings.data_dir / "handed-in"


def _kind(stated: str | None) -> ActivityKind | None:
    return cast(ActivityKind | None, one_of(stated or None, get_args(ActivityKind), _("kind")))


def _download(book: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(book, media_type=XLSX, headers=headers)
