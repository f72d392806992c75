"""Links a text to the documents of the catalogue that it mentions, with the words that prove it (domain.md, rules 6
and 7)."""

from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import NamedTuple

from config.catalogue import Catalogue
from models.messages.limits import MOST_MENTIONS
from models.messages.mention import Mention, Zone
from stream_apps.rules.article_text import ArticleText
from stream_apps.rules.candidates import Index
from stream_apps.rules.cut_off import CutOffRule
from stream_apps.rules.groups import GroupRule
from stream_apps.rules.keywords import may_mention
from stream_apps.rules.mentions import mentions_of
from stream_apps.rules.reference_finder import references
from stream_apps.rules.resolve import Resolver
from stream_apps.rules.weighing.learned_model import with_learned
from stream_apps.rules.weighing.model import Model, shipped_model
from stream_apps.rules.weighing.weigher import Weigher

# It grows when a rule may give another result: tests/rules/test_versions.py holds the results that belong to it.
RULES_VERSION = "11"


def rules_version() -> str:
    """Returns the version that items record: the rules and what was learned for them, either of which may change
    results."""
    return f"{RULES_VERSION}+{shipped_model().version}"


class Linked(NamedTuple):
    """`cut` is true where the text has more mentions than are kept; these are the first ones."""

    mentions: tuple[Mention, ...]
    cut: bool


class Linker:
    """Compiled once for a catalogue."""

    def __init__(self, catalogue: Catalogue, model: Model | None = None) -> None:
        self._index = Index(catalogue)
        weighed = with_learned(model or shipped_model(), catalogue.learned)
        self._resolver = Resolver(self._index, Weigher(self._index, weighed))
        self._groups = GroupRule(catalogue, self._index.named)
        self._cut_off = CutOffRule(self._index)

    def link(self, title: str, lead: str, body: str, published: date | None = None) -> tuple[Mention, ...]:
        """Returns the mentions in reading order. Offsets are into each zone's own text, as received."""
        return self.read(title, lead, body, published).mentions

    def read(self, title: str, lead: str, body: str, published: date | None = None) -> Linked:
        """Returns the same, and whether there are more."""
        if not (may_mention(title) or may_mention(lead) or may_mention(body)):
            return Linked((), False)
        zones: tuple[tuple[Zone, str], ...] = (("title", title), ("lead", lead), ("body", body))
        article = ArticleText(zones, published, self._index.almanac)
        placed, cut = references(article)
        slots = self._resolver.resolve(placed, article)
        found = [
            *mentions_of(slots, article),
            *islice(self._groups.mentions(article), MOST_MENTIONS + 1),
        ]
        found = self._cut_off.mentions(article, found)
        order = {zone: i for i, (zone, _) in enumerate(zones)}
        found.sort(key=lambda m: (order[m.zone], m.start))
        return Linked(tuple(found[:MOST_MENTIONS]), cut or len(found) > MOST_MENTIONS)


def linked(mentions: Iterable[Mention], catalogue: Catalogue) -> tuple[str, ...]:
    """Returns distinct catalogue ids in reading order, each followed by the plenum that issued the document."""
    found: dict[str, None] = {}
    for mention in mentions:
        if mention.status == "linked" and mention.resolution:
            found.setdefault(mention.resolution)
            if plenum := catalogue.plenum_of(mention.resolution):
                found.setdefault(plenum)
    return tuple(found)
