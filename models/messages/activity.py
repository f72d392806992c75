"""An activity: what no feed carries, as a unit reports it (counting.md, Activities)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.sheets import ActivityKind
from models.messages.item import Channel
from models.messages.limits import (
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
from models.messages.mention import Mention
from models.messages.message import Message

CHANNEL_OF: dict[ActivityKind, Channel] = {
    "mobile_information": "mobile_information",
    "loudspeaker_programme": "loudspeaker",
    "oral_session": "oral",
    "conference": "conference",
    "contest": "visual",
    "exhibition": "visual",
    "visual": "visual",
}


class Reading(BaseModel):
    """The classification of an activity's words by the rules."""

    model_config = ConfigDict(frozen=True)
    mentions: Annotated[tuple[Mention, ...], LengthLimit(MOST_MENTIONS)] = Field(
        description="The places in the activity's words that refer to a resolution."
    )
    places: Annotated[tuple[Name, ...], LengthLimit(MOST_PLACES)] = Field(
        description="Places of the programme that the activity names."
    )
    rules_version: Name = Field(description="Version of the rules that read the words.")
    catalogue_version: Name = Field(description="Version of the catalogue that the rules used.")


class Activity(Message):
    """One revision of one reported row (`lantoa.activities`). The greatest (`reported_at`, `revision`) is the current one."""

    ce_type: ClassVar[str] = "vn.lantoa.activity.v1"

    id: Name = Field(description="Identifier of the activity: a hash of the identity.")
    identity: Identity = Field(
        description="What makes the activity itself: `id:<the stated id>`, otherwise "
        "`row:<kind>|<date>|<unit>|<place>|<title>`, normalised."
    )
    revision: Name = Field(description="Hash of everything that the row states.")
    reported_at: Moment = Field(description="Time at which the row was submitted.")
    kind: ActivityKind = Field(description="Kind of activity.")
    date: Day = Field(description="Day on which the activity took place.")
    unit: Unit = Field(description="Unit that reports the activity.")
    place: Place = Field("", description="Place of the activity, as written.")
    title: Title = Field("", description="Title of the activity, as written.")
    resolutions: Annotated[tuple[Words, ...], LengthLimit(MOST_RESOLUTIONS)] = Field(
        (), description="Resolutions as written: identifiers, symbols or words."
    )
    sessions: Count = Field(1, description="Number of sessions; the figure `activities` is their sum.")
    points: Count | None = Field(None, description="Connection points of an online conference.")
    participants: Count | None = Field(None, description="People who took part.")
    invited: Count | None = Field(
        None, description="People who were invited; the denominator of the attendance rate."
    )
    language: Literal["vi", "km"] = Field("vi", description="Language of the activity.")
    note: Note = Field("", description="Remark of the unit.")
    programme: Name | None = Field(
        None,
        description="Programme that accepted the report. Null in reports from before the field existed: the programme whose "
        "figures the database holds.",
    )
    source: Origin = Field(
        "", description="Origin of the row: `<file>, <sheet>, <row>`, or the form in which it was entered."
    )
    reading: Reading | None = Field(
        None,
        description="Classification of the words, set by a reclassification; otherwise the worker that records the activity "
        "computes it.",
    )
    generation: Generation = Field(
        0,
        description="Number of the reclassification that produced `reading`, 0 for none. Of several readings of one revision, "
        "the latest generation is in force.",
    )

    def key(self) -> str:
        return self.id
