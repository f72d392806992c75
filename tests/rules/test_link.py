"""Which documents a text mentions, and which rule decided: rows of sentences."""

import unicodedata
from datetime import date

import pytest

from config.catalogue import load_catalogue
from stream_apps.rules.link import Linker, linked


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def linker(catalogue):
    return Linker(catalogue)


IN_2024 = date(2024, 5, 14)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Nghị quyết số 29-NQ/TW ngày 17/11/2022 của Ban Chấp hành Trung ương", ["NQ-29-TW-XIII"]),
        ("Nghị quyết số 29-NQ/TW ngày 4 tháng 11 năm 2013", ["NQ-29-TW-XI"]),
        ("NQ 29-NQ/TW khóa XI", ["NQ-29-TW-XI"]),
        ("Nghị quyết 29–NQ/TW (khoá XIII)", ["NQ-29-TW-XIII"]),
        ("NGHỊ QUYẾT SỐ 42-NQ/TW", ["NQ-42-TW-XIII"]),
        ("Nghị quyết số 42-NQ/TƯ", ["NQ-42-TW-XIII"]),
        ("nghi quyet so 13-NQ/TW ngay 2/4/2022 cua Bo Chinh tri", ["NQ-13-TW-XIII"]),
        ("các Nghị quyết số 42, 43, 44 và 45-NQ/TW khóa XIII", [f"NQ-{n}-TW-XIII" for n in (42, 43, 44, 45)]),
        ("Nghị quyết số 18, 19-NQ/TW khóa XII", ["NQ-18-TW-XII", "NQ-19-TW-XII"]),
        ("Nghị quyết Trung ương 8 khóa XIII", ["TW-8-XIII"]),
        ("Nghị quyết Trung ương 8 (khóa XIII)", ["TW-8-XIII"]),
        ("NQ TW8 khóa 13", ["TW-8-XIII"]),
        ("Nghị quyết Hội nghị lần thứ tám Ban Chấp hành Trung ương Đảng khóa XIII", ["TW-8-XIII"]),
        ("Nghị quyết Trung ương 4 khóa XI, XII", ["TW-4-XI", "TW-4-XII"]),
        ("Nghị quyết Đại hội XIII của Đảng", ["DH-XIII"]),
        ("Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII của Đảng", ["DH-XIII"]),
        ("Nghị quyết Đại hội Đảng lần thứ 13", ["DH-XIII"]),
        ("Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XIV", []),
        ("Nghị quyết số 128/NQ-CP của Chính phủ", []),
        ("Nghị quyết số 43/2022/QH15 của Quốc hội", []),
        ("Nghị quyết số 05/2021/NQ-HĐND của Hội đồng nhân dân tỉnh", []),
        ("Nghị quyết số 04-NQ/TU của Tỉnh ủy", []),
        ("Nghị quyết số 18-NQ/TW", []),
        ("Nghị quyết số 999-NQ/TW", []),
        ("Không nhắc văn bản nào", []),
    ],
)
def test_the_words_decide_document_and_term(text, ids, linker):
    for spelled in (text, unicodedata.normalize("NFD", text)):
        mentions = linker.link("", "", spelled, IN_2024)
        assert [m.resolution for m in mentions if m.status == "linked"] == ids
        for mention in mentions:
            assert spelled[mention.start : mention.end] == mention.surface


@pytest.mark.parametrize(
    ("text", "status", "family"),
    [
        ("Nghị quyết số 18-NQ/TW", "ambiguous", "party"),
        ("Nghị quyết số 99-NQ/TW", "unlisted", "party"),
        ("Nghị quyết số 128/NQ-CP", "unlisted", "state"),
        ("Nghị quyết số 04-NQ/TU", "unlisted", "local_party"),
    ],
)
def test_what_is_not_linked_says_why(text, status, family, linker):
    (mention,) = linker.link(text, "", "", IN_2024)
    assert (mention.status, mention.family, mention.resolution) == (status, family, None)


def test_what_the_text_established_decides_what_it_says_later(linker):
    text = (
        "Nghị quyết số 18-NQ/TW ngày 25/10/2017 được sơ kết. Theo Nghị quyết 18-NQ/TW, bộ máy tinh gọn hơn."
    )
    assert [m.resolution for m in linker.link("", "", text, IN_2024)] == ["NQ-18-TW-XII", "NQ-18-TW-XII"]


def test_a_plenum_follows_the_documents_that_it_issued(linker, catalogue):
    mentions = linker.link("Nghị quyết số 42-NQ/TW và Nghị quyết số 43-NQ/TW khóa XIII", "", "", IN_2024)
    assert linked(mentions, catalogue) == ("NQ-42-TW-XIII", "TW-8-XIII", "NQ-43-TW-XIII")


def test_a_document_of_the_programmes_own_is_of_the_local_family(tmp_path):
    entry = "kind: local, issuer: local, title: Về chuyển đổi số của tỉnh}\n"
    path = tmp_path / "resolutions.yaml"
    path.write_text("- {id: NQ-04-TU, symbol: 04-NQ/TU, " + entry, "utf-8")
    text = "Nghị quyết số 04-NQ/TU và Nghị quyết số 05-NQ/TU của Tỉnh ủy"
    own, other = Linker(load_catalogue(path)).link("", "", text, IN_2024)
    assert (own.resolution, own.family, own.status, own.rule) == (
        "NQ-04-TU",
        "local_party",
        "linked",
        "local",
    )
    assert (other.resolution, other.family, other.status) == (None, "local_party", "unlisted")
