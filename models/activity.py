"""An activity: what no feed carries, as a unit reports it (counting.md, Activities)."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from config.sheets import Kind
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
Count = Annotated[int, Field(ge=0)]


class Reading(BaseModel):
    """What the rules read in an activity's words."""

    model_config = ConfigDict(frozen=True)
    mentions: tuple[Mention, ...]
    places: tuple[str, ...]
    rules_version: str
    catalogue_version: str


class Activity(Message):
    """One revision of one reported row (`lantoa.activities`). The greatest (`reported_at`, revision) decides."""

    ce_type: ClassVar[str] = "vn.lantoa.activity.v1"

    id: str  # hash of the identity
    identity: str  # `id:<the stated id>`, else `row:<kind>|<date>|<unit>|<place>|<title>`, normalised
    revision: str  # hash of everything that the row states
    reported_at: AwareDatetime  # when the row was handed in
    kind: Kind
    date: date
    unit: str  # who reports
    place: str = ""
    title: str = ""
    resolutions: tuple[str, ...] = ()  # ids, symbols or words, as written
    sessions: Count = 1
    points: Count | None = None
    participants: Count | None = None
    invited: Count | None = None
    language: Literal["vi", "km"] = "vi"
    note: str = ""
    source: str = ""  # `<file>, <sheet>, <row>`, or the form in which it was entered
    reading: Reading | None = None  # as a reclassification decided it; else who records it reads the words
    generation: int = 0  # which reclassification: of two readings of one revision the later stands

    def key(self) -> str:
        return self.id
