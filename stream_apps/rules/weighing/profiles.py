"""The subject of each document as weighted phrases: from the catalogue, from its title, and learned ones."""

from stream_apps.rules.candidates import Index
from stream_apps.rules.weighing.model import Model
from stream_apps.rules.weighing.rarity import Rarity
from stream_apps.rules.weighing.subjects import LEAST_RARITY, phrases_of_title
from stream_apps.rules.weighing.syllables import words_of

LEAST_WEIGHT = 0.1  # a smaller weight proves nothing and takes time
STEEP = 1.5  # rare phrases weigh more than in proportion, so that no common word can be decisive
Phrases = dict[tuple[str, ...], float]
TOPIC = 1.3  # the weight of a phrase that the catalogue lists as identifying the document


def profiles_of(index: Index, model: Model) -> dict[str, Phrases]:
    """Returns profiles of documents by their ids, of plenums by the phrases of their documents too, and of the
    state's documents by their symbols."""
    rarity = Rarity(model.rarity, model.articles)
    own = {
        document.id: _profile(
            document.topics, document.hints, document.title if document.symbol else "", rarity
        )
        for document in index.catalogue.documents.values()
    }
    for name, learned in model.subjects.items():
        if name in own:
            _add(own[name], {words_of(phrase): weight for phrase, weight in learned.items()})
    for document in index.catalogue.documents.values():
        if document.plenum and document.plenum in own:
            _add(own[document.plenum], own[document.id])
    state = {entry.symbol: _profile(entry.topics, (), entry.title, rarity) for entry in index.catalogue.state}
    return own | state


def _profile(topics: tuple[str, ...], hints: tuple[str, ...], title: str, rarity: Rarity) -> Phrases:
    found = phrases_of_title(title, rarity)
    for phrases, factor in ((hints, 1.0), (topics, TOPIC)):
        listed = map(words_of, phrases)
        _add(found, {words: factor * max(rarity.of(words), LEAST_RARITY) ** STEEP for words in listed})
    return {words: weight for words, weight in found.items() if weight >= LEAST_WEIGHT}


def _add(profile: Phrases, more: Phrases) -> None:
    for words, weight in more.items():
        if words:
            profile[words] = max(weight, profile.get(words, 0.0))
