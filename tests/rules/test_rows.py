"""The table of forms: what each gives, which rule must decide, and that no way of writing it changes the answer."""

import unicodedata
from datetime import date

import pytest

from config.catalogue import load_catalogue
from stream_apps.rules.link import Linker
from stream_apps.rules.text import OLD_STYLE, without_marks
from tests.rules.table import ROWS


def restyled(text, pairs):
    for a, b in pairs:
        text = text.replace(a, b).replace(a.upper(), b.upper())
    return text


VARIANTS = {
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "upper case": str.upper,
    "upper case, nfd": lambda text: unicodedata.normalize("NFD", text.upper()),
    "old-style tone marks": lambda text: restyled(text, OLD_STYLE.items()),
    "new-style tone marks": lambda text: restyled(text, ((old, new) for new, old in OLD_STYLE.items())),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "line ends": lambda text: text.replace("Nghị quyết", "Nghị\nquyết"),
    "long dashes": lambda text: text.replace("-", "–"),
    "Ð for Đ": lambda text: text.replace("Đ", "Ð"),
    "unrelated text around": lambda text: (
        f"Hôm nay trời đẹp, giá rau tăng nhẹ.\n\n{text}\n\nĐội tuyển thắng hai trận."
    ),
}


@pytest.fixture(scope="module")
def linker():
    return Linker(load_catalogue())


def links(linker, text, published):
    found = linker.link("", "", text, published)
    assert all(text[m.start : m.end] == m.surface for m in found)
    return [m.resolution for m in found if m.status == "linked"]


def test_the_table_is_broad():
    assert len({row.text for row in ROWS}) >= 250


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text[:60])
def test_the_right_documents_by_the_right_rule(row, linker):
    found = linker.link("", "", row.text, row.published)
    assert tuple(m.resolution or f"{m.family}:{m.status}" for m in found) == row.expected
    assert tuple(m.rule for m in found) == row.rules
    assert all(m.because for m in found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text[:60])
def test_no_way_of_writing_changes_the_links(row, linker):
    expected = links(linker, row.text, row.published)
    found = {name: links(linker, write(row.text), row.published) for name, write in VARIANTS.items()}
    assert found == dict.fromkeys(VARIANTS, expected)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text[:60])
def test_text_without_marks_gives_no_link_that_the_marks_did_not(row, linker):
    marked = links(linker, row.text, row.published)
    plain = links(linker, without_marks(row.text), row.published)
    assert set(plain) <= set(marked)
    if "Ư" not in row.text:  # TƯ without its mark may be TU, the province's
        assert plain == marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nghị quyết số 19-NQ/T.Ư khóa XII", ["NQ-19-TW-XII"]),  # the dot tells the centre from the province
        ("Nghị quyết T.Ư 4 khóa XII", ["TW-4-XII"]),
        ("Nghị quyết số 19-NQ/TU khóa XII", []),
        ("NQ 18/TU khóa XII", []),
        ("NQ/TU số 18 khóa XII", []),
        ("18/NQ-TU khóa XII", []),
        ("Nghị quyết 18-NQ/TU của Thành ủy khóa XII", []),
        ("Nghị quyết 18-NQ/TU của Ban Chấp hành Trung ương khóa XII", ["NQ-18-TW-XII"]),
        ("Nghị quyết 18-NQ/TƯ của Ban Chấp hành Trung ương khóa XII", ["NQ-18-TW-XII"]),
        ("Quốc hội đang có dự thảo nghị quyết quy định việc tổ chức thi hành Luật Đất đai", []),
        ("Nghị quyết của TU về cải cách tiền lương", []),
    ],
)
def test_without_marks_the_provinces_committee_is_not_the_centre(text, expected, linker):
    for way in (text, without_marks(text), without_marks(text).upper()):
        assert links(linker, f"{way}.", date(2019, 5, 1)) == expected


def test_a_zone_of_its_own_for_title_lead_and_body(linker):
    found = linker.link(
        "Nghị quyết 57-NQ/TW", "Nghị quyết 68-NQ/TW", "Nghị quyết 70-NQ/TW", date(2025, 10, 1)
    )
    assert [(m.zone, m.symbol, m.start) for m in found] == [
        ("title", "57-NQ/TW", 0),
        ("lead", "68-NQ/TW", 0),
        ("body", "70-NQ/TW", 0),
    ]


def test_a_title_is_understood_by_what_stands_below_it(linker):
    title, body = "Sức bật từ Nghị quyết 29", "Trường đổi mới căn bản, toàn diện giáo dục và đào tạo."
    assert [m.resolution for m in linker.link(title, "", body, date(2018, 10, 1))] == ["NQ-29-TW-XI"]
    assert not links(linker, f"{title}. Giá rau tăng nhẹ.", date(2018, 10, 1))
