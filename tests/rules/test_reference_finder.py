"""What stands around a name that has no number: who issued it, when, in which term, at which plenum, and about what."""

import pytest

from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.reference_finder import references
from stream_apps.rules.text import without_marks

SUBJECT = "về công tác dân số"
NAMED = [  # text, issuer, where it stands, terms, year, plenum
    ("nghị quyết của Bộ Chính trị {}", "politburo", "after", (), None, None),
    ("nghị quyết Bộ Chính trị {}", "politburo", "after", (), None, None),
    ("nghị quyết mới ban hành của Bộ Chính trị {}", "politburo", "after", (), None, None),
    ("nghị quyết quan trọng này của Bộ Chính trị {}", "politburo", "after", (), None, None),
    ("nghị quyết do Ban Bí thư ban hành {}", "secretariat", "after", (), None, None),
    ("nghị quyết mà Bộ Chính trị vừa ban hành {}", "politburo", "after", (), None, None),
    ("nghị quyết vừa được Bộ Chính trị thông qua {}", "politburo", "passive", (), None, None),
    ("Bộ Chính trị khóa XII đã ban hành nghị quyết {}", "politburo", "before", (12,), None, None),
    ("nghị quyết của Ban Chấp hành Trung ương khóa XII {}", "central_committee", "after", (12,), None, None),
    ("nghị quyết của BCH Trung ương Đảng (khóa XII) {}", "central_committee", "after", (12,), None, None),
    ("nghị quyết của Trung ương Đảng khóa X {}", "centre", "after", (10,), None, None),
    ("nghị quyết năm 2017 {}", None, "", (), 2017, None),
    ("nghị quyết (năm 2017) {}", None, "", (), 2017, None),
    ("nghị quyết ban hành năm 2017 {}", None, "", (), 2017, None),
    ("nghị quyết ngày 25/10/2017 của Trung ương {}", "centre", "after", (), 2017, None),
    ("nghị quyết của Bộ Chính trị ban hành tháng 10/2017 {}", "politburo", "after", (), 2017, None),
    ("Năm 2017, Trung ương ban hành nghị quyết {}", "centre", "before", (), 2017, None),
    ("nghị quyết {} của Bộ Chính trị", "politburo", "about", (), None, None),
    ("nghị quyết {} của Bộ Chính trị năm 2017", "politburo", "about", (), 2017, None),
    ("nghị quyết {} của Ban Chấp hành Trung ương khóa XII", "central_committee", "about", (12,), None, None),
    ("nghị quyết {} của Trung ương khóa XII", "centre", "about", (12,), None, None),
    ("nghị quyết {} của Hội nghị Trung ương 6 khóa XII", "central_committee", "about", (12,), None, 6),
    ("nghị quyết {} do Hội nghị Trung ương 6 (khóa XII) ban hành", "central_committee", "about", (12,), None, 6),
    ("nghị quyết mới đây của Hội nghị Trung ương 6 khóa XII {}", "central_committee", "after", (12,), None, 6),
    ("Hội nghị Trung ương 6 khóa XII đã ban hành nghị quyết {}", "centre", "before", (12,), None, 6),
    ("Hội nghị lần thứ sáu Ban Chấp hành Trung ương khóa XII đã thông qua nghị quyết {}", "central_committee", "before", (12,), None, 6),
    ("nghị quyết {} thực hiện kết luận của Bộ Chính trị", None, "", (), None, None),
    ("nghị quyết {} theo chủ trương của Bộ Chính trị", None, "", (), None, None),
    ("nghị quyết {} của Trung ương và địa phương", None, "", (), None, None),
    ("nghị quyết {} của ngành y tế. Hội nghị của Bộ Chính trị", None, "", (), None, None),
]  # fmt: skip


@pytest.mark.parametrize("spell", [str, str.upper, without_marks])
@pytest.mark.parametrize(("text", "issuer", "how", "terms", "year", "plenum"), NAMED)
def test_what_belongs_to_a_name_is_read_wherever_it_stands(text, issuer, how, terms, year, plenum, spell):
    (ref,) = read(spell(text.format(SUBJECT)) + ".")
    assert (ref.issuer and ref.issuer.code, ref.how, ref.terms, ref.plenum) == (issuer, how, terms, plenum)
    assert (ref.stated and ref.stated.year) == year
    assert ref.about.strip().startswith(spell(SUBJECT).lower())


@pytest.mark.parametrize("spell", [str, str.upper, without_marks])
@pytest.mark.parametrize(
    ("text", "local", "around"),
    [
        ("Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XI", True, False),
        ("Nghị quyết Đại hội XI Đảng bộ thành phố", True, False),
        ("Nghị quyết Đại hội Đảng thành phố lần thứ XI", True, False),
        ("Đại hội đại biểu Đảng bộ tỉnh lần thứ XI ra nghị quyết Đại hội XI", True, False),
        ("Nghị quyết Đại hội XI", False, False),
        ("Đại hội Đảng bộ tỉnh lần thứ XI bế mạc. Nghị quyết Đại hội XI có bốn khâu đột phá", False, True),
        ("Đại hội XI Đảng bộ tỉnh bế mạc. Nghị quyết Đại hội lần thứ XI có bốn khâu đột phá", False, True),
        ("Đại hội Đảng bộ tỉnh lần thứ XII bế mạc. Nghị quyết Đại hội XI được tổng kết", False, False),
        ("Đại hội Đảng bộ tỉnh lần thứ XI bế mạc. Nghị quyết Đại hội XI của Đảng được tổng kết", False, False),
        ("Đại hội XI của Đảng, Đại hội Đảng bộ tỉnh lần thứ XI. Nghị quyết Đại hội XI được tổng kết", False, False),
    ],
)  # fmt: skip
def test_a_congress_is_local_by_its_words_its_sentence_or_the_text_around(text, local, around, spell):
    (ref,) = read(f"{spell(text)}.")
    assert (ref.local, ref.local_around) == (local, around)


def read(text):
    return [
        placed.reference for placed in references(ArticleText((("body", text),), None, lambda _: None)).placed
    ]
