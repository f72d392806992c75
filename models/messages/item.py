"""An item as it was published, and the same with its classification."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.messages.limits import (
    MOST_CATEGORIES,
    MOST_ENCLOSURES,
    MOST_MENTIONS,
    MOST_PLACES,
    Address,
    Category,
    Claimed,
    DateText,
    Generation,
    Guid,
    Identity,
    Lead,
    LengthLimit,
    Moment,
    Name,
    Text,
    Title,
)
from models.messages.mention import Mention
from models.messages.message import Message, open_enum

DateFlag = Annotated[
    Literal["date-missing", "date-unreadable", "date-implausible"], Field(json_schema_extra=open_enum)
]

Channel = Literal[
    "central_press", "local_press", "radio", "television", "loudspeaker", "mobile_information", "oral",
    "conference", "digital", "social", "visual",
]  # fmt: skip

Level = Literal["central", "provincial", "district", "commune"]

CLIPPING = "clipping"  # the source id of all clippings; no programme has to list it


class Enclosure(BaseModel):
    """A file that the feed attaches to an entry: a recording, a video or a picture."""

    model_config = ConfigDict(frozen=True)
    url: Address = Field(description="Address of the file.")
    type: Category = Field("", description="Media type, as the feed states it.")
    length: Claimed = Field(None, description="Size in bytes, as the feed states it; nobody checks it.")
    seconds: Claimed = Field(
        None, description="Duration in seconds, as the feed states it; nobody checks it."
    )


class Item(Message):
    """One revision of one published piece, as it was fetched (`lantoa.items`)."""

    ce_type: ClassVar[str] = "vn.lantoa.item.v1"

    id: Name = Field(description="Identifier of the item: a hash of the outlet and the identity.")
    identity: Identity = Field(
        description="What makes the piece itself within its outlet: `article:<number>`, `url:<address>`, `guid:<guid>`, "
        "`enclosure:<address>`, `title:<date>|<title>` or `clipping:<day>|<page>|<title>`."
    )
    revision: Name = Field(description="Hash of title, lead, text, date and form.")
    outlet: Name = Field(description="Identifier of the outlet that published the piece.")
    source: Name = Field(description="Identifier of the source that showed this revision.")
    url: Address | None = Field(description="Address of the piece as it was published, for people to open.")
    title: Title = Field(description="Title as plain text.")
    lead: Lead = Field("", description="Standfirst or summary as plain text.")
    text: Text = Field("", description="Body as plain text.")
    text_from: Literal["feed", "page"] = Field("feed", description="Where the text was read.")
    text_flag: Literal["text-missing"] | None = Field(
        None,
        description="Set when the article page could not be read or belongs to another piece; the page is fetched again later.",
    )
    text_reason: Name = Field(
        "",
        description="Stable code of the reason for `text_flag`, for example `redirected-home` or `http-404` (docs/articles.md).",
    )
    served_by: Literal["", "selectors", "json-ld", "trafilatura"] = Field(
        "", description="Extraction method that found the text in the page.", json_schema_extra=open_enum
    )
    document_at: Moment | None = Field(
        None, description="Time at which the document that holds the text was fetched."
    )
    claimed: Moment | None = Field(
        description="Publication time that the piece states; null when it cannot be read."
    )
    date_text: DateText = Field("", description="The stated publication time as the outlet wrote it.")
    date_flag: DateFlag | None = Field(None, description="Reason why `claimed` may not determine the period.")
    fetched_at: Moment = Field(
        description="Time of the fetch. The greatest (`fetched_at`, `revision`) of an item is its current revision."
    )
    guid: Guid = Field("", description="Identifier of the entry in its feed.")
    enclosures: Annotated[tuple[Enclosure, ...], LengthLimit(MOST_ENCLOSURES)] = Field(
        (), description="Files that the feed attaches to the entry."
    )
    categories: Annotated[tuple[Category, ...], LengthLimit(MOST_CATEGORIES)] = Field(
        (), description="Categories that the feed states."
    )

    def key(self) -> str:
        return self.id


class Classified(Message):
    """An item with its classification by the rules (`lantoa.items.classified`)."""

    ce_type: ClassVar[str] = "vn.lantoa.item.classified.v1"

    item: Item = Field(description="The item that was classified.")
    mentions: Annotated[tuple[Mention, ...], LengthLimit(MOST_MENTIONS)] = Field(
        description="The places in the item's text that refer to a resolution."
    )
    mentions_cut: bool = Field(
        False,
        description="True when the text holds more mentions than are kept; `mentions` holds the first ones.",
    )
    in_scope: bool = Field(description="Whether the item concerns the programme.")
    places: Annotated[tuple[Name, ...], LengthLimit(MOST_PLACES)] = Field(
        description="Places that put the item in scope; empty when its source is always in scope."
    )
    channel: Channel = Field(description="The one channel for which the item counts.")
    form: Name = Field(description="The one form for which the item counts, for example `brief` or `video`.")
    level: Level = Field(description="Level of the outlet.")
    partner: bool = Field(description="Whether the outlet is a partner of the office.")
    language: Name = Field("vi", description="Language of the text.")
    press_column: Category | None = Field(
        None, description="Special column of the paper (chuyên mục, chuyên trang) that holds the piece."
    )
    rules_version: Name = Field(description="Version of the rules that classified the item.")
    catalogue_version: Name = Field(description="Version of the catalogue that the rules used.")
    generation: Generation = Field(
        0,
        description="Number of the reclassification that produced this classification, 0 for none. Of several "
        "classifications of one revision, the latest generation is in force.",
    )

    def key(self) -> str:
        return self.item.id
