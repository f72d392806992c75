"""Exactly one form, by the first rule that applies (counting.md, Form)."""

import pytest

from config.forms import load_forms
from config.programme import Outlet, Source
from stream_apps.rules.channel import channel
from stream_apps.rules.form import FormRule

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
    assert FormRule(load_forms(), 250).decide(stated, media, title, url, text) == form


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
