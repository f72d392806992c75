"""What corrections teach: numbers with what they mean, phrases with what they are about, and nothing else."""

from dataclasses import replace
from datetime import date
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.catalogue import load_catalogue
from config.learned import Learned, read_learned
from stream_apps.rules.link import Linker
from stream_apps.rules.teacher import MOST_PHRASES, TaughtArticle, Teacher
from stream_apps.rules.weighing.learned_model import with_learned
from stream_apps.rules.weighing.model import shipped_model
from stream_apps.rules.weighing.syllables import shown, words_of

CATALOGUE = load_catalogue()
SHIPPED = Linker(CATALOGUE)
TEACHER = Teacher(CATALOGUE, ["Hậu Giang", "Vị Thanh"])
BARE = "Chi bộ ấp học tập Nghị quyết {}, ba trăm đảng viên tham dự."
IN_2024 = date(2024, 5, 14)
OWN = """
- id: NQ-97-TW-XIV
  symbol: 97-NQ/TW
  kind: resolution
  issuer: politburo
  term: XIV
  issued: 2026-09-15
  title: "Về phát triển nghề nuôi cá tầm vùng hồ thủy điện"
  certainty: "number and date seen"
  source: "Văn phòng Tỉnh ủy"
"""


def told(text, *right, published=IN_2024, story=None):
    return TaughtArticle("", "", text, published, frozenset(right), story or f"{text} {right}")


def learned(*articles):
    return TEACHER.learned([TEACHER.read(article) for article in articles])


def linker_with(found):
    return Linker(replace(CATALOGUE, learned=found))


@pytest.mark.parametrize(
    ("text", "right", "meant"),
    [
        (BARE.format(29), ["NQ-29-TW-XIII"], {("NQ 29", "NQ-29-TW-XIII"): 1.0}),
        (BARE.format(29), [], {("NQ 29", ""): 1.0}),
        (BARE.format(29), ["NQ-42-TW-XIII"], {("NQ 29", ""): 1.0}),
        (BARE.format("29 và Nghị quyết 29"), ["NQ-29-TW-XI"], {("NQ 29", "NQ-29-TW-XI"): 1.0}),
        (
            BARE.format(29),
            ["NQ-29-TW-XI", "NQ-29-TW-XIII"],
            {("NQ 29", "NQ-29-TW-XI"): 0.5, ("NQ 29", "NQ-29-TW-XIII"): 0.5},
        ),
        ("Hậu Giang học tập Nghị quyết Trung ương 8.", ["TW-8-XII"], {("TW 8", "TW-8-XII"): 1.0}),
        ("Hậu Giang học tập Chỉ thị 05.", ["CT-05-TW-XII"], {("CT 5", "CT-05-TW-XII"): 1.0}),
        ("Nghị quyết số 29-NQ/TW khóa XIII được học tập.", ["NQ-29-TW-XIII"], {}),  # says it outright
        ("Nghị quyết 29 của Quốc hội được học tập.", [], {}),
        ("Hậu Giang trồng thêm ba trăm héc-ta khóm.", ["NQ-29-TW-XIII"], {}),
    ],
)  # fmt: skip
def test_a_number_means_what_the_correction_says(text, right, meant):
    assert TEACHER.read(told(text, *right)).meant == meant


def test_articles_are_counted_by_half_year():
    found = learned(
        *(told(BARE.format(29), "NQ-29-TW-XIII", published=date(2024, month, 1)) for month in (1, 6, 7)),
        told(BARE.format(29), published=date(2023, 12, 31)),
    )
    assert found.habits == {"NQ 29": {"NQ-29-TW-XIII": {4048: 2.0, 4049: 1.0}, "": {4047: 1.0}}}
    assert found.corrections == 4


CORRECTED = [
    (BARE.format(29), IN_2024, "NQ-29-TW-XIII"),
    (BARE.format(29), IN_2024, "NQ-29-TW-XI"),
    (BARE.format(27), IN_2024, "NQ-27-TW-XIII"),
    ("Hậu Giang học tập Nghị quyết Trung ương 8 cho đảng viên.", date(2021, 3, 14), "TW-8-XII"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "published", "right"), CORRECTED)
def test_what_was_corrected_often_enough_is_linked(text, published, right):
    """Whichever of its documents it is: the shipped model leaves each of them to a human."""
    (before,) = SHIPPED.link("", "", text, published)
    assert (before.status, right in before.candidates) == ("ambiguous", True)
    probable = [dict(before.ranked)[right]]
    for articles in (2, 16):
        found = learned(*[told(text, right, published=published)] * articles)
        (after,) = linker_with(found).link("", "", text, published)
        probable.append(dict(after.ranked)[right])
    assert probable == sorted(set(probable))
    assert (after.status, after.resolution) == ("linked", right)


