"""Publishes activities from files and waits until they are counted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from config.catalogue import load_catalogue
from config.errors import LantoaError
from config.programme import Programme
from config.sheets import ActivityKind, SheetNames
from lantoa.commands.implausible import Doubt, PlausibilityCheck
from lantoa.language import _
from lantoa.runtime.consumer_lag import Remaining
from lantoa.runtime.services import Outcome, Runtime
from models.counting.stored_activity import ReadActivity
from models.database import Engine
from models.messages.activity import Activity
from models.messages.monotonic_time import not_before
from models.messages.topics import ACTIVITIES
from models.store.activity_writer import known, last_report
from producers.limited import LimitedProcesses
from producers.publish import to_send
from producers.sheets.rows import RowReader, SheetResult
from producers.sheets.sheet_jobs import SECONDS, read_sheets, rejected_book
from stream_apps.activity_classifier import ActivityClassifier

SPEAKER = "/lantoa/import"
BATCH = 500
MOST_NAMED = 20  # hidden rows that are listed


@dataclass(frozen=True, slots=True)
class ImplausibleRow:
    """An implausible row, which is held back unless it is confirmed. `columns` names the column of each doubt as
    Excel does; it is empty where the sheet has none."""

    sheet: str
    row: int
    activity: Activity
    doubts: tuple[Doubt, ...]
    columns: tuple[str, ...]
    confirmed: bool


Confirmed = Callable[[str, int], bool]


def nothing_confirmed(_sheet: str, _row: int) -> bool:
    return False


@dataclass(slots=True)
class FileImport:
    """What was read from one file, and which of it is new to the database. Rows that are held back are in none of the
    lists and are not published."""

    path: Path
    sheets: list[SheetResult]
    new: list[Activity] = field(default_factory=list)
    changed: list[Activity] = field(default_factory=list)
    unchanged: list[Activity] = field(default_factory=list)
    in_doubt: list[ImplausibleRow] = field(default_factory=list)
    # Of new and changed rows, including those held back.
    readings: dict[str, ReadActivity] = field(default_factory=dict)

    @property
    def held(self) -> list[ImplausibleRow]:
        return [each for each in self.in_doubt if not each.confirmed]

    @property
    def rejected(self) -> int:
        return sum(len(sheet.rejections) for sheet in self.sheets)

    @property
    def rejected_path(self) -> Path:
        return self.path.with_name(f"{self.path.stem}.rejected.xlsx")


def read_file(
    path: Path,
    engine: Engine,
    programme: Programme,
    names: SheetNames,
    kind: ActivityKind | None,
    limited: LimitedProcesses,
    now: datetime | None = None,
    check: PlausibilityCheck | None = None,
    confirmed: Confirmed = nothing_confirmed,
) -> FileImport:
    """Reads a file. `confirmed` says of a sheet's row whether it is accepted although it is implausible. Raises
    SheetError if the file as a whole cannot be read."""
    handed_in = handed_in_at(engine, now)
    reader = RowReader(names, programme.timezone, handed_in, path.name, kind, programme.id)
    found = FileImport(path, read_sheets(path, reader, limited))
    activities = [activity for sheet in found.sheets for activity in sheet.activities]
    check = check or plausibility_check(programme, now)
    revisions: dict[str, str] = {}
    with engine.connect() as connection:
        for start in range(0, len(activities), BATCH):
            revisions |= known(connection, [a.id for a in activities[start : start + BATCH]])
        examination = check.examine(connection, activities)
    found.readings = examination.readings
    found.in_doubt = list(_rows_in_doubt(found.sheets, examination.doubts, confirmed))
    held = {each.activity.id for each in found.held}
    for activity in activities:
        if activity.id in held:
            continue
        before = revisions.get(activity.id)
        if before is None:
            found.new.append(activity)
        elif before == activity.revision:
            found.unchanged.append(activity)
        else:
            found.changed.append(activity)
    return found


def plausibility_check(programme: Programme, now: datetime | None = None) -> PlausibilityCheck:
    """Makes a `PlausibilityCheck` whose rules run in this process and are compiled at the first use."""
    catalogue = load_catalogue(*programme.resolutions)

    @cache
    def reader() -> ActivityClassifier:
        return ActivityClassifier(programme, catalogue)

    def read_now(listed: Sequence[Activity]) -> list[ReadActivity]:
        return [reader().read_now(each) for each in listed]

    return PlausibilityCheck(programme, catalogue, read_now, now or datetime.now(UTC))


def limited_processes(processes: int, waiting: int | None = None) -> LimitedProcesses:
    """Makes the processes in which sheets are read."""
    return LimitedProcesses(
        processes, seconds=SECONDS, waiting=waiting, preload=["producers.sheets.sheet_jobs"]
    )


def handed_in_at(engine: Engine, now: datetime | None = None) -> datetime:
    """Returns a time after all earlier imports, even if the clock was set back."""
    with engine.connect() as connection:
        return not_before(now or datetime.now(UTC), last_report(connection))


def hidden_parts(sheet: SheetResult) -> list[str]:
    """Describes the hidden rows and columns of the sheet that were read too."""
    said = []
    if sheet.hidden_rows:
        listed = ", ".join(map(str, sheet.hidden_rows[:MOST_NAMED])) + ", …" * (
            len(sheet.hidden_rows) > MOST_NAMED
        )
        said.append(_("{sheet}: {count} rows that are hidden there were read too: {rows}", sheet=sheet.name, count=len(sheet.hidden_rows), rows=listed))  # fmt: skip
    if sheet.hidden_columns:
        listed = ", ".join(sheet.hidden_columns)
        said.append(_("{sheet}: columns that are hidden there were read too: {columns}", sheet=sheet.name, columns=listed))  # fmt: skip
    return said


def keep_rejected(found: FileImport, names: SheetNames, limited: LimitedProcesses) -> None:
    """Writes the rejected rows beside the file, to be corrected and imported. Raises LantoaError if nothing can be
    written there."""
    if not found.rejected:
        return
    try:
        found.rejected_path.write_bytes(rejected(found, names, limited))
    except OSError as error:
        raise LantoaError(
            _("{file} cannot be written: {reason}", file=found.rejected_path, reason=error.strerror)
        ) from error


def rejected(found: FileImport, names: SheetNames, limited: LimitedProcesses) -> bytes:
    """Makes an xlsx file of the rejected rows with reasons in the reader's language. Raises SheetError."""
    said = {bad.expected: _(bad.expected) for sheet in found.sheets for bad in sheet.rejections}
    return rejected_book(found.path.name, found.sheets, names, said, limited)


