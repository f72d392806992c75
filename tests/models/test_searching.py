"""Searching with and without marks, on both databases."""

import pytest
from sqlalchemy import select

from config.catalogue import load_catalogue
from models.counting.item_words import words_of
from models.queries.searching import with_words
from models.sql import table_of
from models.store.batch_writer import Writer
from models.tables.items import ItemRow

TITLES = {
    "Hậu Giang triển khai Nghị quyết số 42-NQ/TW": "a",
    "HẬU GIANG: hậu cần mùa lũ": "b",
    "Đổi mới giáo dục ở Vị Thanh": "c",
    "ដំណឹង 🌾 100% o'clock_thật": "d",
    "": "e",
}
ROWS = [
    ("nghi quyet", "a"),
    ("Nghị quyết", "a"),
    ("NGHỊ QUYẾT", "a"),
    ("Nghị quyết", "a"),
    ("nghì quyết", ""),
    ("hau giang", "ab"),
    ("hậu giang", "ab"),
    ("hầu giang", ""),
    ("giang hau", "ab"),
    ("42-NQ/TW", "a"),
    ("42-nq", "a"),
    ("doi moi", "c"),
    ("đổi mới", "c"),
    ("đoi moi", ""),
    ("giao du", "c"),
    ("gia duc", ""),
    ('"giang hau"', "b"),
    ('"hau giang" 42', "a"),
    ("“Hậu Giang hậu cần”", "b"),
    ('"moi doi"', ""),
    ("iao", ""),
    ("100%", "d"),
    ("o'clock", "d"),
    ("clock_thật", "d"),
    ("ដំណ", "d"),
    ("🌾", "abcde"),
    ("", "abcde"),
    ("%", "abcde"),
    ("' | '", "abcde"),
    ("thật:*", "d"),
]


@pytest.fixture
def found(engine, hau_giang, classified):
    writer = Writer(engine, hau_giang, load_catalogue())
    made = [classified(name) for name in TITLES.values()]
    titled = [
        each.model_copy(update={"item": each.item.model_copy(update={"title": title})})
        for each, title in zip(made, TITLES, strict=True)
    ]
    writer.write(titled, 0)

    def find(question):
        with engine.connect() as connection:
            statement = select(table_of(ItemRow).c.id)
            if (here := with_words(connection, question)) is not None:
                statement = statement.where(here)
            return "".join(sorted(connection.execute(statement).scalars()))

    return find


def test_words_are_found_with_and_without_marks(found):
    assert [(question, found(question)) for question, _expected in ROWS] == ROWS


def test_a_very_long_question_is_answered(found):
    assert found("hậu giang " * 10_000) == "ab"


def test_what_has_no_marks_is_kept_once():
    assert words_of("Bao Nhan Dan", "tin") == "bao nhan dan tin"
    assert words_of("Tin Đảng") == "tin đảng tin dang"