def test_what_was_corrected_to_nothing_is_left_alone():
    found = learned(*[told(BARE.format(29))] * 16)
    assert linker_with(found).link("", "", BARE.format(29), IN_2024) == ()


def test_what_says_it_outright_is_what_it_says_whatever_was_corrected():
    text = "Nghị quyết số 29-NQ/TW khóa XI về giáo dục được học tập."
    found = learned(*[told(BARE.format(29), "NQ-29-TW-XIII")] * 16)
    (mention,) = linker_with(found).link("", "", text, IN_2024)
    assert (mention.status, mention.resolution) == ("linked", "NQ-29-TW-XI")


def test_without_the_file_nothing_drifts():
    empty = Learned(format=1, corrections=0, habits={}, subjects={})
    assert with_learned(shipped_model(), None) is shipped_model()
    assert with_learned(shipped_model(), empty) == shipped_model()


HABITS = st.dictionaries(
    st.sampled_from(["NQ 29", "NQ 57", "TW 4", "DH 13", "CT 5"]),
    st.dictionaries(
        st.sampled_from(["", "NQ-29-TW-XIII", "NQ-57-TW-XIII", "TW-4-XII"]),
        st.dictionaries(st.integers(4020, 4053), st.sampled_from([0.5, 1.0, 7.0]), min_size=1),
        min_size=1,
    ),
    min_size=1,
)


@settings(derandomize=True, deadline=None, max_examples=25, database=None)
@given(HABITS)
def test_habits_add_up(habits):
    model = shipped_model()
    before = {form: {n: dict(t) for n, t in names.items()} for form, names in model.habits.items()}
    both = with_learned(model, Learned(format=1, corrections=1, habits=habits, subjects={})).habits
    for form in {*before, *habits}:
        for name in {*before.get(form, {}), *habits.get(form, {})}:
            shipped, own = before.get(form, {}).get(name, {}), habits.get(form, {}).get(name, {})
            sums = {time: shipped.get(time, 0.0) + own.get(time, 0.0) for time in {*shipped, *own}}
            assert both[form][name] == sums
    assert model.habits == before  # of those who share it


# Rows of our own: what a document is about, in words that its entry does not have.
ABOUT = "Hậu Giang quán triệt Nghị quyết 29 về {} nhằm hỗ trợ bà con."
ELSE = "Hậu Giang quán triệt Nghị quyết 42 về {} nhằm hỗ trợ bà con."
PHRASE = "vỏ trấu ép viên"


def taught(text, right, times=3):
    return [told(f"Ngày {day}. {text}", right) for day in range(1, times + 1)]


def test_what_is_said_beside_a_number_again_and_again_is_its_subject():
    found = learned(*taught(ABOUT.format(PHRASE), "NQ-29-TW-XIII"))
    assert "vỏ trấu ép" in found.subjects["NQ-29-TW-XIII"]
    assert all(0 < weight <= 0.6 for weight in found.subjects["NQ-29-TW-XIII"].values())
    text = f"Bà con nghe nói Nghị quyết 29, ai cũng mong {PHRASE}."
    base, own = (
        SHIPPED.link("", "", text, IN_2024),
        linker_with(found).link("", "", text, IN_2024),
    )
    without = found.model_copy(update={"subjects": {}})
    (by_habit,) = linker_with(without).link("", "", text, IN_2024)
    assert dict(own[0].ranked)["NQ-29-TW-XIII"] > dict(by_habit.ranked)["NQ-29-TW-XIII"]
    assert not base or base[0].resolution is None


@pytest.mark.parametrize(
    "articles",
    [
        taught(ABOUT.format(PHRASE), "NQ-29-TW-XIII", times=2),
        taught(ABOUT.format(PHRASE), "NQ-42-TW-XIII"),  # the number means another one
        taught(ABOUT.format("Hậu Giang, Vị Thanh"), "NQ-29-TW-XIII"),
        taught(ABOUT.format("công tác cán bộ, đảng viên của Bộ Chính trị"), "NQ-29-TW-XIII"),
        taught(ABOUT.format("năm 2024, 29 và 2030"), "NQ-29-TW-XIII"),
        taught(f"{ABOUT.format(PHRASE)[:-1]}, Nghị quyết 42 cũng thế.", "NQ-29-TW-XIII"),
        [told(f"Ngày {day}. {ABOUT.format(PHRASE)}", "NQ-29-TW-XIII", story="a") for day in range(9)],
        taught("Hau Giang quan triet Nghi quyet 29 ve vo trau ep vien.", "NQ-29-TW-XIII"),
    ],
    ids=["too few", "another document", "places", "bodies", "figures", "two documents", "copies", "no marks"],
)  # fmt: skip
def test_what_may_be_of_any_document_is_no_subject(articles):
    phrases = learned(*articles).subjects.get("NQ-29-TW-XIII", {})
    assert [
        each for each in phrases if any(word in each for word in ("trấu", "hậu", "vị", "bộ", "2024", "trau"))
    ] == []


