"""A text may break off at any letter of a name: it then waits, and is never linked to another document."""

import unicodedata
from datetime import date

import pytest

from config.catalogue import load_catalogue
from stream_apps.rules.link import Linker
from stream_apps.rules.text import without_marks

WRITTEN_ON = date(2026, 7, 29)
BEFORE = "Hội nghị toàn quốc triển khai Nghị quyết "
NAMES = {  # name → letters that are left at least, and what waits
    "Trung ương": (2, "TW-3-XIV"),
    "Hội nghị Trung ương": (2, "TW-3-XIV"),
    "Hội nghị lần thứ": (2, "TW-3-XIV"),
    "Hội nghị Ban Chấp hành Trung ương": (2, "TW-3-XIV"),
    "Đại hộ": (2, "DH-XIV"),
    "Đại hội Đảng": (9, "DH-XIV"),
    "Đại hội đại biểu": (9, "DH-XIV"),
}
CUT = [
    (name[:length], right) for name, (least, right) in NAMES.items() for length in range(least, len(name) + 1)
]
WAYS = {
    "as it is": str,
    "upper case": str.upper,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "without marks": without_marks,
}


@pytest.fixture(scope="module")
def linker():
    return Linker(load_catalogue())


@pytest.mark.parametrize("zone", ["lead", "body"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("ending", ["", "…", "...", " […]"])
def test_a_cut_name_waits_for_what_it_may_have_been(linker, zone, way, ending):
    for cut, right in CUT:
        text = way(BEFORE + cut) + ending
        found = linker.link("", text if zone == "lead" else "", text if zone == "body" else "", WRITTEN_ON)
        waiting = [m for m in found if m.status == "ambiguous"]
        assert not [m for m in found if m.status == "linked"], text
        assert [right in m.candidates for m in waiting] == [True], text
        assert waiting[0].surface == text[waiting[0].start : waiting[0].end]


def test_it_waits_for_none_that_was_held_later(linker):
    [found] = linker.link("", "", f"{BEFORE}Trung ươ", date(2018, 6, 1))
    assert found.candidates[0] == "TW-7-XII"


@pytest.mark.parametrize("numeral", ["X", "XI", "XII"])
def test_a_cut_numeral_may_be_that_of_a_later_congress(linker, numeral):
    [found] = linker.link("", "", f"{BEFORE}Đại hội {numeral}…", WRITTEN_ON)
    assert found.status == "ambiguous"
    assert {"DH-XIII", f"DH-{numeral}"} <= set(found.candidates)


@pytest.mark.parametrize(
    "text",
    [
        f"{BEFORE}Trung ương.",
        f"{BEFORE}của Trung ương",
        f"{BEFORE}T",
        f"{BEFORE}Đại hội",
        f"{BEFORE}Đại hội Đảng bộ tỉnh…",
        "Triển khai nghị quyết trường học…",
    ],
)
def test_a_text_that_does_not_break_off_in_a_name_does_not_wait(linker, text):
    assert not [m for m in linker.link("", "", text, WRITTEN_ON) if m.status != "general"]


def test_what_is_linked_stays_linked(linker):
    [found] = linker.link("", "", f"{BEFORE}Đại hội XIV…", WRITTEN_ON)
    assert (found.status, found.resolution) == ("linked", "DH-XIV")


def test_a_title_is_whole(linker):
    assert not linker.link(f"{BEFORE}Trung", "", "", WRITTEN_ON)
