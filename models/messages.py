"""What travels: versioned JSON values with CloudEvents headers (binary mode, CloudEvents 1.0 Kafka binding).

Every message knows its key. A value that does not fit its model raises MessageError, never anything else, so that
a reader can send the bytes to the dead letters and go on.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.errors import MessageError
from models.limits import (
    MOST_CATEGORIES,
    MOST_ENCLOSURES,
    MOST_MENTIONS,
    MOST_PLACES,
    READING,
    Address,
    Category,
    Claimed,
    Count,
    DateText,
    Generation,
    Guid,
    Identity,
    Lead,
    LengthLimit,
    Moment,
    Name,
    Note,
    Text,
    Title,
)
from models.mention import Mention

Headers = list[tuple[str, bytes]]
NULL_CHARACTER = re.compile(
    rb"(?<!\\)(?:\\\\)*\\u0000"
)  # six characters behind an escaped backslash are text
LONGEST_REASON = 2_000  # characters of what an error says, as a dead letter keeps it


def open_enum(schema: dict[str, Any]) -> None:
    """For `json_schema_extra`: the contract asks readers to expect values that are not listed yet."""
    schema["x-extensible-enum"] = schema.pop("enum")


DateFlag = Annotated[
    Literal["date-missing", "date-unreadable", "date-implausible"], Field(json_schema_extra=open_enum)
]
Channel = Literal[
    "central_press", "local_press", "radio", "television", "loudspeaker", "mobile_information", "oral",
    "conference", "digital", "social", "visual",
]  # fmt: skip
Level = Literal["central", "provincial", "district", "commune"]


class Message(BaseModel):
    """The value of one record. `ce_type` names its type in the headers; `schema_version` grows with an incompatible change."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)
    ce_type: ClassVar[str]
    schema_version: Literal[1] = Field(1, description="Version of this schema; every message states it.")

    def key(self) -> str:
        raise TypeError(f"{type(self).__name__} has no key")

    def encode(self) -> bytes:
        return self.model_dump_json(exclude_defaults=False).encode()

    @classmethod
    def decode(cls, value: bytes | None) -> Self:
        if value is None:
            raise MessageError("empty", f"a {cls.ce_type} without a value")
        if b"\\u0000" in value and NULL_CHARACTER.search(value):  # no database keeps it, and no text needs it
            raise MessageError("null-character", f"{cls.ce_type}: the text holds a null character")
        try:
            return cls.model_validate_json(value, context=READING)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the value"
            reason = "not-json" if first["type"] == "json_invalid" else "not-this-schema"
            raise MessageError(reason, f"{cls.ce_type}: {place}: {first['msg']}") from error
        except MemoryError:
            raise
        except (
            Exception
        ) as error:  # bytes may lead a parser anywhere: too deep, too many digits, out of the calendar
            raise MessageError(
                "not-this-schema", f"{cls.ce_type}: {type(error).__name__}: {error}"
            ) from error

    @classmethod
    def stored(cls, **values: Any) -> Self:
        """Of values that are here already: they may lie beyond the limits of those who write today."""
        return cls.model_validate(values, context=READING)

    def headers(self, source: str) -> Headers:
        """`source` is the part that speaks, for instance `/lantoa/ingest`."""
        return [
            ("ce_specversion", b"1.0"),
            ("ce_type", self.ce_type.encode()),
            ("ce_source", source.encode()),
            ("ce_id", uuid4().hex.encode()),
            ("ce_time", datetime.now(UTC).isoformat(timespec="milliseconds").encode()),
            ("content-type", b"application/json"),
        ]


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


class SourceDue(Message):
    """A request to fetch one source (`lantoa.sources.due`). It is ignored when the source was fetched after `named_at`."""

    ce_type: ClassVar[str] = "vn.lantoa.source.due.v1"

    source: Name = Field(description="Identifier of the source.")
    host: Name = Field(
        description="Host of the source. One consumer fetches all sources of a host and keeps its request rate."
    )
    reason: Literal["nightly", "often", "retry", "asked"] = Field(
        description="Why the source is due: the nightly run, its own short interval, a retry after a failure, or a request by a person.",
        json_schema_extra=open_enum,
    )
    named_at: Moment = Field(description="Time at which the source became due.")

    def key(self) -> str:
        return self.host


