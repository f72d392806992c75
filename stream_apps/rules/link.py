"""Which documents of the catalogue a text mentions, with the words that prove it (domain.md, rules 6 and 7)."""

from collections.abc import Iterable
from datetime import date

from config.catalogue import Catalogue
from models.mention import Mention, Zone
from stream_apps.rules.article import Article
from stream_apps.rules.candidates import Index
from stream_apps.rules.evidence import mentions_of
from stream_apps.rules.groups import GroupRule
from stream_apps.rules.keywords import may_mention
from stream_apps.rules.reading import references
from stream_apps.rules.resolve import Resolver

# Grows when a rule may decide otherwise: tests/rules/test_versions.py holds the decisions that belong to it.
RULES_VERSION = "7"


class Linker:
    """Compiled once a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._index = Index(catalogue)
        self._resolver = Resolver(self._index)
        self._groups = GroupRule(catalogue, self._index.named)

    def link(self, title: str, lead: str, body: str, published: date | None = None) -> tuple[Mention, ...]:
        """In reading order. Offsets are into each zone's own text, as received."""
        if not (may_mention(title) or may_mention(lead) or may_mention(body)):
            return ()
        zones: tuple[tuple[Zone, str], ...] = (("title", title), ("lead", lead), ("body", body))
        article = Article(zones, published, self._index.began)
        slots = self._resolver.resolve(references(article), article)
        found = [*mentions_of(slots, article), *self._groups.mentions(article)]
        order = {zone: i for i, (zone, _) in enumerate(zones)}
        return tuple(sorted(found, key=lambda m: (order[m.zone], m.start)))


def linked(mentions: Iterable[Mention], catalogue: Catalogue) -> tuple[str, ...]:
    """Distinct catalogue ids in reading order, each followed by the plenum that issued it."""
    found: dict[str, None] = {}
    for mention in mentions:
        if mention.status == "linked" and mention.resolution:
            found.setdefault(mention.resolution)
            if plenum := catalogue.plenum_of(mention.resolution):
                found.setdefault(plenum)
    return tuple(found)
