"""What travels: versioned JSON values with CloudEvents headers (binary mode, CloudEvents 1.0 Kafka binding).

Every message knows its key. A value that does not fit its model raises MessageError, never anything else, so that
a reader can send the bytes to the dead letters and go on.
"""

import re
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.errors import MessageError
from models.messages.limits import (
    READING,
)

Headers = list[tuple[str, bytes]]

NULL_CHARACTER = re.compile(
    rb"(?<!\\)(?:\\\\)*\\u0000"
)  # six characters behind an escaped backslash are text


def open_enum(schema: dict[str, Any]) -> None:
    """For `json_schema_extra`: the contract asks readers to expect values that are not listed yet."""
    schema["x-extensible-enum"] = schema.pop("enum")


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
    def stored(cls, **values: object) -> Self:
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
