"""The note of method: how a report counts, what it leaves out, and the versions of rules and catalogue."""

from collections import Counter
from collections.abc import Iterator

from lantoa.reports.content import Report
from lantoa.reports.words import day, figure


def method(report: Report) -> list[str]:
    """Returns the lines of the note, each with one or more sentences."""
    return [*_rules(report), *_left_out(report), *_versions(report), _moment(report)]


def _rules(report: Report) -> Iterator[str]:
    yield (
        "Mỗi tin, bài được đếm một lần, theo cơ quan báo chí và địa chỉ của tin, bài; sửa nội dung, đổi tiêu đề hay thu "
        "thập lại không làm tăng số đếm. Cùng một nội dung đăng ở nhiều cơ quan là nhiều tin, bài và một câu chuyện."
    )
    yield (
        "Tổng số là số tin, bài khác nhau, không phải tổng của các dòng: tin, bài nêu hai nghị quyết đứng ở cả hai dòng "
        "nhưng chỉ được tính một lần trong tổng số. Dòng của một hội nghị Trung ương gồm cả các nghị quyết mà hội nghị "
        "đó ban hành."
    )
    yield f"Kỳ báo cáo tính theo ngày đăng, múi giờ {report.programme.office.timezone}."
    yield (
        "Chỉ tính văn bản của Đảng; nghị quyết của Quốc hội, Chính phủ và Hội đồng nhân dân không được tính, dù trùng số."
    )


def _left_out(report: Report) -> Iterator[str]:
    totals = report.figures["totals"]
    corrected = sum(1 for item in report.items if item.corrected)
    yield (
        f"{figure('items', totals['waiting'])} tin, bài có lần nhắc văn bản chưa rõ, đang chờ người có trách nhiệm quyết "
        "định: lần nhắc đó chưa được tính cho nghị quyết nào, tin, bài vẫn có trong tổng số."
    )
    yield (
        f"{figure('items', totals['flagged'])} tin, bài không ghi ngày đăng hợp lệ, được tính theo ngày thu thập lần đầu."
    )
    yield f"{figure('items', corrected)} tin, bài được tính theo quyết định của người có trách nhiệm."


def _versions(report: Report) -> Iterator[str]:
    decided = Counter((item.rules_version, item.catalogue_version) for item in report.items)
    for (rules, catalogue), items in sorted(decided.items()):
        yield (
            f"{figure('items', items)} tin, bài được xét theo quy tắc phiên bản {rules}, danh mục văn bản phiên bản "
            f"{catalogue}."
        )


def _moment(report: Report) -> str:
    moment = f"{report.as_of:%H:%M} ngày {day(report.as_of.date())}"
    if report.filed is None:
        return f"Số liệu lập lúc {moment}."
    return (
        f"Báo cáo số {report.filed.number} do {report.filed.by} chốt lúc {moment}; những gì thay đổi sau đó không có trong "
        "báo cáo này."
    )
