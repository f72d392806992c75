"""Whether a text names the programme's places (counting.md, Scope)."""

import unicodedata

import pytest

from config.programme import PressOffice
from stream_apps.rules.scope import ScopeRule

OFFICE = PressOffice.model_validate(
    {
        "id": "hau-giang",
        "name": "Hậu Giang",
        "places": [
            "Hậu Giang",
            "Vị Thanh",
            "Hòa An",
            "Châu Thành A",
            {"name": "Châu Thành", "with": ["Hậu Giang"]},
        ],
        "not_places": ["Dược Hậu Giang", "đường Hậu Giang", "sông Hậu Giang"],
    }
)


@pytest.mark.parametrize(
    ("texts", "places"),
    [
        (("Hậu Giang đẩy mạnh chuyển đổi số", "", ""), ["Hậu Giang"]),
        (("HẬU GIANG ĐẨY MẠNH CHUYỂN ĐỔI SỐ", "", ""), ["Hậu Giang"]),
        ((unicodedata.normalize("NFD", "Tỉnh Hậu Giang"), "", ""), ["Hậu Giang"]),
        (("", "", "Ở thành phố Vị\u00a0Thanh, nông dân phấn khởi."), ["Vị Thanh"]),
        (("", "Xã Hoà An vào vụ mới", ""), ["Hòa An"]),
        (("Hau Giang trien khai nghi quyet", "", ""), ["Hậu Giang"]),
        (("Hau Giang trien khai nghi quyet", "", "Bài viết có dấu không nhắc nơi nào."), ["Hậu Giang"]),
        (("", "", "Hau Giang viết không dấu giữa một câu có dấu thì không tính."), []),
        (("Huyện Châu Thành khởi công cầu", "", ""), []),
        (("Huyện Châu Thành khởi công cầu", "", "Tỉnh Hậu Giang hỗ trợ vốn."), ["Hậu Giang", "Châu Thành"]),
        (("Huyện Châu Thành A khởi công cầu", "", ""), ["Châu Thành A"]),
        (("Dược Hậu Giang báo lãi", "", ""), []),
        (("Kẹt xe trên đường Hậu Giang, quận 6", "", ""), []),
        (("duong Hau Giang ket xe", "", ""), []),
        (("Sạt lở bờ sông Hậu Giang", "", "Lãnh đạo tỉnh Hậu Giang thị sát."), ["Hậu Giang"]),
        (("Hậu Giangs", "", "xHậu Giang"), []),
        (("", "", ""), []),
    ],
)
def test_places_are_whole_words_in_any_spelling(texts, places):
    assert list(ScopeRule(OFFICE).places(texts)) == places


def test_an_office_without_places_has_none_in_scope():
    assert ScopeRule(PressOffice(id="x", name="X")).places(("Hậu Giang",)) == ()
