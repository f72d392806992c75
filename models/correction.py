"""What a human decided of one item, and who, when and why (counting.md, Corrections)."""

from typing import Annotated, ClassVar

from models.limits import MOST_RESOLUTIONS, Day, LengthLimit, Moment, Name, Note, Unit
from models.messages import Channel, Message


class Correction(Message):
    """One decision (`lantoa.corrections`). A field that is null is not decided here; no resolutions is `()`.

    The latest (`made_at`, id) decides each field. One that `withdraws` another takes it back whole.
    """

    ce_type: ClassVar[str] = "vn.lantoa.correction.v1"

    id: Name
    item: Name
    made_at: Moment
    by: Unit
    because: Note
    in_scope: bool | None = None
    resolutions: Annotated[tuple[Name, ...], LengthLimit(MOST_RESOLUTIONS)] | None = None
    channel: Channel | None = None
    form: Name | None = None
    published: Day | None = None
    same_as: Name | None = None  # the item that this one is another copy of: that one is counted
    withdraws: Name | None = None

    def key(self) -> str:
        return self.item
