"""The year's paragraph as the office's report words it, every figure read from the tallies (domain.md)."""

from babel.numbers import format_decimal
from sqlalchemy import Connection

from config.catalogue import Catalogue
from config.programme import Programme
from models.attendance import Attendance
from models.figures import Figures
from models.period import Period
from models.tally import partner_press, read_tallies


def paragraph(connection: Connection, programme: Programme, catalogue: Catalogue, period: Period) -> str:
    """In Vietnamese, whoever reads: it is the report's own sentence."""
    outlets, items = partner_press(connection, programme, period)
    by_kind = {row["kind"]: row for row in read_tallies(connection, programme, period, ("kind",)).rows}
    found = read_tallies(connection, programme, period, ("kind", "resolution"))
    sentences = [
        f"Tỉnh hợp tác với {_n(outlets)} cơ quan báo chí Trung ương, với {_n(items)} tin, bài; "
        f"{_sessions(by_kind, 'loudspeaker_programme')} nội dung tuyên truyền trên hệ thống truyền thanh, "
        f"{_sessions(by_kind, 'mobile_information')} buổi thông tin lưu động.",
        f"Tuyên truyền miệng {_sessions(by_kind, 'oral_session')} cuộc, có "
        f"{_n(by_kind.get('oral_session', {}).get('participants', 0))} lượt người tham dự.",
    ]
    conferences = [_conference(row, catalogue) for row in found.rows if _is_named(row, catalogue)]
    if conferences:
        sentences.append(f"Hội nghị: {'; '.join(conferences)}.")
    if found.attendance.rate is not None:
        sentences.append(_attendance(found.attendance))
    return " ".join(sentences)


def document_name(document: str, catalogue: Catalogue) -> str:
    """As the report names it: by congress or plenum, else by its symbol."""
    entry = catalogue.documents[document]
    if entry.kind == "congress":
        return f"Nghị quyết Đại hội {entry.term}"
    if entry.kind == "plenum":
        return f"Nghị quyết Trung ương {document.split('-')[1]} khóa {entry.term}"
    return f"Nghị quyết {entry.symbol}"


def _is_named(row: Figures, catalogue: Catalogue) -> bool:
    """Once for a plenum, and not again for each document that it issued."""
    resolution = row["resolution"]
    return bool(row["kind"] == "conference" and resolution and not catalogue.plenum_of(resolution))


def _conference(row: Figures, catalogue: Catalogue) -> str:
    name = document_name(row["resolution"], catalogue)
    points = f"{_n(row['points'])} điểm cầu, " if row["points"] else ""
    return f"{name} {points}{_n(row['participants'])} đại biểu"


def _attendance(found: Attendance) -> str:
    """Whole percent, rounded down: "trên 99%" must not be said of less."""
    whole = int((found.rate or 0) * 100)
    above = "trên " if (found.rate or 0) * 100 > whole else ""
    return f"Tỷ lệ tham gia học tập {above}{whole}% (yêu cầu từ {found.target:.0%} trở lên)."


def _sessions(by_kind: dict[str, Figures], kind: str) -> str:
    return _n(by_kind.get(kind, {}).get("activities", 0))


def _n(value: int) -> str:
    return format_decimal(value, locale="vi")
