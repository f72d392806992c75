"""A mention: where an item's text refers to a resolution, with the words that prove it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from models.limits import MOST_RESOLUTIONS, LengthLimit, Name, Note, Position, Surface

Zone = Literal["title", "lead", "body"]
Family = Literal["party", "local_party", "state", "foreign", "other"]
Status = Literal["linked", "unlisted", "ambiguous", "general"]


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end] == surface`, in characters of the zone's text as received.

    `resolution` is the catalogue id of a linked mention and null otherwise; `symbol` is the normalised symbol
    (`29-NQ/TW`) where the words state or imply one. `candidates` are the catalogue ids that were considered and
    `because` says in a few words why the winner won, or why none did.
    """

    surface: Surface
    start: Position
    end: Position
    zone: Zone
    resolution: Name | None
    symbol: Name | None
    family: Family
    status: Status
    rule: Name
    candidates: Annotated[tuple[Name, ...], LengthLimit(MOST_RESOLUTIONS)] = ()
    because: Note = ""
