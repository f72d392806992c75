"""What holds for any text."""

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.catalogue import load_catalogue
from stream_apps.rules.link import Linker
from stream_apps.rules.text import fold_with_offsets

LINKER = Linker(load_catalogue())
PIECES = [
    "nghị quyết", "Nghị quyết số ", "NQ", "29-NQ/TW", " 54", "/2017/QH14", "Trung ương 8", " khóa XIII", "(khoá 12)",
    " của Bộ Chính trị", " của Quốc hội", " ngày 4/11/2013", ", ", " và ", ". ", "\n", "\u00a0", "–", "Đại hội XIII",
    "của Đảng", "Đảng bộ tỉnh", "chỉ thị 05", "nghi quyet so 57", "\u0301", "\u0323", "İ", "(", "bộ tứ trụ cột", "giáo dục",
]  # fmt: skip
WORDS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=30).map("".join)
DAYS = st.one_of(st.none(), st.dates(date(2001, 1, 1), date(2027, 1, 1)))


def linked(text, published=None):
    return [m.resolution for m in LINKER.link("", "", text, published) if m.status == "linked"]


@given(WORDS, WORDS, WORDS, DAYS)
@settings(max_examples=300, deadline=None)
def test_evidence_stands_where_it_says(title, lead, body, published):
    zones = {"title": title, "lead": lead, "body": body}
    for m in LINKER.link(title, lead, body, published):
        assert zones[m.zone][m.start : m.end] == m.surface
        assert m.surface
        assert (m.status == "linked") == (m.resolution is not None)
        assert m.family == "party" or m.resolution is None


@given(WORDS)
@settings(deadline=None)
def test_folding_keeps_the_way_back(text):
    folded = fold_with_offsets(text)
    assert folded.original(0, len(folded.text)) == (0, len(text))


@given(st.lists(st.sampled_from([57, 59, 66, 68, 70, 71, 72, 79]), min_size=1, max_size=5, unique=True))
def test_a_list_gives_what_its_members_give(numbers):
    day = date(2026, 2, 1)
    each = [name for n in numbers for name in linked(f"Nghị quyết số {n}-NQ/TW", day)]
    *first, last = map(str, numbers)
    listed = f"các Nghị quyết số {', '.join(first)}{' và ' if first else ''}{last}-NQ/TW"
    assert linked(listed, day) == each


UNRELATED = ["Giá rau tăng nhẹ sau mưa.", "Đội tuyển thắng hai trận liền.", "Trời Hà Tĩnh nắng đẹp!"]


@given(
    st.sampled_from(["Nghị quyết số 29-NQ/TW ngày 4/11/2013", "Nghị quyết 54", "Nghị quyết 128/NQ-CP"]),
    st.lists(st.sampled_from(UNRELATED), max_size=4),
    st.lists(st.sampled_from(UNRELATED), max_size=4),
)
@settings(deadline=None)
def test_unrelated_text_changes_nothing(text, before, after):
    assert linked("\n".join([*before, f"{text}.", *after])) == linked(f"{text}.")


@given(WORDS, DAYS)
@settings(max_examples=200, deadline=None)
def test_composed_and_decomposed_text_give_the_same(text, published):
    composed = unicodedata.normalize("NFC", text)
    assert linked(composed, published) == linked(unicodedata.normalize("NFD", composed), published)


HOSTILE = {
    "key words": "nghị quyết ", "numbers": "Nghị quyết 29 và ", "digits": "1234567890", "parentheses": "nghị quyết (((",
    "marks": "nghị quyết a\u0301\u0323", "bare marks": "\u0301\u0323", "symbols": "29-NQ/TW, ", "terms": "Nghị quyết Trung ương 4 khóa XI, ",
    "spaces": "nq" + " " * 2000, "list": "nghị quyết 18, 19, ", "line ends": "nghị\nquyết\n",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_the_text_and_not_faster(unit):
    def seconds(characters):
        text = "nghị quyết 57, " + unit * (characters // len(unit))
        start = time.process_time()
        LINKER.link("", "", text)
        return time.process_time() - start

    seconds(5_000)
    small, large = seconds(30_000), seconds(120_000)
    assert large < 4 * 2 * max(small, 0.02)
