"""When an undated text was written: between which days, and the best guess."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.dating import LABELLED, measure, share
from config.catalogue import load_catalogue
from stream_apps.rules.almanac import Almanac
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.dating import AFTERWARDS
from stream_apps.rules.text import OLD_STYLE, without_marks

CATALOGUE = load_catalogue()
ALMANAC = Almanac(CATALOGUE)
HELD = [
    (words, holder) for office in CATALOGUE.offices for words in office.office for holder in office.holders
]
WORDS = [(words, event.began) for event in CATALOGUE.events for words in event.words]
same_every_time = settings(derandomize=True, deadline=None, max_examples=100, database=None)


def writing(text, published=None):
    return ArticleText((("title", ""), ("body", text)), published, ALMANAC).writing


def spans(text):
    found = writing(text)
    return tuple(day and day.isoformat() for day in (found.earliest, found.latest))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("Thủ tướng Nguyễn Xuân Phúc chủ trì phiên họp.", "2016-04-07", "2021-06-04"),
        ("Thủ tướng Chính phủ Nguyễn Xuân Phúc chủ trì.", "2016-04-07", "2021-06-04"),
        ("Phó Thủ tướng Nguyễn Xuân Phúc làm trưởng ban.", "2011-08-03", "2016-06-06"),
        ("Phó Thủ tướng Thường trực Chính phủ Trương Hoà Bình nói", "2016-04-09", "2021-06-07"),
        ("Tổng Bí thư, Chủ tịch nước Nguyễn Phú Trọng thăm tỉnh", "2018-10-23", "2021-06-04"),
        ("Bộ trưởng Bộ Kế hoạch và Đầu tư Nguyễn Chí Dũng trình bày", "2016-04-08", "2025-04-29"),
        ("Bộ trưởng GD-ĐT Phùng Xuân Nhạ trả lời", "2016-04-08", "2021-06-07"),
        ("Bí thư Thành ủy TP. HCM Nguyễn Thiện Nhân dự", "2017-05-10", "2020-12-17"),
        # the same person in two offices, and one who was elected twice
        ("Bộ trưởng Công an Tô Lâm và Thủ tướng Phạm Minh Chính", "2021-04-05", "2024-08-05"),
        ("Chủ tịch nước Tô Lâm và Tổng Bí thư Nguyễn Phú Trọng", "2024-05-22", "2024-09-17"),
        ("Chủ tịch nước Tô Lâm và Thủ tướng Lê Minh Hưng", "2026-04-01", None),
        # what is past
        ("nguyên Thủ tướng Nguyễn Tấn Dũng thăm trường cũ", "2016-04-06", None),
        ("cựu Bộ trưởng Vũ Huy Hoàng bị truy tố", "2016-04-08", None),
        ("nguyên Tổng Bí thư, Chủ tịch nước Nguyễn Phú Trọng", None, None),
        ("khi đó là Thủ tướng Nguyễn Tấn Dũng đã ký", None, None),
        ("Thủ tướng Nguyễn Tấn Dũng lúc bấy giờ đã ký", None, None),
        ("Thủ tướng Phan Văn Khải từng nói. Thủ tướng Phạm Minh Chính nhắc lại.", "2021-04-05", "2026-06-29"),
        # who is no holder, or of another office
        ("Phó Bí thư Thành ủy Nguyễn Thiện Nhân", None, None),
        ("Thủ tướng Nhật Bản Shinzo Abe", None, None),
        ("Thủ tướng giao Phó Thủ tướng Vương Đình Huệ chỉ đạo", "2016-04-09", "2020-08-10"),
        ("Thủ tướng. Nguyễn Xuân Phúc là tên người", None, None),
        ("Bộ Tài nguyên, Thủ tướng Nguyễn Xuân Phúc", "2016-04-07", "2021-06-04"),
        # events, congresses, plenums
        ("sau đại dịch Covid-19", "2020-01-01", None),
        ("mô hình chính quyền địa phương 2 cấp", "2025-01-01", None),
        ("thực hiện Nghị quyết Đại hội XIII của Đảng", "2021-02-01", None),
        ("góp ý dự thảo Nghị quyết Đại hội XIII của Đảng", None, None),
        ("Nghị quyết Trung ương 6 khóa XII", "2017-10-25", None),
        ("Nghị quyết Trung ương 9 (khóa XII)", "2016-01-28", None),
        ("thực hiện Nghị quyết số 68-NQ/TW của Bộ Chính trị", "2025-05-04", None),
        ("thực hiện Nghị quyết số 18-NQ/TW", None, None),
        ("Nghị quyết 68/NQ-CP, 68-NQ/TU và 168-NQ/TW", None, None),
        # years and days
        ("Năm 2015 và năm 2016, tỉnh đã giao 300 ha.", "2015-01-01", "2018-12-31"),
        ("Ngày 24/11/2017, hội nghị đã diễn ra.", "2017-09-25", "2019-12-31"),
        ("Ngày 24 tháng 11 năm 2017, hội nghị", "2017-09-25", "2019-12-31"),
        ("Tháng 6/2017 tỉnh báo cáo.", "2017-04-02", "2019-12-31"),
        ("Mục tiêu đến năm 2030, tầm nhìn đến năm 2045", None, None),
        ("Nhiệm kỳ 2020-2025, giai đoạn 2021 - 2030, năm học 2020-2021", None, None),
        ("Số 20175, mã 120181", None, None),
        ("Hà Nội năm 2035 có 12 triệu dân", None, None),
        ("Từ cuối 2016, đầu 2017 và quý IV/2017, giá đã giảm.", "2016-01-01", "2019-12-31"),
        ("Hoàn thành trước hết năm 2020, đến cuối năm 2021", None, None),
        ("Áp dụng từ ngày 1/1/2018 và từ ngày 1/7/2018", "2017-01-01", "2020-12-31"),
        # a single year is too often one long past, and a law's says nothing of an end
        ("Nhà máy xây dựng năm 2009 nay xuống cấp.", "2008-01-01", None),
        ("Theo Luật Doanh nghiệp năm 2005 và Luật Đầu tư năm 2005", "2004-01-01", None),
        ("Nghị quyết 30a/2008/NQ-CP và 35/2009/QH12", "2008-01-01", None),
        # they contradict each other: what is older is history
        ("Năm 2014, năm 2015: Chủ tịch nước Trần Đại Quang", "2016-04-02", "2018-11-20"),
        ("Năm 2011, năm 2012: Tổng Bí thư Tô Lâm nhắc lại", "2024-08-03", None),
        ("Thủ tướng Nguyễn Tấn Dũng đã ký năm 2010. Tháng 3/2019, tỉnh báo cáo.", "2018-12-31", "2021-12-31"),
        ("Trời đẹp.", None, None),
    ],
)  # fmt: skip
def test_between_which_days(text, earliest, latest):
    assert spans(text) == (earliest, latest)
    assert spans(text.upper()) == (earliest, latest)
    assert spans(unicodedata.normalize("NFD", text)) == (earliest, latest)
    assert spans(without_marks(text)) == (earliest, latest)


def test_a_date_that_is_given_is_the_only_evidence():
    day = date(2019, 5, 6)
    found = writing("Tháng 6/2023, Tổng Bí thư Tô Lâm, Covid-19", day)
    assert (found.earliest, found.day, found.latest, found.stated) == (day, day, day, True)


def test_a_text_that_tells_nothing_has_no_date():
    found = writing("Nghị quyết số 29 về giáo dục")
    assert (found.earliest, found.day, found.latest, found.stated) == (None, None, None, False)


@pytest.mark.parametrize(("words", "holder"), HELD, ids=[f"{words} {holder.name}" for words, holder in HELD])
def test_every_holder_dates_a_text(words, holder):
    found = writing(f"Tại buổi lễ, {words} {holder.name} phát biểu.")
    assert found.earliest <= holder.began
    if holder.ended:
        assert found.latest is None or found.latest >= holder.ended + AFTERWARDS


@pytest.mark.parametrize(("words", "began"), WORDS, ids=[words for words, _ in WORDS])
def test_every_event_dates_a_text(words, began):
    assert writing(f"Sau khi có {words}, tỉnh đã báo cáo.").earliest == began


@pytest.mark.shared_data
def test_real_articles_whose_dates_are_hidden(shared_data):
    """Three of a hundred tell of what is to come as if it had come; hardly any is dated before its time."""
    found = measure(shared_data, LABELLED)
    assert len(found) > 200
    assert share([each.late_enough for each in found]) >= 0.99
    assert share([each.early_enough for each in found]) >= 0.96
    assert share([each.read.earliest is not None for each in found]) >= 0.6


PIECES = st.one_of(
    st.sampled_from([f"{words} {holder.name}, " for words, holder in HELD]),
    st.sampled_from([f"nguyên {words} {holder.name}. " for words, holder in HELD]),
    st.sampled_from([f"{words}, " for words, _ in WORDS]),
    st.dates(date(2001, 1, 1), date(2026, 12, 31)).map("ngày {0.day}/{0.month}/{0.year}, ".format),
    st.integers(2000, 2045).map("năm {}. ".format),
    st.sampled_from(["Nghị quyết Đại hội XII của Đảng, ", "Nghị quyết Trung ương 8 khóa XI. ", "đến năm ", "(", "khi đó "]),
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
@same_every_time
def test_no_interval_is_empty_and_the_guess_lies_within(text):
    found = writing(text)
    if found.earliest is None:
        assert (found.day, found.latest) == (None, None)
    else:
        assert found.earliest <= found.day <= (found.latest or date.max)


@given(st.lists(PIECES, max_size=8).map("".join))
@same_every_time
def test_the_way_of_writing_changes_nothing(text):
    found = writing(text)
    new = text
    for a, b in OLD_STYLE.items():
        new = new.replace(b, a)
    for other in (text.upper(), unicodedata.normalize("NFD", text), new, text.replace(" ", "\u00a0")):
        assert writing(other) == found


@given(st.lists(PIECES, max_size=6).map("".join), st.sampled_from(HELD))
@same_every_time
def test_more_evidence_never_dates_a_text_earlier(text, held):
    words, holder = held
    before, after = writing(text), writing(f"{text}. {words} {holder.name} dự.")
    assert after.earliest >= (before.earliest or date.min) - timedelta(0)
