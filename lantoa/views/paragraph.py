"""The year's paragraph as the office's report words it, every figure read from the tallies (domain.md)."""

from collections.abc import Sequence

from babel.numbers import format_decimal
from sqlalchemy import Connection

from config.catalogue import Catalogue
from config.programme import Programme
from models.adhoc_tallies import activity_rows
from models.attendance import Attendance, attendance
from models.figures import Figures
from models.period import Period
from models.reports import CONFERENCES
from models.tally import partner_press

WORDS = {"directive": "Chỉ thị", "conclusion": "Kết luận"}  # of the kinds that are no resolutions


def paragraph(connection: Connection, programme: Programme, catalogue: Catalogue, period: Period) -> str:
    """In Vietnamese, whoever reads: it is the report's own sentence."""
    return worded(
        partner_press(connection, programme, period),
        activity_rows(connection, programme, period, ("kind",)),
        activity_rows(connection, programme, period, CONFERENCES),
        attendance(connection, programme, period),
        catalogue,
    )


def worded(
    partners: tuple[int, int],
    kinds: Sequence[Figures],
    conferences: Sequence[Figures],
    attended: Attendance,
    catalogue: Catalogue,
) -> str:
    """The same of figures that were read before. `partners`: outlets and items; rows by kind, and by kind and resolution."""
    outlets, items = partners
    by_kind = {row["kind"]: row for row in kinds}
    sentences = [
        f"Tỉnh hợp tác với {_n(outlets)} cơ quan báo chí Trung ương, với {_n(items)} tin, bài; "
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
    """As the report names it: by congress or plenum, else by its symbol, with its term where other terms have the same."""
    entry = catalogue.documents[document]
    if entry.kind == "congress":
        return f"Nghị quyết Đại hội {entry.term}"
    if entry.kind == "plenum":
        return f"Nghị quyết Trung ương {document.split('-')[1]} khóa {entry.term}"
    if not entry.symbol:
        return entry.title
    term = f" khóa {entry.term}" if entry.term and entry.symbol in catalogue.repeated_symbols else ""
    return f"{WORDS.get(entry.kind, 'Nghị quyết')} {entry.symbol}{term}"


def _is_named(row: Figures, catalogue: Catalogue) -> bool:
    """Once for a plenum, and not again for each document that it issued; what was withdrawn is not told."""
    resolution = row["resolution"]
    is_conference = row["kind"] == "conference" and row["activities"]
    return bool(is_conference and resolution and not catalogue.plenum_of(resolution))


def _conference(row: Figures, catalogue: Catalogue) -> str:
    """With what was stated of it, never with a 0."""
    told = (("points", "điểm cầu"), ("participants", "đại biểu"))
    stated = [f"{_n(row[name])} {words}" for name, words in told if row[name]]
    name = document_name(row["resolution"], catalogue)
    return f"{name} {', '.join(stated) or _n(row['activities']) + ' cuộc'}"


def _attendance(found: Attendance) -> str:
    """Whole percent, rounded down: "trên 99%" must not be said of less."""
    whole = int((found.rate or 0) * 100)
    above = "trên " if (found.rate or 0) * 100 > whole else ""
    return f"Tỷ lệ tham gia học tập {above}{whole}% (yêu cầu từ {found.target:.0%} trở lên)."


def _sessions(by_kind: dict[str, Figures], kind: str) -> str:
    return _n(by_kind.get(kind, {}).get("activities", 0))


def _n(value: int) -> str:
    return format_decimal(value, locale="vi")
