"""The catalogue of Party documents whose spread is tracked, and of the state's that look like them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.errors import CatalogueError
from config.yaml_lines import load_model

SHIPPED = Path(__file__).parent / "catalogue"
Term = Literal["IX", "X", "XI", "XII", "XIII", "XIV"]
Kind = Literal["resolution", "directive", "conclusion", "congress", "plenum", "local"]
Issuer = Literal["central_committee", "politburo", "secretariat", "congress", "local"]


class Document(BaseModel):
    """One entry. A plenum's own entry counts the documents that name it as their `plenum`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[A-Z]+-[0-9A-Z-]+$")]
    symbol: Annotated[str, Field(pattern=r"^\d{1,3}-[A-ZĐ]+/[A-Z]+$")] | None = None
    kind: Kind
    issuer: Issuer
    term: Term | None = None
    plenum: str | None = None
    issued: date | None = None
    title: str
    aliases: tuple[str, ...] = ()
    certainty: str = ""


class StateDocument(BaseModel):
    """A resolution of the state that must never be linked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    symbol: str
    issuer: str
    issued: date
    title: str


@dataclass(frozen=True)
class Catalogue:
    documents: Mapping[str, Document]
    state: Sequence[StateDocument]

    def plenum_of(self, document_id: str) -> str | None:
        return self.documents[document_id].plenum

    @cached_property
    def version(self) -> str:
        """Changes whenever an entry does."""
        entries = [*self.documents.values(), *self.state]
        return sha256("\n".join(entry.model_dump_json() for entry in entries).encode()).hexdigest()[:12]


def load_catalogue(*extra: Path) -> Catalogue:
    """The shipped catalogue and a programme's own entries. Raises CatalogueError."""
    documents: dict[str, Document] = {}
    for path in (SHIPPED / "party.yaml", *extra):
        entries, line_of = load_model(path, list[Document])
        for number, entry in enumerate(entries):
            if entry.id in documents:
                raise CatalogueError(path, line_of((number, "id")), f"the id {entry.id} is taken already")
            documents[entry.id] = entry
        for number, entry in enumerate(entries):
            if entry.plenum and entry.plenum not in documents:
                expected = "the id of a plenum's own entry"
                raise CatalogueError(path, line_of((number, "plenum")), f"{expected}, found {entry.plenum!r}")
    state, _ = load_model(SHIPPED / "state.yaml", list[StateDocument])
    return Catalogue(documents, tuple(state))
