"""Classifies one piece by all rules together."""

from dataclasses import dataclass
from datetime import date

from config.catalogue import Catalogue
from config.form_markers import load_forms
from config.programme import Channel, Level, Programme
from models.messages.mention import Mention
from stream_apps.rules.channel import channel
from stream_apps.rules.column import press_column
from stream_apps.rules.form import FormRule
from stream_apps.rules.link import Linker
from stream_apps.rules.scope import ScopeRule
from stream_apps.rules.script import Language, language_of


@dataclass(frozen=True, slots=True)
class Piece:
    """The input of the rules. `published` is the day that the piece claims, else the day it was first seen."""

    outlet: str
    source: str
    title: str
    lead: str
    text: str
    url: str | None = None
    published: date | None = None
    media_types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextClassification:
    """What follows from the text and the address alone, for any outlet."""

    mentions: tuple[Mention, ...]
    mentions_cut: bool
    in_scope: bool
    places: tuple[str, ...]
    form: str
    language: Language


@dataclass(frozen=True, slots=True)
class Classification(TextClassification):
    """Adds what follows from the outlet."""

    channel: Channel
    level: Level
    partner: bool
    press_column: str | None


class PieceClassifier:
    """One programme's rules, compiled once."""

    def __init__(self, programme: Programme, catalogue: Catalogue) -> None:
        self._programme = programme
        self._linker = Linker(catalogue)
        self._scope = ScopeRule(programme.office)
        self._form = FormRule(load_forms(), programme.office.brief_max_words)

    def classify(self, piece: Piece) -> Classification:
        """Raises KeyError when the programme has no such outlet."""
        outlet = self._programme.outlets[piece.outlet]
        source = self._programme.sources.get(piece.source)
        read = self.read(piece)
        return Classification(
            mentions=read.mentions,
            mentions_cut=read.mentions_cut,
            in_scope=read.in_scope,
            places=read.places,
            form=read.form,
            language=read.language,
            channel=channel(outlet, source),
            level=outlet.level,
            partner=outlet.partner,
            press_column=press_column(source, piece.categories),
        )

    def read(self, piece: Piece) -> TextClassification:
        """Also works for a text without an outlet."""
        source = self._programme.sources.get(piece.source)
        places = self._scope.places((piece.title, piece.lead, piece.text))
        mentions, cut = self._linker.read(piece.title, piece.lead, piece.text, piece.published)
        return TextClassification(
            mentions=mentions,
            mentions_cut=cut,
            in_scope=bool(places) or bool(source and source.in_scope == "always"),
            places=places,
            form=self._form.classify(
                source.form if source else None,
                piece.media_types,
                piece.title,
                piece.url,
                piece.text or (piece.lead if source and source.text == "feed" else ""),
            ),
            language=language_of(f"{piece.title} {piece.lead} {piece.text}"),
        )
