"""The bars on real articles, which are not part of this repository: each linked by a model that was learned without it."""

import unicodedata

import pytest

from benchmarks.linking import ERAS, by_symbol
from config.catalogue import load_catalogue
from scripts.linking.articles import labelled, unlabelled
from scripts.linking.crossvalidate import Judged, cross_validate, figures
from scripts.linking.learn import learn
from stream_apps.rules.link import Linker
from stream_apps.rules.text import OLD_STYLE, without_marks
from stream_apps.rules.weighing.model import shipped_model
from tests.rules.test_rows import restyled

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def told(shared_data):
    return labelled(shared_data)


@pytest.fixture(scope="module")
def judged(shared_data, told, catalogue):
    return cross_validate(told, unlabelled(shared_data), catalogue)


def test_links_on_articles_that_nothing_was_learned_from(judged):
    found = figures(each for each in judged if each.article.sure)
    assert found.right + len(found.missed) == 159
    assert found.precision >= 0.99, found.wrong
    assert found.recall >= 0.95, found.missed
    assert found.linked_or_waiting >= 0.99, found.silent
    assert 12 * found.waiting <= found.central
    assert found.brier <= 0.03


def test_what_readers_are_not_sure_of(judged):
    found = figures(each for each in judged if not each.article.sure)
    assert found.precision >= 0.97, found.wrong
    assert found.recall >= 0.95, found.missed


@pytest.mark.parametrize("era", ERAS)
def test_every_time_has_its_share(judged, era):
    found = figures(each for each in judged if each.article.sure and each.article.era == era)
    assert found.precision >= 0.97, found.wrong
    assert found.recall >= 0.93, found.missed


def test_it_is_better_than_the_symbol_and_the_newest_document(told, judged, catalogue):
    plain = figures(Judged(a, 0, by_symbol(a, catalogue)) for a in told)
    found = figures(judged)
    assert found.recall > 2 * plain.recall
    assert found.precision > plain.precision


WRITTEN = {
    "upper case": str.upper,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "old-style tone marks": lambda text: restyled(text, OLD_STYLE.items()),
    "new-style tone marks": lambda text: restyled(text, ((old, new) for new, old in OLD_STYLE.items())),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_no_way_of_writing_changes_what_an_article_names(told, linker, way):
    written = WRITTEN[way]
    for article in told:
        assert found_in(linker, article, written) == found_in(linker, article), article.id


def test_without_marks_no_other_document_and_hardly_any_missed(told, linker):
    with_marks = {article.id: found_in(linker, article) for article in told}
    plain = {article.id: found_in(linker, article, without_marks) for article in told}
    assert not {name: plain[name] - found for name, found in with_marks.items() if plain[name] - found}
    assert sum(map(len, plain.values())) >= 0.9 * sum(map(len, with_marks.values()))


def found_in(linker, article, written=str):
    texts = (written(article.title), written(article.lead), written(article.text))
    return {m.resolution for m in linker.link(*texts, article.published) if m.status == "linked"}


@pytest.fixture(scope="module")
def linker(catalogue):
    return Linker(catalogue)


def test_the_shipped_file_is_what_the_script_learns(shared_data, told, catalogue):
    """Weights to two places: how numbers are summed differs from machine to machine."""
    learned, shipped = learn(told, unlabelled(shared_data), catalogue), shipped_model()
    assert learned.habits == shipped.habits
    assert learned.rarity == shipped.rarity
    for kind, weights in shipped.weights.items():
        for name, weight in weights.items():
            assert learned.weights[kind].get(name, 0.0) == pytest.approx(weight, abs=0.02), (kind, name)
