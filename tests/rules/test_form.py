"""Exactly one form, by the first rule that applies (counting.md, Form)."""

import unicodedata

import pytest

from config.form_markers import load_forms
from config.programme import Outlet, Source
from stream_apps.rules.channel import channel
from stream_apps.rules.form import FormRule
from stream_apps.rules.text import without_marks

WORDS = "một hai ba bốn năm "


@pytest.mark.parametrize(
    ("stated", "media", "title", "url", "text", "form"),
    [
        ("infographic", ["audio/mpeg"], "Video: lễ hội", None, "", "infographic"),
        (None, ["audio/mpeg"], "Video: lễ hội", None, "", "audio"),
        (None, ["image/jpeg", "video/mp4"], "Thời sự", None, "", "video"),
        (None, ["image/jpeg"], "Thời sự", None, WORDS, "brief"),
        (None, [], "Infographic: 42-NQ/TW", None, "", "infographic"),
        (None, [], "INFOGRAPHICS Toàn cảnh nghị quyết", None, "", "infographic"),
        (None, [], "Toàn cảnh nghị quyết [Đồ họa]", None, "", "infographic"),
        (None, [], "Toàn cảnh nghị quyết - đồ hoạ", None, "", "infographic"),
        (None, [], "Đồ họa 3D: Cầu mới ở Vị Thanh", None, "", "graphic_3d"),
        (None, [], "Cầu mới ở Vị Thanh (3D)", None, "", "graphic_3d"),
        (None, [], "Clip: đua ghe ngo", None, "", "video"),
        (None, [], "Truyền hình Việt Nam kỷ niệm ngày thành lập", None, WORDS, "brief"),
        (None, [], "Ảnh hưởng của bão số 3", None, WORDS, "brief"),
        (None, [], "Chùm ảnh lễ hội ở Ngã Bảy", None, "", "photo"),
        (None, [], "[Ảnh] Lễ hội ở Ngã Bảy", None, "", "photo"),
        (None, [], "Podcast Chuyện quê", None, "", "audio"),
        (None, [], "E-Magazine: Đất chín rồng", None, "", "multimedia"),
        (None, [], "Lễ hội", "https://nhandan.vn/chum-anh/le-hoi-1.html", "", "photo"),
        (None, [], "Lễ hội", "https://vov.vn/Video/le-hoi-2.vov", "", "video"),
        (None, [], "Lễ hội", "https://a.vn/video-nong-nghiep/le-hoi.html", WORDS, "brief"),
        (None, [], "Lễ hội", None, WORDS * 50, "brief"),
        (None, [], "Lễ hội", None, WORDS * 50 + "nữa", "article"),
        (None, [], "Lễ hội", None, "", "article"),
    ],
)
def test_the_first_rule_that_applies_decides(stated, media, title, url, text, form):
    assert FormRule(load_forms(), 250).classify(stated, media, title, url, text) == form


MARKERS = {
    "Chùm ảnh": "photo",
    "Phóng sự ảnh": "photo",
    "Đồ họa": "infographic",
    "Infographic": "infographic",
    "Đồ họa 3D": "graphic_3d",
    "Video": "video",
    "Truyền hình": "video",
    "Phát thanh": "audio",
    "Podcast": "audio",
    "Đa phương tiện": "multimedia",
}


@pytest.mark.parametrize(
    "title", ["{}: Lễ hội ở Ngã Bảy", "[{}] Lễ hội ở Ngã Bảy", "({}) Lễ hội", "Lễ hội | {}"]
)
@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_counts_however_the_title_is_typed(marker, title):
    typed = title.format(marker)
    ways = {
        typed,
        typed.upper(),
        unicodedata.normalize("NFD", typed),
        without_marks(typed),
        without_marks(typed).upper(),
    }
    assert {way: in_title(way) for way in ways} == dict.fromkeys(ways, MARKERS[marker])


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("Chum anh le hoi o Nga Bay", "photo"),
        ("[ANH] Le hoi o Nga Bay", "photo"),
        ("Anh: Thu tuong tu chuc", "brief"),
        ("Bao dong o London (Anh)", "brief"),
        ("Lu lut gay thiet hai - Anh", "brief"),
        ("Anh nong dan lam giau", "brief"),
        ("Anh: Thủ tướng từ chức", "brief"),
        ("Ảnh: Lễ hội ở Ngã Bảy", "photo"),
        ("Chum anhdao no ro", "brief"),
        ("Videoclub dau tien", "brief"),
        ("Truyen hinh Viet Nam ky niem", "brief"),
        ("Lam do hoa cho bao", "brief"),
    ],
)
def test_a_word_that_only_looks_like_a_marker_is_none(title, form):
    assert in_title(title) == form


def in_title(title):
    return FormRule(load_forms(), 250).classify(None, [], title, None, WORDS)


@pytest.mark.parametrize(
    ("level", "medium", "stated", "expected"),
    [
        ("central", "newspaper", None, "central_press"),
        ("central", "agency", None, "central_press"),
        ("central", "portal", None, "central_press"),
        ("provincial", "newspaper", None, "local_press"),
        ("district", "portal", None, "local_press"),
        ("central", "radio", None, "radio"),
        ("provincial", "television", None, "television"),
        ("commune", "loudspeaker", None, "loudspeaker"),
        ("central", "social", None, "social"),
        ("central", "newspaper", "digital", "digital"),
    ],
)
def test_the_channel_is_the_sources_own_else_the_outlets(level, medium, stated, expected):
    source = Source(id="s", kind="feed", url="https://a.vn/rss", channel=stated)
    assert channel(Outlet(id="a", name="A", level=level, medium=medium), source) == expected
