"""API: the tallies of a period, and one cell."""

from hashlib import sha256
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field

from config.errors import UsageError
from lantoa.language import _
from lantoa.views.evidence import cell_figures, parse_cell
from lantoa.web.api.figures import CellFigures, TallyRow, Totals
from lantoa.web.api.parameters import Id, OfPeriod, checked
from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of
from models.database import reading
from models.queries.tally import KEYS, parse_keys, read_tallies

router = APIRouter(tags=["tallies"])


def _keys(by: str) -> tuple[str, ...]:
    keys = parse_keys(by)
    if ",".join(keys) != by:
        raise UsageError(_("{by!r}: expected keys with nothing but commas between them", by=by))
    return keys


ONE = f"({'|'.join(KEYS)})"
By = Annotated[
    str,
    AfterValidator(checked(_keys)),
    Field(
        description=f"the keys of the rows, each once, separated by commas: {', '.join(KEYS)}",
        examples=["resolution,channel"],
        json_schema_extra={"format": "lantoa-keys", "pattern": f"^({ONE}(,{ONE})*)?$"},
    ),
]


class TalliesParameters(OfPeriod):
    by: By = ""


class UnitBelow(BaseModel):
    unit: str
    invited: int
    participants: int
    attendance_rate: float
    missing: int


class Attendance(BaseModel):
    """Attendance. `below` lists the units below the target, whose people are invited to a supplementary session."""

    target: float
    rate: float | None
    below: list[UnitBelow]


class Tallies(BaseModel):
    """The same as `lantoa tallies --format json` prints."""

    programme: str
    period: str
    as_of: str = Field(json_schema_extra={"format": "date-time"})
    totals: Totals
    rows: list[TallyRow]
    attendance: Attendance


@router.get(
    "/tallies",
    response_model=Tallies,
    summary="The counts of a period, and their rows by any keys",
    responses={
        200: {"headers": {"ETag": {"schema": {"type": "string"}, "required": True}}},
        304: {"description": "Nothing has changed since the answer with that ETag"},
        **refusing(400, 422, 503),
    },
)
def tallies(
    request: Request,
    asked: Annotated[TalliesParameters, Query()],
    if_none_match: Annotated[str, Header(description="ETags of answers that are kept")] = "",
) -> Response:
    office = office_of(request)
    keys, span = _keys(asked.by), asked.span(office)
    with reading(office.engine) as connection:
        found = read_tallies(connection, office.programme, span, keys).as_json()
    tag = _tag(found)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    kept = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    if kept & {tag.removeprefix("W/"), "*"}:
        return Response(status_code=304, headers=headers)
    return JSONResponse(found, headers=headers)


@router.get(
    "/cells/{key}",
    summary="One cell: its figures as they are stored and as they are computed, and where its content is",
    responses=refusing(404, 422, 503),
)
def cell(request: Request, key: Id) -> CellFigures:
    """Returns a cell by its key in `lantoa.tallies`, such as `hau-giang|2024|channel=radio`; `lantoa why` shows the
    same."""
    office = office_of(request)
    try:
        period, values = parse_cell(office.programme, key)
    except UsageError as error:
        raise HTTPException(404, str(error)) from error
    with reading(office.engine) as connection:
        found = cell_figures(connection, office.programme, key)
    asked = {"period": period.name} | {name: value or "" for name, value in values.items()}
    links = {
        name: f"{request.app.url_path_for(f'list_{name}')}?{urlencode(asked)}"
        for name in ("items", "activities")
    }
    computed = found["computed"] and {k: v for k, v in found["computed"].items() if k not in values}
    return CellFigures(**found | links | {"computed": computed}, values=values)


def _tag(found: dict[str, object]) -> str:
    """Returns a weak tag, because `as_of` differs in every answer."""
    said = JSONResponse({name: value for name, value in found.items() if name != "as_of"}).body
    return f'W/"{sha256(said).hexdigest()[:32]}"'
