"""Everything that the rules decide of one piece, put together."""

from dataclasses import dataclass
from datetime import date

from config.catalogue import Catalogue
from config.forms import load_forms
from config.programme import Channel, Level, Programme
from models.mention import Mention
from stream_apps.rules.channel import channel
from stream_apps.rules.form import FormRule
from stream_apps.rules.link import Linker
from stream_apps.rules.scope import ScopeRule


@dataclass(frozen=True, slots=True)
class Piece:
    """What the rules may look at. `published` is the day that it claims, else the day it was first seen."""

    outlet: str
    source: str
    title: str
    lead: str
    text: str
    url: str | None = None
    published: date | None = None
    media_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    mentions: tuple[Mention, ...]
    in_scope: bool
    places: tuple[str, ...]
    channel: Channel
    form: str
    level: Level
    partner: bool


class Decider:
    """One programme's rules, compiled once."""

    def __init__(self, programme: Programme, catalogue: Catalogue) -> None:
        self._programme = programme
        self._linker = Linker(catalogue)
        self._scope = ScopeRule(programme.office)
        self._form = FormRule(load_forms(), programme.office.brief_max_words)

    def decide(self, piece: Piece) -> Decision:
        """Raises KeyError when the programme has no such outlet."""
        outlet = self._programme.outlets[piece.outlet]
        source = self._programme.sources.get(piece.source)
        places = self._scope.places((piece.title, piece.lead, piece.text))
        return Decision(
            mentions=self._linker.link(piece.title, piece.lead, piece.text, piece.published),
            in_scope=bool(places) or bool(source and source.in_scope == "always"),
            places=places,
            channel=channel(outlet, source),
            form=self._form.decide(
                source.form if source else None,
                piece.media_types,
                piece.title,
                piece.url,
                piece.text or (piece.lead if source and source.text == "feed" else ""),
            ),
            level=outlet.level,
            partner=outlet.partner,
        )