def test_what_stands_beside_other_documents_as_often_is_no_subject():
    both = [
        *taught(ABOUT.format(f"{PHRASE} và nuôi lươn không bùn"), "NQ-29-TW-XIII"),
        *taught(ELSE.format(PHRASE), "NQ-42-TW-XIII"),
    ]
    subjects = learned(*both).subjects
    assert [p for name in subjects for p in subjects[name] if "trấu" in p] == []
    assert "nuôi lươn không" in subjects["NQ-29-TW-XIII"]


@pytest.mark.parametrize(
    "text",
    [
        ABOUT.format("a" * 5000 + " " + "b" * 5000),
        BARE.format("1" * 30),
        BARE.format("0"),
        "Nghị quyết " * 500,
        BARE.format(29).upper(),
        "\x00".join(BARE.format(29)),
        ", ".join(f"Nghị quyết {number}" for number in range(200)),
    ],
    ids=["long words", "long number", "nought", "names", "upper case", "controls", "numbers"],
)
@pytest.mark.parametrize("published", [IN_2024, date.min, date.max])
def test_whatever_was_corrected_can_be_kept_and_read_again(text, published, tmp_path):
    found = learned(*(told(f"{number}. {text}", "NQ-29-TW-XIII", published=published) for number in range(3)))
    (tmp_path / "learned.json").write_text(found.text, "utf-8")
    assert read_learned(tmp_path / "learned.json") == found


@pytest.mark.parametrize(
    "phrase",
    ["toàn diện", "huỳnh thúc", "quý báu", "khóa", "ngoại giao", "hòa bình", "thủy điện", "quá trình"],
)
def test_phrases_are_written_as_people_write_and_read_as_texts_are(phrase):
    assert shown(words_of(phrase)) == phrase
    assert words_of(shown(words_of(phrase))) == words_of(phrase)


def test_no_document_has_more_than_its_share_of_phrases():
    words = [f"{first}{rest}" for first in "bcdghk" for rest in ("ưng", "ăm", "ôi", "âu")]
    text = ABOUT.format(", ".join(f"{a} {b}" for a, b in pairwise(words)))
    assert len(learned(*taught(text, "NQ-29-TW-XIII")).subjects["NQ-29-TW-XIII"]) == MOST_PHRASES


def test_the_same_corrections_give_the_same_bytes_in_whatever_order():
    articles = [
        told(BARE.format(29), "NQ-29-TW-XIII"),
        told(BARE.format(29), "NQ-29-TW-XI", "NQ-29-TW-XIII"),
        *taught(ABOUT.format(PHRASE), "NQ-29-TW-XIII"),
    ]
    assert len({learned(*order).text for order in permutations(articles)}) == 1


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "resolutions.yaml"
    path.write_text(OWN, "utf-8")
    return Linker(load_catalogue(path))


@pytest.mark.parametrize(
    "text",
    [
        "Nghị quyết 97 về phát triển nghề nuôi cá tầm mở ra hướng mới.",
        "Các xã triển khai Nghị quyết 97. Bà con ven hồ thủy điện nuôi cá tầm cho thu nhập khá.",
        "Nghị quyết 97 của Bộ Chính trị được quán triệt đến chi bộ.",
        "Nghị quyết của Bộ Chính trị về phát triển nghề nuôi cá tầm vùng hồ thủy điện vừa ban hành.",
    ],
)
def test_an_office_s_own_document_is_linked_from_its_first_day(text, own):
    """By its title and date alone: its entry has no topics, and no correction was made."""
    (mention,) = own.link("", "", text, date(2026, 9, 16))
    assert (mention.status, mention.resolution) == ("linked", "NQ-97-TW-XIV")
    assert not any(m.resolution for m in own.link("", "", text, date(2025, 9, 16)))
    assert not any(m.resolution for m in SHIPPED.link("", "", text, date(2026, 9, 16)))