class SourceFetched(Message):
    """The outcome of one fetch of one source (`lantoa.sources.fetched`)."""

    ce_type: ClassVar[str] = "vn.lantoa.source.fetched.v1"

    source: Name = Field(description="Identifier of the source.")
    outlet: Name = Field(description="Identifier of the outlet.")
    status: Literal["ok", "not-modified", "failed"] = Field(
        description="Result of the fetch. A failed fetch may have published the items that could be read."
    )
    reason: Name = Field("", description="Stable code of the failure (docs/fetching.md).")
    message: Note = Field("", description="The failure in words.")
    fetched_at: Moment = Field(description="Time of the fetch.")
    seconds: float = Field(
        allow_inf_nan=False,
        description="Duration of the fetch without the time spent waiting for the host's turn.",
    )
    entries: Count = Field(0, description="Entries that were read.")
    new: Count = Field(0, description="Items that were published for the first time.")
    changed: Count = Field(0, description="Items of which a new revision was published.")
    unchanged: Count = Field(0, description="Items without any change.")
    rejected: Count = Field(0, description="Entries that were sent to the dead letters.")
    pages: Count = Field(0, description="Article pages that were requested.")
    missing: Count = Field(
        0, description="Requested article pages that could not be read; they are retried on later nights."
    )
    collapsed: Count = Field(
        0, description="Items that one document shows as several entries with different titles."
    )

    def key(self) -> str:
        return self.source


class NightFetched(Message):
    """The totals of one nightly run (`lantoa.sources.fetched`, beside the outcomes of the sources)."""

    ce_type: ClassVar[str] = "vn.lantoa.night.fetched.v1"

    programme: Name = Field(description="Identifier of the programme.")
    night: Moment = Field(description="Time for which the sources were due.")
    began_at: Moment = Field(description="Time at which the run began.")
    ended_at: Moment = Field(description="Time at which everything that the run published had been counted.")
    sources: Count = Field(description="Sources that were fetched.")
    new: Count = Field(description="Items that were published for the first time.")
    changed: Count = Field(description="Items of which a new revision was published.")
    unchanged: Count = Field(description="Items without any change.")
    failed: Count = Field(description="Sources whose fetch failed.")
    quiet: Count = Field(description="Sources that answered without anything new.")
    pages: Count = Field(0, description="Article pages that were requested.")
    missing: Count = Field(
        0, description="Requested article pages that could not be read; they are retried on later nights."
    )

    def key(self) -> str:
        return f"night|{self.programme}"


class DeadLetter(BaseModel):
    """The headers of a record that could not be handled; its value on the topic is the original bytes. When a value is too
    large for the topic, the letter holds its hash and size, and the original stays at its topic, partition and offset."""

    model_config = ConfigDict(frozen=True)
    topic: str = Field(
        description="Topic of the original record, or the topic for which it was meant if it never reached one."
    )
    partition: Annotated[int, Field(ge=-1, lt=2**31)] = Field(
        description="Partition of the original record; -1 if it never reached a topic."
    )
    offset: Annotated[int, Field(ge=-1, lt=2**63)] = Field(
        description="Offset of the original record; -1 if it never reached a topic."
    )
    error: str = Field(description="Class of the error.")
    reason: str = Field(description="Stable code of the reason.")
    message: str = Field(description="The reason in words.")
    value_sha256: str = Field(
        "",
        description="SHA-256 in hexadecimal of a value that is too large for a dead letter; the value stays where it was.",
    )
    value_bytes: Annotated[int, Field(ge=0)] = Field(0, description="Size of that value in bytes.")

    @classmethod
    def of(cls, record: Any, error: BaseException, reason: str = "unexpected") -> Self:
        """Of a record that either of the two clients has read. A MessageError brings a reason of its own."""
        return cls(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            error=type(error).__name__,
            reason=error.reason if isinstance(error, MessageError) else reason,
            message=_said_by(error),
        )

    def headers(self, original: Mapping[str, bytes] | None = None) -> Headers:
        stated = [
            (f"lantoa_{name}", str(value).encode("utf-8", "backslashreplace"))
            for name, value in self.model_dump(exclude_defaults=True).items()
        ]
        return [*(original or {}).items(), *stated]

    @classmethod
    def from_headers(cls, headers: Mapping[str, bytes | None]) -> Self:
        """Whatever they hold: what is no letter of ours has the reason `no-headers` and never was in a topic."""
        found = {
            name: value.decode("utf-8", "replace")
            for name in cls.model_fields
            if (value := headers.get(f"lantoa_{name}")) is not None
        }
        try:
            return cls.model_validate(found)
        except ValidationError:
            return cls(
                topic="",
                partition=-1,
                offset=-1,
                error="",
                reason="no-headers",
                message="not written by Lan tỏa",
            )


def _said_by(error: BaseException) -> str:
    """What an error says may be as long as the message, and an error may fail to say anything."""
    try:
        return str(error)[:LONGEST_REASON]
    except Exception:
        return ""
