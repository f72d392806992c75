"""One page in the shape of each family of sites: what is read, who read it, and that no box or caption slips in."""

import pytest
from layouts import DECOY, all_layouts, precision_and_recall

from producers.parse.article.read import read_article

LAYOUTS = all_layouts()
WITH_SELECTORS = [layout for layout in LAYOUTS if layout.selectors]
ADDRESS = "https://bao.example/tin-post1.html"


def named(layout):
    return layout.name


def zones(article):
    return article.title, article.lead, article.text


def test_there_are_at_least_twenty():
    assert len(LAYOUTS) >= 20


@pytest.mark.parametrize("layout", LAYOUTS, ids=named)
def test_without_selectors(layout):
    article = read_article(layout.body, "text/html; charset=utf-8", ADDRESS, None)
    assert zones(article) == (layout.title, layout.lead, layout.text)
    assert (article.served_by, article.problem) == (layout.served_by, "")
    assert not layout.date or article.dates[0] == layout.date


@pytest.mark.parametrize("layout", WITH_SELECTORS, ids=named)
def test_with_the_outlets_selectors(layout):
    article = read_article(layout.body, "text/html; charset=utf-8", ADDRESS, layout.selectors)
    assert zones(article) == (layout.title, layout.lead, layout.text)
    assert (article.served_by, article.problem) == ("selectors", "")
    assert not layout.date or layout.date in article.dates


@pytest.mark.parametrize("layout", LAYOUTS, ids=named)
def test_every_layout_holds_decoys_that_nobody_reads(layout):
    for selectors in {layout.selectors, None}:
        article = read_article(layout.body, "text/html", ADDRESS, selectors)
        assert DECOY.findall(" ".join(zones(article))) == []
    assert DECOY.search(layout.html)


@pytest.mark.parametrize("layout", WITH_SELECTORS, ids=named)
def test_a_selector_that_matches_nothing_is_told_and_the_page_is_read_all_the_same(layout):
    drifted = layout.selectors.model_copy(update={"body": ".ten-cu-cua-than-bai"})
    article = read_article(layout.body, "text/html", ADDRESS, drifted)
    assert (article.problem, article.served_by) == ("selector-drift", layout.served_by)
    assert min(precision_and_recall(article.text, layout.text)) > 0.95
    assert DECOY.findall(" ".join(zones(article))) == []
