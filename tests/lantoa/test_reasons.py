"""What evidence says in sentences, in both languages, whatever the words are."""

import json
import re
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load_catalogue
from lantoa.language import speaking
from lantoa.views.explanations import SHOWN_AS, WORDINGS, because_of, chance, explained
from lantoa.views.paragraph import document_name
from models.messages.mention import Mention, Reason
from stream_apps.rules.link import Linker
from tests.rules.table import ROWS

CATALOGUE = load_catalogue()
POSITIVE, NEGATIVE = 1.3, -0.4


def name(document):
    return document_name(document, CATALOGUE)


def mention(*reasons, surface="Nghị quyết 57", probabilities=(0.96, 0.03), status="linked", **more):
    fields = {
        "surface": surface,
        "start": 0,
        "end": len(surface),
        "zone": "body",
        "resolution": "NQ-57-TW-XIII" if status == "linked" else None,
        "symbol": "57-NQ/TW",
        "family": "party",
        "status": status,
        "rule": "topic",
        "candidates": ("NQ-57-TW-XIII", "NQ-42-TW-XIII"),
        "because": "",
        "probabilities": probabilities,
        "reasons": reasons,
    }
    return Mention(**fields | more)


def said(language, *arguments, **named):
    with speaking(language):
        return explained(mention(*arguments, **named), name)


def test_the_whole_sentence_in_vietnamese():
    told = said(
        "vi",
        Reason("habit", 2.0, "18/19"),
        Reason("subject", 1.5, "chuyển đổi số"),
        Reason("no-state-named", 0.5),
        Reason("gap", NEGATIVE),
    )
    assert told.sentence == (
        "96 %: “Nghị quyết 57” trên báo chí lúc đó hầu như luôn là Nghị quyết 57-NQ/TW (18/19); "
        "“chuyển đổi số” ở ngay cạnh là nội dung của Nghị quyết 57-NQ/TW; "
        "không có cơ quan nhà nước nào được nêu. "
        "Nhưng: danh mục có thể còn thiếu một văn bản mang số này. "
        f"Khả năng thứ hai: {name('NQ-42-TW-XIII')} (3 %)"
    )


def test_and_in_english():
    told = said("en", Reason("current-term", POSITIVE), Reason("subject", NEGATIVE, "biển"))
    (spoke,), (against,) = told.speaks_for, told.speaks_against
    assert spoke == "the term in which the text was written speaks for Nghị quyết 57-NQ/TW"
    assert against == f"what stands beside it is rather the matter of {name('NQ-42-TW-XIII')}"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("weight", [POSITIVE, NEGATIVE])
@pytest.mark.parametrize("words", ["", "biển đảo"])
@pytest.mark.parametrize("feature", [*WORDINGS, *SHOWN_AS, "habit"])
def test_every_feature_has_its_sentence_on_its_side(feature, words, weight, language):
    told = said(language, Reason(feature, weight, words))
    sides = (told.speaks_for, told.speaks_against)
    assert [len(side) for side in sides] == ([1, 0] if weight > 0 else [0, 1])
    (sentence,) = sides[weight < 0]
    assert len(sentence.split()) > 1
    assert not set("{}") & set(sentence)
    assert ": " not in sentence or words


@pytest.mark.parametrize("feature", ["age", "subject", "subject-around", "subject-missing", "other-subject",
                                     "issuer", "current-term", "habit", "other"])  # fmt: skip
