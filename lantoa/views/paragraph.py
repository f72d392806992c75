"""The year's paragraph in the words of the office's report; every figure is read from the tallies (domain.md)."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from config.catalogue import Catalogue
from config.programme import Programme
from models.counting.figures import Figures
from models.counting.period import Period
from models.database import Connection
from models.queries.adhoc_tallies import activity_rows
from models.queries.attendance import Attendance, attendance
from models.queries.report_figures import CONFERENCES
from models.queries.tally import partner_press, read_tallies

WORDS = {"directive": "Chỉ thị", "conclusion": "Kết luận"}  # the names of kinds other than resolutions


@dataclass(frozen=True, slots=True)
class Press:
    """Outlets and items of the central partners, and of everybody. `has_partners` says whether the programme names
    central partners at all."""

    partners: tuple[int, int]
    everybody: tuple[int, int]
    has_partners: bool


def press_of(programme: Programme, partners: tuple[int, int], totals: Figures) -> Press:
    agreed = any(outlet.partner and outlet.level == "central" for outlet in programme.outlets.values())
    return Press(partners, (totals["outlets"], totals["items"]), agreed or partners[0] > 0)


def paragraph(connection: Connection, programme: Programme, catalogue: Catalogue, period: Period) -> str:
    """Returns the paragraph in Vietnamese whatever the reader's language, because the report prints it."""
    totals = read_tallies(connection, programme, period).totals
    return worded(
        press_of(programme, partner_press(connection, programme, period), totals),
        activity_rows(connection, programme, period, ("kind",)),
        activity_rows(connection, programme, period, CONFERENCES),
        attendance(connection, programme, period),
        catalogue,
    )


def worded(
    press: Press,
    kinds: Sequence[Figures],
    conferences: Sequence[Figures],
    attended: Attendance,
    catalogue: Catalogue,
) -> str:
    """Words the paragraph from figures that were read already. The rows are by kind, and by kind and resolution."""
    by_kind = {row["kind"]: row for row in kinds}
    sentences = [
        f"{_press(press)}; "
        f"{_sessions(by_kind, 'loudspeaker_programme')} nội dung tuyên truyền trên hệ thống truyền thanh, "
        f"{_sessions(by_kind, 'mobile_information')} buổi thông tin lưu động.",
        f"Tuyên truyền miệng {_sessions(by_kind, 'oral_session')} cuộc, có "
        f"{_n(by_kind.get('oral_session', {}).get('participants', 0))} lượt người tham dự.",
    ]
    named = [_conference(row, catalogue) for row in conferences if _is_named(row, catalogue)]
    if named:
        sentences.append(f"Hội nghị: {'; '.join(named)}.")
    if attended.rate is not None:
        sentences.append(_attendance(attended))
    return " ".join(sentences)


def document_name(document: str, catalogue: Catalogue) -> str:
    """Names a document as the report does: by its congress or plenum, otherwise by its symbol. The term is added if
    other terms have the same symbol."""
    entry = catalogue.documents[document]
    if entry.kind == "congress":
        return f"Nghị quyết Đại hội {entry.term}"
    if entry.kind == "plenum":
        return f"Nghị quyết Trung ương {document.split('-')[1]} khóa {entry.term}"
    if not entry.symbol:
        return entry.title
    term = f" khóa {entry.term}" if entry.term and entry.symbol in catalogue.repeated_symbols else ""
    return f"{WORDS.get(entry.kind, 'Nghị quyết')} {entry.symbol}{term}"


def _press(press: Press) -> str:
    """Never says that the province works with 0 outlets: where partners are silent, or where none are named."""
    if press.partners[0]:
        outlets, items = press.partners
        return f"Tỉnh hợp tác với {_n(outlets)} cơ quan báo chí Trung ương, với {_n(items)} tin, bài"
    if press.has_partners:
        return "Các cơ quan báo chí Trung ương hợp tác với tỉnh chưa có tin, bài"
    outlets, items = press.everybody
    return (
        f"Có {_n(outlets)} cơ quan báo chí với {_n(items)} tin, bài" if items else "Báo chí chưa có tin, bài"
    )


def _is_named(row: Figures, catalogue: Catalogue) -> bool:
    """Says whether the paragraph names the conference: a plenum is named once, not again for each document that it
    issued; withdrawn activities are left out."""
    resolution = row["resolution"]
    is_conference = row["kind"] == "conference" and row["activities"]
    return bool(is_conference and resolution and not catalogue.plenum_of(resolution))


def _conference(row: Figures, catalogue: Catalogue) -> str:
    """Names the figures that were stated and leaves out those that are 0."""
    told = (("points", "điểm cầu"), ("participants", "đại biểu"))
    stated = [f"{_n(row[name])} {words}" for name, words in told if row[name]]
    name = document_name(row["resolution"], catalogue)
    return f"{name} {', '.join(stated) or _n(row['activities']) + ' cuộc'}"


def _attendance(found: Attendance) -> str:
    """Rounds the percentage down, because "trên 99%" would be false for less than 99 %."""
    whole = int((found.rate or 0) * 100)
    above = "trên " if (found.rate or 0) * 100 > whole else ""
    return f"Tỷ lệ tham gia học tập {above}{whole}% (yêu cầu từ {found.target:.0%} trở lên)."


def _sessions(by_kind: dict[str, Figures], kind: str) -> str:
    return _n(by_kind.get(kind, {}).get("activities", 0))


def _n(value: int) -> str:
    return format_decimal(value, locale="vi")
