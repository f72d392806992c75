import pytest

from lantoa.demo import answer, simulate
from lantoa.demo.simulate import CENTRAL_PARTNER_ITEMS


def test_the_same_seed_gives_the_same_bytes(world, served):
    again = simulate(world.seed)
    assert [again.feeds_at(poll) for poll in range(len(again.polls))] == served


def test_feeds_do_not_depend_on_the_order_in_which_polls_are_asked_for(world, served):
    assert world.feeds_at(3) == served[3]
    assert world.feeds_at(0) == served[0]


@pytest.mark.parametrize("seed", [2024, 7, 99])
def test_the_sentence_of_the_report_holds_for_any_seed(seed, world):
    figures = answer(world if seed == world.seed else simulate(seed)).central_partner
    assert (figures.outlets, figures.items) == (23, CENTRAL_PARTNER_ITEMS) == (23, 1717)


def test_another_seed_gives_another_year(world, truth):
    other = answer(simulate(7))
    assert other.totals != truth.totals
    assert other.rows(["resolution"]) != truth.rows(["resolution"])


def test_numbers_are_unique_within_an_outlet(world):
    assert len({article.id for article in world.articles}) == len(world.articles)


def test_every_revision_is_shown_and_nothing_is_shown_before_its_first_poll(world):
    for article in world.articles:
        assert min(article.polls) == article.first
        shown = {article.revision_at(poll) for poll in article.polls}
        assert shown == set(range(len(article.revisions)))


def test_it_stays_small_enough_for_a_demo_of_a_minute(world, served):
    assert 2600 <= len(world.articles) <= 3500
    assert sum(len(feed) for poll in served for feed in poll.values()) < 15_000_000
