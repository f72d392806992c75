"""Splitting a spaced text gives what matching each syllable gives."""

import random

import pytest

from stream_apps.rules.weighing.syllables import SYLLABLE, Syllables

LETTERS_AND_SIGNS = "abưđ7.&_ ,-\n²\u0301…/·"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gd&đt, v.v. và tp.hcm", ["gd&đt", "v.v", "và", "tp.hcm"]),
        ("nq/tw_29-khóa…", ["nq", "tw", "29", "khóa"]),
        ("hội nghị t.ư7 khóa x", ["hội", "nghị", "t.ư", "7", "khóa", "x"]),
        ("1.000 tỷ", ["1", "000", "tỷ"]),
        ("", []),
    ],
)
def test_signs_within_a_syllable_and_between(text, words):
    assert list(Syllables(text).words) == words


def test_any_text_and_any_place_in_it():
    chance = random.Random(15)
    for _ in range(2_000):
        text = "".join(chance.choices(LETTERS_AND_SIGNS, k=chance.randint(0, 25)))
        syllables = Syllables(text)
        assert list(syllables.words) == SYLLABLE.findall(text), text
        for place in chance.choices(range(len(text) + 1), k=6):
            assert syllables.before(place) == len(SYLLABLE.findall(text[:place])), (text, place)
