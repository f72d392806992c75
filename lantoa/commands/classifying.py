"""Classifies a text by the rules of a programme, for `lantoa classify` and for the page on which a text is tried."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from config.catalogue import Catalogue, load_catalogue
from config.programme import Channel, Programme
from lantoa.language import _
from models.messages.limits import DAY
from models.messages.mention import Mention
from producers.item.dates import ORDERS, read_date
from stream_apps.rules.link import linked
from stream_apps.rules.piece_classifier import Piece, PieceClassifier, TextClassification

ANSWER = ("surface", "start", "end", "zone", "resolution", "symbol", "family", "status", "rule")


class Classifying:
    """The rules of one programme, compiled once."""

    def __init__(self, programme: Programme, catalogue: Catalogue | None = None) -> None:
        self._programme = programme
        self.catalogue = catalogue or load_catalogue(*programme.resolutions)
        self._pieces = PieceClassifier(programme, self.catalogue)

    def answer(self, piece: Mapping[str, object]) -> dict[str, object]:
        """Classifies the piece and returns it as `answer_of` does."""
        return answer_of(piece, self.read(piece), self._programme, self.catalogue)

    def read(self, piece: Mapping[str, Any]) -> TextClassification:
        """Reads the piece's `title`, `lead`, `text`, `outlet`, `published` and `url`, each of which may be missing."""
        outlet, title, lead, text = (str(piece.get(n) or "") for n in ("outlet", "title", "lead", "text"))
        published = day_of(str(piece.get("published") or ""), self._programme)
        return self._pieces.read(Piece(outlet, "", title, lead, text, piece.get("url"), published))


def answer_of(
    piece: Mapping[str, object], read: TextClassification, programme: Programme, catalogue: Catalogue
) -> dict[str, object]:
    """Builds the answer of `lantoa classify --jsonl`. The channel is null if the programme does not know the outlet.
    A date that cannot be read is left out and named in `error`."""
    error = date_error(piece, programme)
    return {
        "id": piece.get("id"),
        "resolutions": list(linked(read.mentions, catalogue)),
        "mentions": [_mention(each) for each in read.mentions],
        "scope": read.in_scope,
        "channel": channel_of(piece, programme),
        "form": read.form,
        "language": read.language,
        **({"error": error} if error else {}),
    }


def _mention(mention: Mention) -> dict[str, object]:
    ranked = [{"id": name, "probability": probability} for name, probability in mention.ranked]
    answer = {name: getattr(mention, name) for name in ANSWER}
    return answer | {"probability": mention.probability, "candidates": ranked}


def channel_of(piece: Mapping[str, object], programme: Programme) -> Channel | None:
    """Returns the channel of the outlet, without the exceptions of its sources."""
    known = programme.outlets.get(str(piece.get("outlet") or ""))
    return known.channel if known else None


def date_error(piece: Mapping[str, object], programme: Programme) -> str | None:
    """Says what is wrong with the date of the piece, if anything is."""
    claimed = str(piece.get("published") or "")
    if not claimed or day_of(claimed, programme):
        return None
    return _(
        "no date from 1990 to 2100: {date}; expected for instance 2024-05-14T08:00:00+07:00",
        date=claimed,
    )


def day_of(text: str, programme: Programme) -> date | None:
    """Reads a date in ISO 8601 or in the form in which outlets write it. Returns None for any other text."""
    try:
        moment: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        moment = next(filter(None, (read_date(text, o, programme.timezone) for o in ORDERS)), None)
    if moment is None:
        return None
    day = programme.day(moment if moment.tzinfo else moment.replace(tzinfo=programme.timezone))
    return day if DAY.allows(day) else None
