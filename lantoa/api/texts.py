"""What the rules say of a text that a program hands in; nothing is kept of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from lantoa.api.asked import Asked
from lantoa.api.problems import refusing
from lantoa.classifying import Classifying
from lantoa.dashboard.pages import desk_of
from models.mention import Family, Status, Zone
from models.messages import Channel

router = APIRouter(tags=["rules"])


class Text(Asked):
    """`published` in ISO 8601, else as outlets write it. An outlet that the programme knows decides the channel."""

    id: str | None = None
    title: Annotated[str, Field(max_length=10_000)] = ""
    lead: Annotated[str, Field(max_length=100_000)] = ""
    text: Annotated[str, Field(max_length=1_000_000)] = ""
    url: Annotated[str, Field(max_length=2_048)] | None = None
    outlet: Annotated[str, Field(max_length=200)] | None = None
    published: Annotated[str, Field(max_length=200)] | None = None


class Named(BaseModel):
    """`zone[start:end] == surface`. `resolution` is null unless the mention is linked."""

    surface: str
    start: int
    end: int
    zone: Zone
    resolution: str | None
    symbol: str | None
    family: Family
    status: Status
    rule: str


class Classification(BaseModel):
    """As `lantoa classify --jsonl` answers. `error` names a date that cannot be read, and is else left out."""

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
    responses=refusing(400, 422),
)
def classify(request: Request, text: Text) -> dict[str, Any]:
    return rules_of(request).answer(text.model_dump())


def rules_of(request: Request) -> Classifying:
    """Compiled once for as long as the programme stays the same."""
    state, programme = request.app.state, desk_of(request).programme
    kept: tuple[object, Classifying] | None = getattr(state, "rules", None)
    if kept is None or kept[0] is not programme:
        state.rules = kept = programme, Classifying(programme)
    return kept[1]
