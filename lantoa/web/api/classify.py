"""API: the classification of a text, which is not stored."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from lantoa.commands.classifying import answer_of
from lantoa.commands.limited_rules import TEXT_CHARACTERS
from lantoa.web.access.roles import needs
from lantoa.web.api.parameters import StrictParameters
from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of, rules_of
from models.messages.item import Channel
from models.messages.mention import Family, Status, Zone

router = APIRouter(tags=["rules"])


class Text(StrictParameters):
    """A text. `published` is in ISO 8601 or in the form in which outlets write dates. A known outlet determines the
    channel."""

    id: str | None = None
    title: Annotated[str, Field(max_length=10_000)] = ""
    lead: Annotated[str, Field(max_length=20_000)] = ""
    text: Annotated[str, Field(max_length=TEXT_CHARACTERS)] = ""
    url: Annotated[str, Field(max_length=2_048)] | None = None
    outlet: Annotated[str, Field(max_length=200)] | None = None
    published: Annotated[str, Field(max_length=200)] | None = None


class Considered(BaseModel):
    """A document that a mention may name."""

    id: str
    probability: Annotated[float, Field(ge=0, le=1)]


class Named(BaseModel):
    """A mention: `zone[start:end] == surface`. `resolution` is null unless the mention is linked. `candidates` are in
    order of their probability, and `probability` is that of the first: 1 if the words name a document outright, 0 if
    there is no candidate. The rest of the probability means that none of the candidates is named.
    """

    surface: str
    start: int
    end: int
    zone: Zone
    resolution: str | None
    symbol: str | None
    family: Family
    status: Status
    rule: str
    probability: Annotated[float, Field(ge=0, le=1)]
    candidates: list[Considered]


class Classification(BaseModel):
    """The same answer as that of `lantoa classify --jsonl`. `error` is present if the date cannot be read."""

    id: str | None
    resolutions: list[str]
    mentions: list[Named]
    scope: bool
    channel: Channel | None
    form: str
    language: str
    error: str = ""


@router.post(
    "/classify",
    response_model=Classification,
    response_model_exclude_unset=True,
    summary="What the rules say of a text",
    responses=refusing(400, 422, 503),
)
@needs("reader")
def classify(request: Request, text: Text) -> dict[str, object]:
    office, piece = office_of(request), text.model_dump()
    return answer_of(piece, rules_of(request).read(piece), office.programme, office.catalogue)
