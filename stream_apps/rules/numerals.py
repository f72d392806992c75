"""Numerals as Vietnamese writes them: 8, 08, VIII, tám."""

from stream_apps.rules.text import without_marks

UNITS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")
TEENS = ("mười một", "mười hai", "mười ba", "mười bốn", "mười lăm", "mười sáu", "mười bảy", "mười tám")
WORDS = {
    **{word: n for n, word in enumerate((*UNITS, *TEENS), 1)},
    **{"bốn": 4, "bẩy": 7, "mười tư": 14},
}
TENS = ("", "x", "xx")
ROMAN = {
    tens + ones: 10 * ten + one
    for ten, tens in enumerate(TENS)
    for one, ones in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
    if ten or one
}
TERM_NAMES = {value: name.upper() for name, value in ROMAN.items()}
VALUES = {**WORDS, **{without_marks(word): value for word, value in WORDS.items()}, **ROMAN}
# Spelled numerals count only where the grammar expects an ordinal: năm also means year, tư also means private.
SPELLED = "(?:" + "|".join(sorted(WORDS, key=len, reverse=True)) + r")(?!\w)"
ORDINAL = r"(?:(?:\d{1,2}|[ivx]{1,5})(?!\w)|" + SPELLED + ")"
FIGURE = r"(?:\d{1,2}|[ivx]{1,5})(?!\w)"

# Things that a number before them counts: "và 12 nghị quyết" does not continue a list of numbers.
THINGS = (
    r"(?:năm(?!\s+\d{4})|tháng|ngày(?!\s+\d)|tuần|tỉnh|thành|địa phương|huyện|xã|phường|bộ(?! chính)|ngành|nghị định|đại biểu|người|%|tỷ|tỉ|triệu|nghìn|ngàn"
    r"|đồng|luật|chỉ tiêu|nhiệm vụ|nhóm|dự án|chương trình|nghị quyết|chỉ thị|kết luận|giải pháp|đề án|lần|cán bộ|đảng viên|đơn vị|văn bản|thông tư|quyết định|điều"
    r"|khoản|trường|giờ|km|ha|mục|nội dung|đồng chí|doanh nghiệp|hộ|vụ|cơ quan|biểu hiện|chuyên đề|quan điểm|lĩnh vực|bài|chi bộ|tổ chức|vấn đề|đột phá|khâu)"
)
NOT_COUNTING = rf"(?:\d{{1,2}}(?!\w)(?!\s+{THINGS}(?!\w))|[ivx]{{1,5}}(?!\w))"  # a number of a list


def value(numeral: str) -> int | None:
    """Returns the value of a folded numeral; None for what only looks like one (`ivx`)."""
    return int(numeral) if numeral.isdecimal() else VALUES.get(numeral)
