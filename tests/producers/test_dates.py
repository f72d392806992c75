"""Dates as outlets write them (counting.md, Date and period; the table of the recorded data)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.dates import proven_order, read_claim, read_date

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FETCHED = datetime(2026, 7, 29, 6, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7/28/2026 4:01:00 PM", "2026-07-28 16:01"),
        ("7/8/2026 4:01:00\u202fPM", "2026-07-08 16:01"),
        ("7/8/2026 12:05:00 AM", "2026-07-08 00:05"),
    ],
)
def test_month_first(text, expected):
    assert hanoi(read_date(text, "month-first", HANOI)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 28 Jul 2026 18:50:00 +07", "2026-07-28 18:50"),
        ("Tue, 28 Jul 2026 20:39:42 +07:00", "2026-07-28 20:39"),
        ("Wed, 29 Jul 26 05:00:00 +0700", "2026-07-29 05:00"),
        ("Mon, 27 Jul 2026 18:04:40 GMT", "2026-07-28 01:04"),
        ("Tue, 28 Jul 2026 18:50 -0500", "2026-07-29 06:50"),
        ("Tue, 28 Jul 2026 18:50:00 EST", "2026-07-29 06:50"),
        ("Tue Jul 28 2026 18:50:00 GMT+0700 (Indochina Time)", "2026-07-28 18:50"),
        ("2026-07-28T18:50:00+07:00", "2026-07-28 18:50"),
        ("2026-07-28T18:50:00.123Z", "2026-07-29 01:50"),
        ("2026-07-08", "2026-07-08 00:00"),
        ("2026-07-08 18:50", "2026-07-08 18:50"),
        ("20260728185000", "2026-07-28 18:50"),
        ("7/8/2026 18:50", "2026-08-07 18:50"),
        ("Thứ ba, 28/07/2026 - 18:50", "2026-07-28 18:50"),
        ("Thứ 3, 28/07/2026, 18:50 (GMT+7)", "2026-07-28 18:50"),
        ("28/07/2026 18:50 (GMT+7)", "2026-07-28 18:50"),
        ("Chủ Nhật, ngày 26 tháng 7 năm 2026, 18h50", "2026-07-26 18:50"),
        ("18:50 | 28/07/2026", "2026-07-28 18:50"),
        ("Cập nhật lúc 18 giờ 50 phút, ngày 28/7/2026", "2026-07-28 18:50"),
        ("28/07/2026 6:50:00 CH", "2026-07-28 18:50"),
        ("28/07/2026 18:50 CH", "2026-07-28 18:50"),
        ("28-07-2026 18:50", "2026-07-28 18:50"),
        ("28.07.26", "2026-07-28 00:00"),
        ("Thứ ba, 24/11/2026 07:30", "2026-11-24 07:30"),
        ("24-11-2026, 07:30 (GMT+7)", "2026-11-24 07:30"),
        ("7:30 | 24/11/2026", "2026-11-24 07:30"),
        ("Thứ Ba, ngày 17/06/2025 | 08:39", "2025-06-17 08:39"),
        ("24-11-2026 | 07:30", "2026-11-24 07:30"),
        ("24/11/2026 • 07:30", "2026-11-24 07:30"),
        ("07:30, 24/11/2026", "2026-11-24 07:30"),
        ("Thứ Ba, 24 tháng 11 2026 7:30 SA", "2026-11-24 07:30"),
        ("Ngày đăng: 24/11/2026", "2026-11-24 00:00"),
        ("Đăng ngày 24-11-2026 07:30", "2026-11-24 07:30"),
        ("(24/11/2026 07:30)", "2026-11-24 07:30"),
        ("24/11/2026 - 07h30'", "2026-11-24 07:30"),
        ("28/07/2026 18:50 ICT", "2026-07-28 18:50"),
    ],
)
def test_every_other_form(text, expected):
    assert hanoi(read_date(text, "day-first", HANOI)) == expected


@pytest.mark.parametrize(
    "text",
    ["Đang cập nhật", "18:50", "hôm nay", "2 giờ trước", "Jul 2026", "2026", "10", "Monday", "28/7", "31/02/2026",
     "1785240000", "1785240000000", "1/1/0001 12:00:00 AM", "28 Jul 2026 18:50 XYZ", "9999-12-31T23:59:59-12:00"],
)  # fmt: skip
def test_what_is_no_full_date_is_never_now(text):
    assert read_date(text, "day-first", HANOI) is None


@given(st.text(max_size=40))
def test_whatever_is_written_a_date_or_nothing(text):
    found = read_date(text, "day-first", HANOI)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("texts", "flag"),
    [
        ((), "date-missing"),
        (("", " "), "date-missing"),
        (("Không rõ",), "date-unreadable"),
        (("31/12/1989 10:00",), "date-implausible"),
        (("01/01/1990 07:00",), None),
        (("30/07/2026 05:59",), None),
        (("30/07/2026 06:01",), "date-implausible"),
        (("Không rõ", "28/07/2026"), None),
        (("28/07/2036", "28/07/2026"), None),
    ],
)
def test_what_is_wrong_with_a_date(texts, flag):
    claim = read_claim(texts, "day-first", HANOI, FETCHED)
    assert claim.flag == flag
    assert (claim.moment is None) == (flag in {"date-missing", "date-unreadable"})


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["7/8/2026", "7/28/2026 4:01:00 PM"], "month-first"),
        (["7/8/2026", "28/7/2026"], "day-first"),
        (["7/8/2026", "08/07/2026"], None),
        (["Tue, 28 Jul 2026 18:50:00 +07", "2026-07-28"], None),
        (["7/28/2026", "28/7/2026"], None),
        ([], None),
    ],
)
def test_one_date_decides_the_order_of_a_feed(texts, order):
    assert proven_order(texts) == order


def hanoi(moment: datetime | None) -> str:
    assert moment is not None
    return moment.astimezone(HANOI).strftime("%Y-%m-%d %H:%M")
