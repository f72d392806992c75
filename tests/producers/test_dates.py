"""Dates as outlets write them (counting.md, Date and period; the table of the recorded data)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.item.dates import proven_order, read_claim, read_date

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


NEAR = datetime(2024, 9, 25, 10, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/09/2024 | 08:15 GMT+7 | Cập nhật 25/09/2024 09:00", "2024-09-24 08:15"),
        ("24/09/2024 08:15 (Cập nhật 09:00)", "2024-09-24 08:15"),
        ("Cập nhật: 25/09/2024 09:00 | Đăng: 24/09/2024 08:15", "2024-09-24 08:15"),
        ("Published: Sep 24, 2024 Updated: Sep 25, 2024", "2024-09-24 00:00"),
        ("Cập nhật 25/09/2024 09:00", "2024-09-25 09:00"),
        ("Thứ Ba, 24/9/2024, 08:15 (GMT+7)", "2024-09-24 08:15"),
        ("Thứ Ba, 24/9/2024 (24/09/2024 08:15)", None),
        ("24/9/2024 (22/8 năm Giáp Thìn)", "2024-09-24 00:00"),
        ("Thứ Ba, 24/9/2024 (tức ngày 22 tháng 8 năm Giáp Thìn), 08:15", "2024-09-24 08:15"),
        ("24/9/2024 - 22/8/2024 âm lịch", "2024-09-24 00:00"),
        ("(22/8 năm Giáp Thìn)", None),
        ("22/8/2024 âm lịch", None),
        ("22/8 (âm lịch)", None),
        ("22/8 ÂL", None),
        ("Ngày 22 tháng 8 năm Giáp Thìn", None),
        ("Mùng 3 tháng Giêng năm Giáp Thìn", None),
        ("24 Tháng Chín, 2024", "2024-09-24 00:00"),
        ("Tháng Chín 24, 2024", "2024-09-24 00:00"),
        ("24 tháng mười một, 2023", "2023-11-24 00:00"),
        ("24 tháng tư năm 2024", "2024-04-24 00:00"),
        ("24 tháng năm 2024", "2024-05-24 00:00"),
        ("24-Thg9-2024", "2024-09-24 00:00"),
        ("24 Th9, 2024", "2024-09-24 00:00"),
        ("Ngày 24 tháng 09 năm 2024 lúc 8 giờ 15 phút", "2024-09-24 08:15"),
        ("Tues, 24 Sep 2024", "2024-09-24 00:00"),
        ("Thurs, 19 Sept 2024 08:15", "2024-09-19 08:15"),
        ("Sept 24, 2024", "2024-09-24 00:00"),
        ("24/9/2024 8:15 SA", "2024-09-24 08:15"),
        ("3 giờ chiều 24/9/2024", "2024-09-24 15:00"),
        ("Sáng 24/9/2024", "2024-09-24 00:00"),
        ("chiều 22/8", "2024-08-22 00:00"),
        ("22 tháng 8", "2024-08-22 00:00"),
        ("Thứ Tư, 25/9, 08:15", "2024-09-25 08:15"),
        ("26/9", None),
        ("22/12", None),
        ("22/3", None),
        ("30/2", None),
        ("Hội nghị ngày 24/9", None),
        ("24/9/2024 - 26/9/2024", None),
        ("24/9 - 26/9/2024", None),
        ("24-26/9/2024", None),
        ("24/09/2024 08:15 | 25/09/2024 09:00", None),
        ("24/9/2024 10", None),
        ("12/2024", None),
        ("hôm qua", "2024-09-24 00:00"),
        ("08:15 hôm qua", "2024-09-24 08:15"),
        ("Hôm nay, 08:15", "2024-09-25 08:15"),
        ("2 giờ trước", "2024-09-25 00:00"),
        ("11 giờ trước", "2024-09-24 00:00"),
        ("10 giờ trước", None),
        ("3 ngày trước", None),
        ("vừa xong", "2024-09-25 00:00"),
        ("30 giây trước", "2024-09-25 00:00"),
        ("7h30 sáng nay", "2024-09-25 07:30"),
        ("8h tối qua", "2024-09-24 20:00"),
        ("đêm qua", None),
        ("Wed, 30 Nov -0001 00:00:00 +0000", None),
        ("-0001-11-30T00:00:00+00:00", None),
        ("-001-11-30T00:00:00+00:00", None),
        ("Tue, 24 Sep 2024 07:30:00 -0000", "2024-09-24 14:30"),
        ("Tue, 24 Sep 2024 07:30:00 +070", None),
        ("Tue, 24 Sep 2024 07:30:00 +0770", None),
        ("Tue, 24 Sep 2024 07:30:00 +2500", None),
        ("Tue Sep 24 07:30:00 +07 2024", "2024-09-24 07:30"),
        ("2024-09-24T07:30:00.000+07:00[Asia/Ho_Chi_Minh]", "2024-09-24 07:30"),
        ("2024-09-24+07:00", "2024-09-24 00:00"),
        ("Thứ Ba, 24-9-2024, 07:30 [GMT +7]", "2024-09-24 07:30"),
        ("24 / 9 / 2024", "2024-09-24 00:00"),
        ("24. 9. 2024, 07:30", "2024-09-24 07:30"),
        ("24–09–2024", "2024-09-24 00:00"),
        ("24‑09‑2024 07:30", "2024-09-24 07:30"),
        ("24∕09∕2024", "2024-09-24 00:00"),
        ("\u200e24/09/2024\u200f", "2024-09-24 00:00"),
        ("24/09/2024 07.30", "2024-09-24 07:30"),
        ("24/09/2024 - 7:5", "2024-09-24 07:05"),
        ("24/09/2024 7:30:5", "2024-09-24 07:30"),
        ("7h 24/9/2024", "2024-09-24 07:00"),
        ("1h trưa 24/9/2024", "2024-09-24 13:00"),
        ("11h trưa 24/9/2024", "2024-09-24 11:00"),
        ("24/09/2024 07:30 24/09/2024 07:30", "2024-09-24 07:30"),
        ("T.Ba, 24 Th9 2024 07:30:00 +0700", "2024-09-24 07:30"),
        ("Ba, 24 Thg 9 2024", "2024-09-24 00:00"),
        ("Hà Nội, ngày 24 tháng 9 năm 2024", "2024-09-24 00:00"),
        ("Nguyễn Văn A - 24/9/2024 07:30", "2024-09-24 07:30"),
        ("(NLĐO) - 24/9/2024", "2024-09-24 00:00"),
        ("VOV.VN - 24/9/2024", "2024-09-24 00:00"),
        ("Ngày tạo: 24/9/2024 07:30", "2024-09-24 07:30"),
        ("Sửa lần cuối 24/9/2024", "2024-09-24 00:00"),
        ("24/9/2024 (22-8-Giáp Thìn)", "2024-09-24 00:00"),
        ("24/9/2024 (22 tháng Tám Giáp Thìn)", "2024-09-24 00:00"),
        ("22 tháng Tám năm Giáp Thìn", None),
        ("Hội nghị ngày 24/9/2024", None),
        ("Ngày hết hạn: 24/9/2024", None),
        ("Hết hạn - 24/9/2024", None),
        ("Số 12/2024 - 24/9/2024", None),
        ("Lượt xem: 120 - 24/9/2024", None),
        ("từ 24 đến 26/9/2024", None),
        ("sáng 24 và chiều 25/9/2024", None),
        ("24/9/2567", None),
        ("24 tháng 9 năm 2567", None),
    ],
)
def test_dates_beside_other_words(text, expected):
    """Read where only one day can be meant; else flagged, with the text kept."""
    claim = read_claim([text], "day-first", HANOI, NEAR)
    if expected:
        assert (hanoi(claim.moment), claim.flag) == (expected, None)
    else:
        assert (claim.flag in {"date-unreadable", "date-implausible"}, claim.text) == (True, text)


def test_a_day_without_a_year_is_the_nearest_one_behind():
    january = datetime(2025, 1, 5, 10, tzinfo=HANOI)
    assert hanoi(read_claim(["chiều 22/12"], "day-first", HANOI, january).moment) == "2024-12-22 00:00"
    assert hanoi(read_claim(["12/22"], "month-first", HANOI, january).moment) == "2024-12-22 00:00"


@given(st.dates(date(2024, 1, 1), date(2024, 12, 28)), st.sampled_from(["{}", "{} | 08:15", "Thứ Hai, {}", "({})", "{} 8:15 CH"]))  # fmt: skip
def test_two_different_days_are_never_one_of_them(day, around):
    later = day + timedelta(days=1)
    for written in ("%d/%m/%Y", "%d-%m-%Y", "Ngày %d tháng %m năm %Y", "%d %b %Y"):
        text = f"{around.format(day.strftime(written))} - {later.strftime(written)}"
        assert read_date(text, "day-first", HANOI) is None, text


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
