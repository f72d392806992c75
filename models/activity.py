"""An activity: what no feed carries, as a unit reports it (counting.md, Activities)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from config.sheets import Kind
from models.limits import (
    MOST_MENTIONS,
    MOST_PLACES,
    MOST_RESOLUTIONS,
    Count,
    Day,
    Generation,
    Identity,
    LengthLimit,
    Moment,
    Name,
    Note,
    Origin,
    Place,
    Title,
    Unit,
    Words,
)
from models.mention import Mention
from models.messages import Channel, Message

CHANNEL_OF: dict[Kind, Channel] = {
    "mobile_information": "mobile_information",
    "loudspeaker_programme": "loudspeaker",
    "oral_session": "oral",
    "conference": "conference",
    "contest": "visual",
    "exhibition": "visual",
    "visual": "visual",
}


class Reading(BaseModel):
    """What the rules read in an activity's words."""

    model_config = ConfigDict(frozen=True)
    mentions: Annotated[tuple[Mention, ...], LengthLimit(MOST_MENTIONS)]
    places: Annotated[tuple[Name, ...], LengthLimit(MOST_PLACES)]
    rules_version: Name
    catalogue_version: Name


class Activity(Message):
    """One revision of one reported row (`lantoa.activities`). The greatest (`reported_at`, revision) decides."""

    ce_type: ClassVar[str] = "vn.lantoa.activity.v1"

    id: Name  # hash of the identity
    identity: Identity  # `id:<the stated id>`, else `row:<kind>|<date>|<unit>|<place>|<title>`, normalised
    revision: Name  # hash of everything that the row states
    reported_at: Moment  # when the row was handed in
    kind: Kind
    date: Day
    unit: Unit  # who reports
    place: Place = ""
    title: Title = ""
    resolutions: Annotated[
        tuple[Words, ...], LengthLimit(MOST_RESOLUTIONS)
    ] = ()  # ids, symbols or words, as written
    sessions: Count = 1
    points: Count | None = None
    participants: Count | None = None
    invited: Count | None = None
    language: Literal["vi", "km"] = "vi"
    note: Note = ""
    programme: Name | None = (
        None  # that took it; of an older report, the one whose figures the database holds
    )
    source: Origin = ""  # `<file>, <sheet>, <row>`, or the form in which it was entered
    reading: Reading | None = None  # as a reclassification decided it; else who records it reads the words
    generation: Generation = 0  # which reclassification: of two readings of one revision the later stands

    def key(self) -> str:
        return self.id
