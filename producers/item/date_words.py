"""Dates beside other words, as people write them: words that name no day are removed, and a day written in words
becomes digits."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

MONTHS = {
    name: number
    for number, names in enumerate(
        ("một", "hai", "ba", "tư", "năm", "sáu", "bảy bẩy", "tám", "chín", "mười", "mười_một", "mười_hai"), 1
    )
    for name in names.split()
}
MONTH = r"(?:tháng|thg|th)[\s.]*(\d{1,2}|mười\s+một|mười\s+hai|một|hai|ba|tư|năm|sáu|bảy|bẩy|tám|chín|mười)"
DAY_MONTH_YEAR = re.compile(rf"\b(\d{{1,2}})[\s\-/.,]*{MONTH}\s*[,/.\-]?\s*(?:năm\s*)?(\d{{4}})(?!\d)", re.I)
MONTH_DAY_YEAR = re.compile(rf"\b{MONTH}\s+(\d{{1,2}})\s*,\s*(\d{{4}})(?!\d)", re.I)  # WordPress writes it so
DAY_MONTH = re.compile(rf"\b(\d{{1,2}})\s*{MONTH}\b(?!\s*(?:năm\s*)?\d)", re.I)
FULL = re.compile(
    r"(?<!\d)(?:\d{4}([/.\-])\d{1,2}\1\d{1,2}|\d{1,2}([/.\-])\d{1,2}\2(?:\d{4}|\d{2}))(?!\d)"
    r"|\b\d{1,2}(?:st|nd|rd|th)?[\s\-]+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s,.\-]+\d{2,4}\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}\b",
    re.I,
)
PARTIAL = re.compile(r"(?<![\d/.\-:])(\d{1,2})/(\d{1,2})(?![\d:]|[/.\-]\d)")
MONTH_WORDS = r"mười\s+một|mười\s+hai|một|hai|ba|tư|năm|sáu|bảy|bẩy|tám|chín|mười"
STEMS = "giáp|ất|bính|đinh|mậu|kỷ|kỉ|canh|tân|nhâm|quý|quí"
BRANCHES = "tý|tí|sửu|dần|mão|mẹo|thìn|tỵ|tị|ngọ|mùi|thân|dậu|tuất|hợi"
LUNAR_YEAR = rf"(?:năm\s+)?(?:{STEMS})\s+(?:{BRANCHES})\b"
LUNAR_WORD = rf"(?:{LUNAR_YEAR}|\(?âm\s+lịch\)?|\(?(?-i:ÂL|AL)\b\)?)"
LUNAR = re.compile(
    rf"\(?(?:\b(?:tức|nhằm|là)\s+)?(?:\bngày\s+)?(?:(?:mùng|mồng|rằm)\s+)?(?<!\d)\d{{1,2}}(?:\s*[/\-.]\s*|\s+tháng\s+)(?:\d{{1,2}}|giêng|chạp|{MONTH_WORDS})"
    rf"(?:[/\-.]\d{{4}}|\s+năm\s+\d{{4}})?[\s,/\-]*{LUNAR_WORD}(?:\s*,?\s*{LUNAR_WORD})?\s*\)?",
    re.I,
)
IS_LUNAR = re.compile(rf"âm\s+lịch|\b(?:{STEMS})\s+(?:{BRANCHES})\b|\b(?-i:ÂL)\b", re.I)
LABEL = re.compile(
    r"(?P<updated>\b(?:cập nhật|chỉnh sửa|sửa đổi|sửa lần cuối|sửa|last\s+(?:updated|modified)|updated|modified)\b)"
    r"|(?P<published>\b(?:xuất bản|ngày đăng|ngày phát|ngày tạo|đăng|đăng tải|phát hành|published|posted)\b)",
    re.I,
)
PART_OF_DAY = re.compile(r"\b(?:rạng\s+)?(sáng|trưa|chiều|tối|đêm|khuya)\b", re.I)
CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?!\d)")
AGO = re.compile(r"(?:khoảng\s+)?(\d{1,3})\s*(giây|phút|giờ|tiếng)\s+trước", re.I)
NOW = re.compile(r"vừa\s+(?:xong|đăng)|mới\s+(?:xong|đăng)", re.I)
UNITS = {"giây": "seconds", "phút": "minutes", "giờ": "hours", "tiếng": "hours"}
RELATIVE_DAYS = {"hôm nay": 0, "hôm qua": 1, "hôm kia": 2}
RELATIVE_DAY = re.compile(r"\b(hôm\s+(?:nay|qua|kia))\b", re.I)
WORD = re.compile(r"\w+")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
DASHES = re.compile(r"(?<=\d)[\u2010-\u2015\u2212](?=\d)")
SLASHES = re.compile(r"(?<=\d)[\u2044\u2215](?=\d)")
SPACED = re.compile(r"(?<![\d/.\-:])(\d{1,2})\s?([/.])\s?(\d{1,2})\s?\2\s?(\d{4})(?!\d)")  # 24 / 11 / 2026
DOTTED_CLOCK = re.compile(r"(?<=\d{4}\s)(\d{1,2})\.(\d{2})(?![\d.])")  # 24/11/2026 07.30
# 7:5, 7:30:5
ONE_DIGIT = re.compile(r"(?<![\d:])(\d{1,2}):(\d)(?![\d:])|(?<![\d:])(\d{1,2}:\d{2}):(\d)(?![\d:])")
# Java's ZonedDateTime: +07:00[Asia/Ho_Chi_Minh]
REGION = re.compile(r"(?<=[\d:])\[[A-Z][A-Za-z_]+/[A-Za-z_]+\]")
BRACKETED_ZONE = re.compile(r"\[\s*((?:GMT|UTC)\s*[+-]\s*\d{1,2}(?::?\d{2})?)\s*\]", re.I)
DAY_AND_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})")  # xs:date of XML Schema
SHORT_WEEKDAY = re.compile(r"^(?:T\.\s?|Thứ\s+)?(?:Hai|Ba|Tư|Năm|Sáu|Bảy|Bẩy)(?=,\s*\d)")
NAME = r"(?:[^\W\d_a-z][\w.]*(?:\s+[^\W\d_a-z][\w.]*){0,4})"
WHO_OR_WHERE = re.compile(
    rf"^(?:\({NAME}\)|{NAME})\s*(?:,|[-–—|•])\s*(?=(?:ngày\s+)?\d{{1,2}}(?:[/.\-]\d{{1,2}}[/.\-]\d{{4}}|\s*tháng\b))"
)  # Hà Nội, ngày 24 tháng 11 năm 2026
PART_OF_A_DAY = re.compile(r"\b(sáng|trưa|chiều|tối)\s+(nay|qua)\b", re.I)
ENGLISH_DAYS = re.compile(r"\b(tue)s\b|\b(wed)s\b|\b(thu)rs?\b", re.I)
MARKS = " :;,|-–(•"
MOST_DAYS_BEFORE = 100  # a day without a year belongs to one of the months within this many days


def one_spelling(text: str) -> str:
    """Replaces signs that look alike by one of them, drops invisible characters, and gives a clock two digits after
    each colon."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = SLASHES.sub("/", DASHES.sub("-", " ".join(text.split())))
    text = SPACED.sub(r"\1\2\3\2\4", REGION.sub("", BRACKETED_ZONE.sub(r"(\1)", text)))
    text = DOTTED_CLOCK.sub(r"\1:\2", text)
    text = ONE_DIGIT.sub(lambda found: f"{found[1] or found[3]}:0{found[2] or found[4]}", text)
    words = text.split()
    if words[: len(words) // 2] == words[len(words) // 2 :]:
        text = " ".join(words[: len(words) // 2])  # the visible text and the text for screen readers
    return found[1] if (found := DAY_AND_ZONE.fullmatch(text)) else text


def in_digits(text: str) -> str | None:
    """Returns the text with its date in digits and without other dates; None where it states two days, or one of the
    lunar year."""
    text = SHORT_WEEKDAY.sub("", text)
    if (found := WHO_OR_WHERE.match(text)) and all(word[0].isupper() for word in WORD.findall(found[0])):
        text = text[found.end() :]
    text = ENGLISH_DAYS.sub(lambda found: found[1] or found[2] or found[3], LUNAR.sub(" ", text))
    if IS_LUNAR.search(text):
        return None
    text = DAY_MONTH_YEAR.sub(lambda found: f" {_iso(found[3], found[2], found[1])} ", text)
    text = MONTH_DAY_YEAR.sub(lambda found: f" {_iso(found[3], found[1], found[2])} ", text)
    text = _published(text)
    stated = {_spaced(found[0]) for found in FULL.finditer(text)}
    beside = PARTIAL.search(FULL.sub(" ", text)) or DAY_MONTH.search(FULL.sub(" ", text))
    return None if len(stated) > 1 or (stated and beside) else _once(text)


def completed(
    text: str, order: Literal["day-first", "month-first"], local: tzinfo, near: datetime
) -> str | None:
    """Returns the text with the only year that its day can have, or with the day that it names relative to `near`;
    None where several years are possible."""
    local_near = near.astimezone(local)
    if FULL.search(text):
        return text
    if found := AGO.fullmatch(text.strip()):
        return _ago(int(found[1]), UNITS[found[2].lower()], local_near)
    if NOW.fullmatch(text.strip()):
        return local_near.date().isoformat()
    text = PART_OF_A_DAY.sub(r"\1 hôm \2", text)
    if len(found_days := RELATIVE_DAY.findall(text)) == 1:
        day = local_near.date() - timedelta(days=RELATIVE_DAYS[" ".join(found_days[0].lower().split())])
        return RELATIVE_DAY.sub(f" {day.isoformat()} ", text)
    text = (
        DAY_MONTH.sub(lambda found: f" {found[1]}/{_month(found[2])} ", text)
        if order == "day-first"
        else text
    )
    partial = list(PARTIAL.finditer(text))
    if len(partial) != 1:
        return text
    first, second = int(partial[0][1]), int(partial[0][2])
    day_of_month, month = (first, second) if order == "day-first" else (second, first)
    if month > 12:
        day_of_month, month = month, day_of_month
    days = [day for day in _days(day_of_month, month, local_near.date()) if day <= local_near.date()]
    if not days or (local_near.date() - max(days)).days > MOST_DAYS_BEFORE:
        return None
    return f"{text[: partial[0].start()]} {max(days).isoformat()} {text[partial[0].end() :]}"


def with_part_of_day(text: str) -> str:
    """Turns 3 giờ chiều into 15:00; a part of the day alone states no hour."""
    if not (part := PART_OF_DAY.search(text)):
        return text
    name, text = part[1].lower(), PART_OF_DAY.sub(" ", text)
    earliest = {"chiều": 1, "tối": 5, "đêm": 7, "khuya": 9}.get(name, 12)

    def later(found: re.Match[str]) -> str:
        hour = int(found[1])
        if name == "trưa" and hour in (1, 2):
            return f"{hour + 12}:{found[2]}"
        return f"{hour + 12 if earliest <= hour < 12 else hour}:{found[2]}"

    return CLOCK.sub(later, text)


def _published(text: str) -> str:
    """Returns, of several dates, the one that is marked as the date of publication, or else the one without any
    mark."""
    labels = list(LABEL.finditer(text))
    if (
        labels
        and labels[0]["updated"]
        and FULL.search(head := text[: labels[0].start()])
        and CLOCK.search(head)
    ):
        return head.rstrip(MARKS)
    if not labels or len(FULL.findall(text)) < 2:
        return text
    ends = [label.start() for label in labels[1:]] + [len(text)]
    parts = [("", text[: labels[0].start()])]
    parts += [
        (label.lastgroup or "", text[label.end() : end]) for label, end in zip(labels, ends, strict=True)
    ]
    dated = [(label, part) for label, part in parts if FULL.search(part)]
    for wanted in ("published", ""):
        if found := [part for label, part in dated if label == wanted]:
            return found[0].strip(MARKS) if len(found) == 1 else text
    return text


def _once(text: str) -> str:
    """Removes repetitions of the same date."""
    found = list(FULL.finditer(text))
    return text if len(found) < 2 else text[: found[1].start()] + FULL.sub(" ", text[found[1].start() :])


def _ago(number: int, unit: str, local_near: datetime) -> str | None:
    """Returns the day alone, so that it stays the same while the words change. A rounded age may mean one unit more,
    so the day is certain only where both give the same day."""
    least, most = local_near - timedelta(**{unit: number}), local_near - timedelta(**{unit: number + 1})
    return least.date().isoformat() if least.date() == most.date() else None


def _days(day: int, month: int, near: date) -> Iterator[date]:
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _iso(year: str, month: str, day: str) -> str:
    return f"{int(year):04}-{_month(month):02}-{int(day):02}"


def _month(name: str) -> int:
    return int(name) if name.isdigit() else MONTHS["_".join(name.lower().split())]


def _spaced(text: str) -> str:
    return " ".join(text.lower().split())
