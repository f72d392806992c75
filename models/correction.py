"""What a human decided of one item, and who, when and why (counting.md, Corrections)."""

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime

from models.messages import Channel, Message


class Correction(Message):
    """One decision (`lantoa.corrections`). A field that is null is not decided here; no resolutions is `()`.

    The latest (`made_at`, id) decides each field. One that `withdraws` another takes it back whole.
    """

    ce_type: ClassVar[str] = "vn.lantoa.correction.v1"

    id: str
    item: str
    made_at: AwareDatetime
    by: str
    because: str
    in_scope: bool | None = None
    resolutions: tuple[str, ...] | None = None
    channel: Channel | None = None
    form: str | None = None
    published: date | None = None
    same_as: str | None = None  # the item that this one is another copy of: that one is counted
    withdraws: str | None = None

    def key(self) -> str:
        return self.item