def publish(
    runtime: Runtime, imports: Sequence[FileImport], on_remaining: Callable[[Remaining], None]
) -> None:
    """Publishes new and changed activities, and returns when they and everything published before are counted. Raises
    NotCounted."""
    activities = [activity for found in imports for activity in (*found.new, *found.changed)]
    runtime.bus.publish(to_send(ACTIVITIES, activities, SPEAKER))
    runtime.wait_for_everything(on_remaining)


def publish_activities(
    runtime: Runtime, activities: Sequence[Activity], *, within: float | None = None
) -> Outcome:
    """Publishes activities. The outcome is pending if they are not counted `within` seconds. Raises BrokerError."""
    return runtime.publish_and_wait(to_send(ACTIVITIES, activities, SPEAKER), within=within)


def _rows_in_doubt(
    sheets: Sequence[SheetResult], doubts: Mapping[str, tuple[Doubt, ...]], confirmed: Confirmed
) -> Iterator[ImplausibleRow]:
    for sheet in sheets:
        for activity in sheet.activities:
            if found := doubts.get(activity.id):
                row = sheet.rows[activity.id]
                columns = tuple(sheet.column_of(doubt.field) for doubt in found)
                yield ImplausibleRow(sheet.name, row, activity, found, columns, confirmed(sheet.name, row))
