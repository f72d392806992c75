"""API: the items of a cell, and one item with everything behind it."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field

from lantoa.language import _
from lantoa.views.evidence import Evidence, find_items
from lantoa.views.stated_places import stated_places
from lantoa.web.api.parameters import Id, InCell, next_page
from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of
from models.database import reading
from models.messages.item import Channel, Level
from models.messages.mention import Mention
from models.queries.cell_lists import ITEM_COLUMNS, Selection, items_in
from models.queries.paging import Sorting
from models.queries.stored_evidence import evidence

router = APIRouter(tags=["items"])


class ItemsAsked(InCell):
    q: Annotated[
        str,
        Field(max_length=200, description="words of titles and leads; marks that are left out do not matter"),
    ] = ""
    partner: Annotated[bool, Field(description="only items of partner outlets")] = False
    sort: Literal["newest", "oldest"] = "newest"


class Item(BaseModel):
    """An item as it counts now. `story` is null if no other item has the same text."""

    id: str
    outlet: str
    source: str
    url: str | None
    title: str
    day: date
    published: datetime | None
    first_seen: datetime
    channel: Channel
    form: str
    level: Level
    partner: bool
    language: str
    press_column: str | None
    resolutions: list[str]
    places: list[str]
    story: str | None
    waiting: bool
    flagged: bool
    rules_version: str
    catalogue_version: str


class Items(BaseModel):
    """One page of `count` items; `next` is the address of the next page."""

    period: str
    count: int
    items: list[Item]
    next: str | None


class ClassifiedFields(BaseModel):
    """The classification by the rules, without later corrections."""

    in_scope: bool
    channel: Channel
    form: str
    resolutions: list[str]
    waiting: bool
    mentions_cut: bool = False  # the text has more mentions than are kept


class ItemInFull(Item):
    """An item with its classification. `corrected` maps each field to the correction that sets it."""

    identity: str
    revision: str
    generation: int
    fetched_at: datetime
    claimed: datetime | None
    date_flag: str | None
    in_scope: bool
    counts: bool
    same_as: str | None
    classified: ClassifiedFields
    decided: ClassifiedFields = Field(deprecated=True, description="The name of `classified` until 0.3.0.")
    corrected: dict[str, str]


class LastFetch(BaseModel):
    """The last fetch of the item's source."""

    source_id: str
    url: str
    fetched_at: datetime
    status: str
    reason: str
    message: str


class Revision(BaseModel):
    revision: str
    source: str
    url: str | None
    first_fetched_at: datetime
    fetched_at: datetime
    claimed: datetime | None
    date_text: str
    date_flag: str | None
    title: str
    lead: str
    text: str
    text_from: str
    text_flag: str | None
    text_reason: str
    served_by: str
    document_at: datetime | None


class CorrectedFields(BaseModel):
    """The fields that a correction sets. Null means that it does not set the field."""

    in_scope: bool | None = None
    resolutions: list[str] | None = None
    channel: Channel | None = None
    form: str | None = None
    published: date | None = None
    same_as: str | None = None


class Correction(BaseModel):
    id: str
    made_at: datetime
    by: str
    because: str
    fields: CorrectedFields
    withdraws: str | None


class EarlierFields(BaseModel):
    mentions: list[Mention]
    in_scope: bool
    channel: Channel
    form: str
    places: list[str]
    level: Level
    partner: bool
    language: str
    press_column: str | None
    rules_version: str
    catalogue_version: str


class EarlierClassification(BaseModel):
    """An earlier classification by the rules, before another revision or a reclassification."""

    revision: str
    generation: int
    classification: EarlierFields


class EarlierDecision(BaseModel):
    """`EarlierClassification` with the field names of version 0.1.0."""

    revision: str
    generation: int
    decision: EarlierFields


class StoryMember(BaseModel):
    id: str
    outlet: str
    day: date
    title: str
    url: str | None


class ItemEvidence(BaseModel):
    """Everything behind an item's place in the tallies, as `lantoa why` shows it. `cells` are keys of the tallies."""

    item: ItemInFull
    counted: bool
    source: LastFetch | None
    mentions: list[Mention]
    revisions: list[Revision]
    corrections: list[Correction]
    earlier_classifications: list[EarlierClassification]
    earlier_decisions: list[EarlierDecision] = Field(
        deprecated=True, description="The name of `earlier_classifications` until 0.3.0."
    )
    story: list[StoryMember]
    copies: list[str]
    cells: list[str]


@router.get(
    "/items", name="list_items", summary="The items that stand in a cell", responses=refusing(400, 422, 503)
)
def items(request: Request, asked: Annotated[ItemsAsked, Query()]) -> Items:
    """The count equals the figure `items` of the same cell of the tallies."""
    office = office_of(request)
    span = asked.span(office)
    with stated_places(), reading(office.engine) as connection:
        selection = Selection(office.programme, span, asked.values(), asked.q, partners=asked.partner)
        sorting = Sorting.stated(asked.sort, ITEM_COLUMNS)
        found = items_in(connection, selection, sorting, asked.after, limit=asked.limit)
    here = [Item.model_validate(row, from_attributes=True) for row in found.rows]
    return Items(period=span.name, count=found.count, items=here, next=next_page(request, found.after))


@router.get(
    "/items/{id}",
    response_model=ItemEvidence,
    summary="One item with its evidence",
    responses=refusing(404, 422, 503),
)
def item(request: Request, id: Id) -> Evidence:
    with reading(office_of(request).engine) as connection:
        if id not in find_items(connection, id):
            raise HTTPException(404, _("No item has the id {id!r}.", id=id))
        return evidence(connection, id)
