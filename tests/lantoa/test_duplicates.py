"""Suspected duplicates of one kind are merged by one decision."""

from lantoa.commands.correcting import make_correction
from lantoa.views.duplicates import kinds_of, merged_alike, others_alike, pairs_in
from models.counting.period import parse_period
from models.queries.waiting import waiting

TEXT = "Chiều nay, ấp {} họp dân."


def pair(write, number, first, second, day="2024-05-02"):
    """A piece that `second` shows again of what `first` has shown."""
    said = {"title": f"Hậu Giang: tin {number}", "text": TEXT.format(number), "day": day}
    one = write(**said, source=first)
    return write(**said, source=second), one


def seen(pairs):
    """The one seen first is the one of the smaller id where both came at once."""
    return {frozenset(each) for each in pairs}


def test_one_decision_reaches_all_of_the_kind_and_no_other(engine, programme, write):
    alike = [pair(write, n, "rss", "tin-moi", day=f"20{20 + n}-05-02") for n in range(3)]
    pair(write, 7, "rss", "rss")
    pair(write, 8, "rss", "bao-in")
    with engine.connect() as connection:
        found = pairs_in(
            row
            for year in range(2020, 2025)
            for row in waiting(connection, programme, parse_period(str(year)))
        )
        kinds = kinds_of(connection, found)
        same = {frozenset(kinds[each]) for each in found if frozenset(each) in seen(alike)}
        assert same == {frozenset({"rss", "tin-moi"})}
        chosen = next(each for each in found if frozenset(each) in seen(alike))
        others = others_alike(connection, programme, chosen)
    expected = {each for each in found if kinds[each] == kinds[chosen] and each != chosen}
    assert set(others) == expected
    assert seen(others) <= seen(alike)


def test_it_is_the_same_decision_when_it_is_sent_twice():
    decided = make_correction("a" * 20, "lan", "đăng hai lần", same_as="b" * 20)
    others = [("c" * 20, "d" * 20), ("e" * 20, "b" * 20)]
    made = merged_alike(decided, others)
    assert made == merged_alike(decided, others)
    assert [(each.item, each.same_as, each.because) for each in made] == [
        (item, first, "đăng hai lần") for item, first in others
    ]
    assert len({decided.id, *(each.id for each in made)}) == 3
