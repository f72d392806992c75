"""The bar on real articles, which are not part of this repository."""

import pytest

from benchmarks.linking import measure

pytestmark = pytest.mark.shared_data


def test_links_on_real_articles(shared_data):
    score = measure(shared_data / "mentions-dev.jsonl")
    assert score.precision >= 0.99, score.wrong
    assert score.recall >= 0.97, score.missed


def test_families_on_real_articles(shared_data):
    score = measure(shared_data / "mentions-dev.jsonl")
    assert score.families_found >= 0.75
