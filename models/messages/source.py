"""Sources that are due, and what fetching them gave."""

from typing import ClassVar, Literal

from pydantic import Field

from models.messages.limits import (
    Count,
    Moment,
    Name,
    Note,
)
from models.messages.message import Message, open_enum


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
