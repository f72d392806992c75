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
    """For `json_schema_extra`: the contract tells readers to expect values that are not listed yet."""
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
    """A value of one topic. `ce_type` names it in the headers; `schema_version` grows when old readers would break."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)
    ce_type: ClassVar[str]
    schema_version: Literal[1] = 1

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
    model_config = ConfigDict(frozen=True)
    url: Address
    type: Category = ""
    length: Claimed = None  # bytes, as claimed
    seconds: Claimed = None  # how long it plays, as claimed


class Item(Message):
    """One revision of one published piece, as fetched (`lantoa.items`)."""

    ce_type: ClassVar[str] = "vn.lantoa.item.v1"

    id: Name  # hash of (outlet, identity key)
    identity: Identity  # `article:<number>`, `url:<address>`, `guid:<guid>`, `enclosure:<address>`, `title:<date>|<title>`, `clipping:<day>|<page>|<title>`
    revision: Name  # hash of title, lead, text, date and form
    outlet: Name
    source: Name
    url: Address | None  # as published, for people to open
    title: Title
    lead: Lead = ""
    text: Text = ""
    text_from: Literal["feed", "page"] = "feed"
    text_flag: Literal["text-missing"] | None = (
        None  # its page could not be read, or is not its own; it is tried again
    )
    text_reason: Name = (
        ""  # why: a stable code, `redirected-home` or `http-404` for instance (docs/articles.md)
    )
    served_by: Literal["", "selectors", "json-ld", "trafilatura"] = Field(
        "", json_schema_extra=open_enum
    )  # who found the text in the page
    document_at: Moment | None = None  # when the document that its text comes from was fetched
    claimed: Moment | None  # the date that the piece claims, if it could be read
    date_text: DateText = ""  # the same as the outlet wrote it
    date_flag: DateFlag | None = None  # why `claimed` may not decide the period
    fetched_at: Moment
    guid: Guid = ""
    enclosures: Annotated[tuple[Enclosure, ...], LengthLimit(MOST_ENCLOSURES)] = ()
    categories: Annotated[tuple[Category, ...], LengthLimit(MOST_CATEGORIES)] = ()

    def key(self) -> str:
        return self.id


class Classified(Message):
    """An item with what the rules decided (`lantoa.items.classified`)."""

    ce_type: ClassVar[str] = "vn.lantoa.item.classified.v1"

    item: Item
    mentions: Annotated[tuple[Mention, ...], LengthLimit(MOST_MENTIONS)]
    mentions_cut: bool = False  # the text has more of them than are kept: these are the first
    in_scope: bool
    places: Annotated[
        tuple[Name, ...], LengthLimit(MOST_PLACES)
    ]  # what put it in scope; empty when the source is always in scope
    channel: Channel
    form: Name
    level: Level
    partner: bool
    language: Name = "vi"
    press_column: Category | None = None  # the paper's own special column (chuyên mục, chuyên trang)
    rules_version: Name
    catalogue_version: Name
    generation: Generation = (
        0  # which reclassification decided it: of two decisions of one revision the later stands
    )

    def key(self) -> str:
        return self.item.id


class SourceDue(Message):
    """A source that is to be fetched (`lantoa.sources.due`). One that was fetched since `named_at` is not fetched again
    for it."""

    ce_type: ClassVar[str] = "vn.lantoa.source.due.v1"

    source: Name
    host: Name  # one reader has all sources of a host, and so paces it
    reason: Literal["nightly", "often", "retry", "asked"] = Field(json_schema_extra=open_enum)
    named_at: Moment

    def key(self) -> str:
        return self.host


class SourceFetched(Message):
    """What became of one fetch of one source (`lantoa.sources.fetched`)."""

    ce_type: ClassVar[str] = "vn.lantoa.source.fetched.v1"

    source: Name
    outlet: Name
    status: Literal["ok", "not-modified", "failed"]
    reason: Name = ""  # a stable code when it failed
    message: Note = ""  # the same for people
    fetched_at: Moment
    seconds: float
    entries: Count = 0
    new: Count = 0
    changed: Count = 0
    unchanged: Count = 0
    rejected: Count = 0  # entries that ended in the dead letters
    pages: Count = 0  # that were asked for
    missing: Count = 0  # of them could not be read; they are tried again on later nights
    collapsed: Count = 0  # items that are several entries of one document, called differently

    def key(self) -> str:
        return self.source


class NightFetched(Message):
    """What a night came to (`lantoa.sources.fetched`, beside the sources themselves)."""

    ce_type: ClassVar[str] = "vn.lantoa.night.fetched.v1"

    programme: Name
    night: Moment  # the moment for which the sources were due
    began_at: Moment
    ended_at: Moment  # everything that it gave is counted
    sources: Count
    new: Count
    changed: Count
    unchanged: Count
    failed: Count
    quiet: Count  # sources that answered and gave nothing new
    pages: Count = 0  # that were asked for
    missing: Count = 0  # of them could not be read; they are tried again on later nights

    def key(self) -> str:
        return f"night|{self.programme}"


class DeadLetter(BaseModel):
    """What could not be handled. The value on the topic is the original bytes; these are its headers. Of a value that is
    too large for the topic its hash and its size are kept: the original stands at its place."""

    model_config = ConfigDict(frozen=True)
    topic: str
    partition: Annotated[int, Field(ge=-1, lt=2**31)]  # -1: it never was in a topic
    offset: Annotated[int, Field(ge=-1, lt=2**63)]
    error: str
    reason: str
    message: str
    value_sha256: str = ""  # of a value that is too large for a letter and was left where it was, in hex
    value_bytes: Annotated[int, Field(ge=0)] = 0

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