def test_what_speaks_for_one_document_is_not_said_where_it_speaks_against_it(feature):
    """Words on the wrong side would claim what the text does not say."""
    sentences = [said("vi", Reason(feature, w)) for w in (POSITIVE, NEGATIVE)]
    assert sentences[0].speaks_for != sentences[1].speaks_against


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("18/19", "là Nghị quyết 57-NQ/TW (18/19)"),
        ("19/19", "hầu như luôn là"),
        ("9/10", "hầu như luôn là"),
        ("8.5/10", "thường là Nghị quyết 57-NQ/TW (8.5/10)"),
        ("2/3", "thường là"),
        ("1/1", "trong 1/1 bài"),
        ("4/4", "thường là"),
        ("1/2", "trong 1/2 bài"),
        ("1/19", "trong 1/19 bài"),
        ("0/7", "trong 0/7 bài"),
        ("0/0", "hợp với"),
        ("nhiều", "hợp với"),
        ("", "hợp với"),
    ],
)
def test_a_habit_is_said_as_strongly_as_it_is(words, expected):
    (sentence,) = said("vi", Reason("habit", POSITIVE, words)).speaks_for
    assert expected in sentence
    if words[:1].isdigit() and words != "0/0":
        (against,) = said("vi", Reason("habit", NEGATIVE, words)).speaks_against
        assert against == sentence


@pytest.mark.parametrize(
    ("reasons", "sides"),
    [
        ([("new", -0.2), ("old", 1.0)], (1, 0)),
        ([("new", 0.2), ("old", -1.0)], (0, 1)),
        ([("recent", 0.6), ("newest", 0.6), ("middle-aged", 0.1)], (1, 0)),
        ([("new", 0.5), ("old", -0.5)], (0, 0)),
        ([("subject", 1.0), ("subject-clause", 0.5), ("subject-article", 0.5)], (2, 0)),
        ([("other", 1.0), ("other-of-party", -2.0)], (0, 1)),
    ],
)
def test_what_says_one_thing_is_told_once_on_the_side_where_it_weighs(reasons, sides):
    told = said("vi", *(Reason(feature, weight) for feature, weight in reasons))
    assert (len(told.speaks_for), len(told.speaks_against)) == sides


def test_the_heaviest_reason_is_told_first_and_issuers_have_names():
    told = said(
        "vi", Reason("issuer", 0.3, "politburo"), Reason("subject", 0.2), Reason("subject-clause", 0.2)
    )
    assert told.speaks_for[0] == "điều nêu ngay cạnh là nội dung của Nghị quyết 57-NQ/TW"
    assert told.speaks_for[1].endswith("Bộ Chính trị")
    phrases = said("vi", Reason("subject", 0.3, "bộ máy, biên chế"))
    assert phrases.speaks_for[0].startswith("“bộ máy”, “biên chế” ở ngay cạnh")


def because(text):
    return said("vi", probabilities=(), because=text).sentence


def test_what_a_rule_says_is_translated_with_its_names_and_years():
    assert because("the stated date lies in 2017") == "ngày nêu trong bài thuộc năm 2017"
    assert because("issued by: politburo") == "do cơ quan này ban hành: Bộ Chính trị"
    assert because("their issuer: Bộ Chính trị").endswith(": Bộ Chính trị")
    for kept in ("", "{x} 2017", "a {year}", "{", "của năm 2017", "12017"):
        assert because(kept) == kept


def test_whatever_the_rules_say_is_said_in_vietnamese():
    """Of all rows by which the rules are tested."""
    linker = Linker(CATALOGUE)
    found = {m.because for row in ROWS for m in linker.link("", "", row.text, row.published)}
    assert len(found) > 30
    with speaking("vi"):
        assert [each for each in found if each and because_of(each) == each] == []


def test_a_feature_that_nobody_worded_is_shown_by_its_name():
    told = said("vi", Reason("neighbour-plenum", POSITIVE, "Trung ương 8"), Reason("odd", NEGATIVE))
    assert told.speaks_for == ("neighbour plenum: Trung ương 8",)
    assert told.speaks_against == ("odd",)


