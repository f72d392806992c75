"""Classifies items: items in, classified items out, batch by batch."""

from config.catalogue import Catalogue, load_catalogue
from config.errors import MessageError
from config.programme import Programme
from models.messages.item import Classified, Item
from stream_apps.rules.link import rules_version
from stream_apps.rules.piece_classifier import Piece, PieceClassifier


class Classifier:
    """Plain code without Faust, so that a test or a benchmark can run it alone."""

    def __init__(self, programme: Programme, catalogue: Catalogue | None = None) -> None:
        self._programme = programme
        self._catalogue = catalogue or load_catalogue(*programme.resolutions)
        self._pieces = PieceClassifier(programme, self._catalogue)

    def classify(self, value: bytes | None) -> Classified:
        """Raises MessageError when the bytes are no item, or an item of an outlet that the programme does not
        know."""
        return self.classify_item(Item.decode(value))

    def classify_item(self, item: Item) -> Classified:
        """Raises MessageError when the programme does not know the outlet."""
        if item.outlet not in self._programme.outlets:
            raise MessageError(
                "unknown-outlet", f"the programme has no outlet {item.outlet!r}: add it, then replay"
            )
        found = self._pieces.classify(self._piece(item))
        return Classified.stored(
            item=item,
            mentions=found.mentions,
            mentions_cut=found.mentions_cut,
            in_scope=found.in_scope,
            places=found.places,
            channel=found.channel,
            form=found.form,
            level=found.level,
            partner=found.partner,
            language=found.language,
            press_column=found.press_column,
            rules_version=rules_version(),
            catalogue_version=self._catalogue.version,
        )

    def _piece(self, item: Item) -> Piece:
        claimed = item.claimed if item.claimed and not item.date_flag else item.fetched_at
        return Piece(
            outlet=item.outlet,
            source=item.source,
            title=item.title,
            lead=item.lead,
            text=item.text,
            url=item.url,
            published=self._programme.day(claimed),
            media_types=media_types(item),
            categories=item.categories,
        )


def media_types(item: Item) -> tuple[str, ...]:
    return tuple(enclosure.type for enclosure in item.enclosures)
