"""What travels: versioned JSON values with CloudEvents headers (binary mode, CloudEvents 1.0 Kafka binding).

Every message knows its key. A value that does not fit its model raises MessageError, never anything else, so that
a reader can send the bytes to the dead letters and go on.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from config.errors import MessageError
from models.mention import Mention

Headers = list[tuple[str, bytes]]


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
        if b"\\u0000" in value:  # no database keeps it, and no text needs it
            raise MessageError("null-character", f"{cls.ce_type}: the text holds a null character")
        try:
            return cls.model_validate_json(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the value"
            reason = "not-json" if first["type"] == "json_invalid" else "not-this-schema"
            raise MessageError(reason, f"{cls.ce_type}: {place}: {first['msg']}") from error

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
    url: str
    type: str = ""
    length: int | None = None  # bytes, as claimed
    seconds: int | None = None  # how long it plays, as claimed


class Item(Message):
    """One revision of one published piece, as fetched (`lantoa.items`)."""

    ce_type: ClassVar[str] = "vn.lantoa.item.v1"

    id: str  # hash of (outlet, identity key)
    identity: str  # `article:<number>`, `url:<address>`, `guid:<guid>`, `enclosure:<address>`, `clipping:<day>|<page>|<title>`
    revision: str  # hash of title, lead, text, date and form
    outlet: str
    source: str
    url: str | None  # as published, for people to open
    title: str
    lead: str = ""
    text: str = ""
    text_from: Literal["feed", "page"] = "feed"
    text_flag: Literal["text-missing"] | None = None  # its page could not be read; it is tried again
    served_by: Literal["", "selectors", "json-ld", "trafilatura"] = Field(
        "", json_schema_extra=open_enum
    )  # who found the text in the page
    document_at: AwareDatetime | None = None  # when the document that its text comes from was fetched
    claimed: AwareDatetime | None  # the date that the piece claims, if it could be read
    date_text: str = ""  # the same as the outlet wrote it
    date_flag: DateFlag | None = None  # why `claimed` may not decide the period
    fetched_at: AwareDatetime
    guid: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    categories: tuple[str, ...] = ()

    def key(self) -> str:
        return self.id


class Classified(Message):
    """An item with what the rules decided (`lantoa.items.classified`)."""

    ce_type: ClassVar[str] = "vn.lantoa.item.classified.v1"

    item: Item
    mentions: tuple[Mention, ...]
    in_scope: bool
    places: tuple[str, ...]  # what put it in scope; empty when the source is always in scope
    channel: Channel
    form: str
    level: Level
    partner: bool
    language: str = "vi"
    press_column: str | None = None  # the paper's own special column (chuyên mục, chuyên trang)
    rules_version: str
    catalogue_version: str
    generation: int = (
        0  # which reclassification decided it: of two decisions of one revision the later stands
    )

    def key(self) -> str:
        return self.item.id


class SourceDue(Message):
    """A source that is to be fetched (`lantoa.sources.due`). One that was fetched since `named_at` is not fetched again
    for it."""

    ce_type: ClassVar[str] = "vn.lantoa.source.due.v1"

    source: str
    host: str  # one reader has all sources of a host, and so paces it
    reason: Literal["nightly", "often", "retry", "asked"] = Field(json_schema_extra=open_enum)
    named_at: AwareDatetime

    def key(self) -> str:
        return self.host


class SourceFetched(Message):
    """What became of one fetch of one source (`lantoa.sources.fetched`)."""

    ce_type: ClassVar[str] = "vn.lantoa.source.fetched.v1"

    source: str
    outlet: str
    status: Literal["ok", "not-modified", "failed"]
    reason: str = ""  # a stable code when it failed
    message: str = ""  # the same for people
    fetched_at: AwareDatetime
    seconds: float
    entries: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0  # entries that ended in the dead letters
    pages: int = 0  # that were asked for
    missing: int = 0  # of them could not be read; they are tried again on later nights

    def key(self) -> str:
        return self.source


class NightFetched(Message):
    """What a night came to (`lantoa.sources.fetched`, beside the sources themselves)."""

    ce_type: ClassVar[str] = "vn.lantoa.night.fetched.v1"

    programme: str
    night: AwareDatetime  # the moment for which the sources were due
    began_at: AwareDatetime
    ended_at: AwareDatetime  # everything that it gave is counted
    sources: int
    new: int
    changed: int
    unchanged: int
    failed: int
    quiet: int  # sources that answered and gave nothing new
    pages: int = 0  # that were asked for
    missing: int = 0  # of them could not be read; they are tried again on later nights

    def key(self) -> str:
        return f"night|{self.programme}"


class DeadLetter(BaseModel):
    """What could not be handled. The value on the topic is the original bytes; these are its headers."""

    model_config = ConfigDict(frozen=True)
    topic: str
    partition: Annotated[int, Field(ge=-1)]  # -1: it never was in a topic
    offset: Annotated[int, Field(ge=-1)]
    error: str
    reason: str
    message: str

    @classmethod
    def of(cls, record: Any, error: Exception) -> Self:
        """Of a record that either of the two clients has read."""
        return cls(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            error=type(error).__name__,
            reason=error.reason if isinstance(error, MessageError) else "unexpected",
            message=str(error),
        )

    def headers(self, original: Mapping[str, bytes] | None = None) -> Headers:
        stated = [
            (f"lantoa_{name}", str(value).encode()) for name, value in self.model_dump(mode="json").items()
        ]
        return [*(original or {}).items(), *stated]

    @classmethod
    def from_headers(cls, headers: Mapping[str, bytes]) -> Self:
        found = {name: headers.get(f"lantoa_{name}", b"").decode() for name in cls.model_fields}
        return cls.model_validate(found)
