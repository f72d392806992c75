"""The models of the entries in a catalogue file."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Term = Literal["V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV"]
Kind = Literal["resolution", "directive", "conclusion", "congress", "plenum", "local"]
Issuer = Literal["central_committee", "politburo", "secretariat", "congress", "local"]
DOCUMENT_WORDS = ("nghị quyết", "chỉ thị", "kết luận", "quy định", "kế hoạch")


class _CatalogueEntry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Document(_CatalogueEntry):
    """A document of the Party. A plenum's own entry counts the documents that name it as their `plenum`.

    `topics` are phrases that identify its subject besides its number; `hints` are weaker words, which only
    distinguish documents of the same number. `certainty` states how far number and date were verified, `source`
    where.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z]+-[0-9A-Z-]+$")]
    symbol: Annotated[str, Field(pattern=r"^\d{1,3}-[A-ZĐ]+/[A-ZĐƯ]+$")] | None = None
    kind: Kind
    issuer: Issuer
    term: Term | None = None
    plenum: str | None = None
    issued: date | None = None
    title: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    certainty: str = ""
    source: str = ""

    @property
    def family(self) -> Literal["party", "local_party"]:
        return "local_party" if self.kind == "local" else "party"


class StateDocument(_CatalogueEntry):
    """A resolution of the state that must never be linked. Its `topics` show when a bare number means it."""

    symbol: str
    issuer: str
    issued: date
    title: str
    topics: tuple[str, ...] = ()
    certainty: str = ""


class TermSpan(_CatalogueEntry):
    term: Term
    began: date


class Group(_CatalogueEntry):
    """Words that name several documents at once."""

    words: tuple[str, ...]
    documents: tuple[str, ...]


class OfficeHolder(_CatalogueEntry):
    """`until` is None while the person is in office, and where the end is not known."""

    name: Annotated[str, Field(pattern=r"^\S+( \S+){1,3}$")]
    began: Annotated[date, Field(alias="from")]
    ended: Annotated[date | None, Field(alias="until")]
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ended and self.ended <= self.began:
            raise ValueError("expected an end behind the beginning")
        return self


class PublicOffice(_CatalogueEntry):
    """The holders of an office: a text that names a holder with the office was written in that time."""

    office: Annotated[tuple[str, ...], Field(min_length=1)]
    holders: Annotated[tuple[OfficeHolder, ...], Field(min_length=1)]


class Event(_CatalogueEntry):
    """Words that no text uses before a certain day."""

    words: Annotated[tuple[str, ...], Field(min_length=1)]
    began: Annotated[date, Field(alias="from")]
    source: Annotated[str, Field(min_length=1)]
