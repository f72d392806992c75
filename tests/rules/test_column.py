"""The paper's own special column, where the source or the item states one."""

import pytest

from config.programme import Source
from stream_apps.rules.column import press_column
from stream_apps.rules.script import language_of


@pytest.mark.parametrize(
    ("categories", "column"),
    [
        (("Chuyên mục: Xây dựng Đảng",), "Xây dựng Đảng"),
        (("Thời sự", "CHUYÊN TRANG – Nghị quyết vào cuộc sống"), "Nghị quyết vào cuộc sống"),
        (("Chuyên mục “Đưa nghị quyết vào cuộc sống”",), "Đưa nghị quyết vào cuộc sống"),
        (("Chuyên mục Nông thôn mới",), "Nông thôn mới"),  # with combining marks
        (("Xây dựng Đảng", "Chuyên môn"), None),
        ((), None),
    ],
)
def test_a_category_that_says_that_it_is_one(categories, column):
    assert press_column(None, categories) == column


def test_what_the_source_states_comes_first():
    source = Source(id="a-b", kind="feed", url="https://bao.vn/rss", column="Xây dựng Đảng")
    assert press_column(source, ("Chuyên mục: Nông thôn mới",)) == "Xây dựng Đảng"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hội nghị quán triệt nghị quyết", "vi"),
        ("ការប្រជុំ នៅខេត្តហាវយ៉ាង", "km"),
        ("Nghị quyết bằng tiếng Khmer: ការ", "vi"),
        ("党的决议", "zh"),
        ("Hoi nghi quan triet nghi quyet", "other"),
    ],
)
def test_the_language_by_its_letters(text, language):
    assert language_of(text) == language
