"""The headers of a record that could not be handled."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.errors import MessageError
from models.messages.message import Headers

LONGEST_REASON = 2_000  # characters of what an error says, as a dead letter keeps it


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
