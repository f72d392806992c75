"""When a source that fails is tried again."""

import itertools
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from producers.state.backoff import JITTER, BackoffState, after, weight

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("reason", "weighs"),
    [("http-404", 0.5), ("http-429", 0.5), ("http-500", 0.5), ("http-503", 0.5), ("timeout", 0.5), ("not-a-feed", 0.5),
     ("wrong-encoding", 0.5), ("truncated", 0.5), ("disconnected", 0.5), ("robots-unavailable", 0.5),
     ("dns-temporary", 0.25), ("dns", 1), ("refused", 1), ("certificate", 1), ("http-403", 1), ("http-410", 1),
     ("robots", 1), ("bad-address", 1), ("private-address", 1), ("retry-after", 0)],
)  # fmt: skip
def test_weights(reason, weighs):
    assert weight(reason) == weighs


@pytest.mark.parametrize(
    ("reasons", "hours"),
    [(["dns"], 2), (["dns"] * 3, 6), (["timeout"] * 3, 3), (["dns-temporary"], 0.5), (["dns"] * 12, 24),
     (["dns"] * 500, 24), (["timeout", "dns"], 3), (["retry-after"], 0), (["dns", "", "timeout"], 1)],
)  # fmt: skip
def test_the_wait_grows_with_the_failures_up_to_a_day(reasons, hours):
    for seed in range(10):
        standing, chance = BackoffState(), Random(seed)
        for reason in reasons:
            standing = after(standing, reason, NOW, chance)
        wait = standing.next_at - NOW
        assert hours * HOUR * (1 - JITTER) <= wait <= hours * HOUR


def test_what_goes_well_is_forgotten():
    ill = after(BackoffState(), "dns", NOW, Random(1))
    assert after(ill, "", NOW + HOUR, Random(1)) == BackoffState()


def test_a_host_that_wants_to_be_left_alone_is_also_after_a_success():
    assert after(BackoffState(), "", NOW, Random(1), rest=3600).next_at == NOW + HOUR
    assert after(BackoffState(), "http-429", NOW, Random(1), rest=36_000).next_at == NOW + 10 * HOUR


def test_a_dead_source_is_tried_every_day_for_a_month():
    standing, chance, moment, tries = BackoffState(), Random(7), NOW, []
    while not standing.given_up:
        tries.append(moment)
        standing = after(standing, "http-410", moment, chance)
        moment = standing.next_at
    assert timedelta(days=30) <= tries[-1] - tries[0] < timedelta(days=31)
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert max(gaps) <= timedelta(days=1)
    assert len(tries) >= 30
    assert after(standing, "", moment, chance) == BackoffState()
