"""A correction: what a human states of one item, with author, time and reason (counting.md, Corrections)."""

from hashlib import sha256
from typing import Annotated, ClassVar, Self

from pydantic import Field

from models.messages.item import Channel
from models.messages.limits import MOST_RESOLUTIONS, Day, LengthLimit, Moment, Name, Note, Unit
from models.messages.message import Message


class Correction(Message):
    """One correction of one item by a human (`lantoa.corrections`). A field that is null is left as it is; an empty list of
    resolutions states that there is none. For each field the latest (`made_at`, `id`) is in force. A correction that
    `withdraws` another one cancels all of its fields."""

    ce_type: ClassVar[str] = "vn.lantoa.correction.v1"

    id: Name = Field(description="Identifier of the correction.")
    item: Name = Field(description="Identifier of the corrected item.")
    made_at: Moment = Field(description="Time of the correction.")
    by: Unit = Field(description="Person who made it.")
    because: Note = Field(description="Reason that the person gave.")
    in_scope: bool | None = Field(None, description="Corrected scope.")
    resolutions: Annotated[tuple[Name, ...], LengthLimit(MOST_RESOLUTIONS)] | None = Field(
        None, description="Corrected resolutions, by their catalogue identifiers."
    )
    channel: Channel | None = Field(None, description="Corrected channel.")
    form: Name | None = Field(None, description="Corrected form.")
    published: Day | None = Field(None, description="Corrected day of publication.")
    same_as: Name | None = Field(
        None, description="Identifier of the item of which this one is a copy; that item is counted instead."
    )
    withdraws: Name | None = Field(None, description="Identifier of the correction that this one cancels.")

    def key(self) -> str:
        return self.item

    def beside(self, item: str, **fields: object) -> Self:
        """Makes the same correction of another item. Its id is derived, so that sending it twice changes nothing."""
        return self.model_copy(update={"id": id_beside(self.id, item), "item": item, **fields})


def id_beside(correction: str, item: str) -> str:
    """Returns the id of the correction of `item` that was made together with this one."""
    return sha256(f"{correction}\0{item}".encode()).hexdigest()[:32]