@pytest.mark.parametrize(
    ("probabilities", "candidates", "expected"),
    [
        ((0.6, 0.3), ("NQ-57-TW-XIII", "NQ-42-TW-XIII"), f"{name('NQ-42-TW-XIII')} (30 %)"),
        ((0.6, 0.1), ("NQ-57-TW-XIII", "NQ-42-TW-XIII"), "văn bản khác (30 %)"),
        ((0.6,), ("NQ-57-TW-XIII",), "văn bản khác (40 %)"),
        ((0.999,), ("NQ-57-TW-XIII",), "văn bản khác (dưới 1 %)"),
    ],
)
def test_the_runner_up_is_a_document_or_none_of_them(probabilities, candidates, expected):
    assert said("vi", probabilities=probabilities, candidates=candidates).runner_up == expected


def test_what_the_words_say_outright_has_no_chance_but_its_reason():
    told = said("vi", probabilities=(), because="named in full elsewhere in the text")
    assert (told.chance, told.runner_up) == ("", "")
    assert "đầy đủ" in told.sentence


@given(st.floats(0, 1))
def test_no_chance_is_certain(probability):
    for language in ("vi", "en"):
        with speaking(language):
            written = chance(probability)
        assert not re.search(r"(?<!\d)(100|0) %", written)
        figure = int(re.search(r"\d+", written)[0])
        assert abs(100 * probability - figure) <= 1


@given(st.text(max_size=300), st.text(max_size=40), st.floats(-5, 5))
def test_words_are_data_whatever_they_hold(words, surface, weight):
    """Braces, control characters, line ends: nothing is filled in, nothing is lost but what a line cannot hold."""
    for feature in ("subject", "habit", "odd"):
        told = said("vi", Reason(feature, weight, words), surface=surface)
        assert "\n" not in told.sentence
        assert "\x1b" not in told.sentence


def test_braces_in_words_stay_as_they_are():
    told = said("vi", Reason("subject", POSITIVE, "{document} {0} {{x}}"))
    assert "“{document} {0} {{x}}” ở ngay cạnh" in told.sentence


def test_what_is_stored_says_the_same():
    before = mention(Reason("subject", POSITIVE, "chuyển đổi số"), Reason("gap", NEGATIVE))
    kept = json.loads(json.dumps(asdict(before)))
    assert Mention.stored(kept) == before


def test_what_an_earlier_release_stored_is_read():
    before = asdict(mention(probabilities=()))
    for name_ in ("probabilities", "reasons"):
        del before[name_]
    assert Mention.stored(json.loads(json.dumps(before))) == mention(probabilities=())


@pytest.mark.parametrize(
    ("more", "ranked"),
    [
        ({}, (("NQ-57-TW-XIII", 0.96), ("NQ-42-TW-XIII", 0.03))),
        ({"probabilities": ()}, (("NQ-57-TW-XIII", 1.0),)),
        (
            {"probabilities": (), "status": "ambiguous"},
            (("NQ-57-TW-XIII", 0.5), ("NQ-42-TW-XIII", 0.5)),
        ),
        ({"probabilities": (), "status": "ambiguous", "candidates": ()}, ()),
        ({"probabilities": (), "status": "unlisted"}, ()),
        ({"status": "general"}, (("NQ-57-TW-XIII", 0.96), ("NQ-42-TW-XIII", 0.03))),
    ],
)
def test_candidates_stand_in_the_order_of_their_probability(more, ranked):
    found = mention(**more)
    assert found.ranked == ranked
    assert found.probability == (ranked[0][1] if ranked else 0.0)


def test_every_mention_of_the_rules_can_be_explained():
    text = (
        "Nghị quyết số 42-NQ/TW, Nghị quyết 57, Nghị quyết số 18-NQ/TW, Nghị quyết 128/NQ-CP, "
        "Nghị quyết Trung ương 8 khóa XIII và các nghị quyết 59, 66 của Bộ Chính trị."
    )
    found = Linker(CATALOGUE).link("", "", text)
    assert len(found) > 5
    for each in found:
        with speaking("vi"):
            assert explained(each, name).sentence
        assert sum(probability for _document, probability in each.ranked) <= 1.001
