"""Parameters of the API: periods, the keys that select a cell, and pages."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Path, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from config.errors import UsageError
from config.sheets import ActivityKind
from lantoa.web.office import Office
from models.counting.period import EXPECTED, Period, parse_period
from models.messages.item import Channel, Level
from models.queries.tally import KEYS

MOST = 200  # rows on one page
MONTH = "(0[1-9]|1[0-2])"
DAY = f"[0-9]{{4}}-{MONTH}-(0[1-9]|[12][0-9]|3[01])"
PERIOD = f"^([0-9]{{4}}|[0-9]{{4}}-Q[1-4]|[0-9]{{4}}-{MONTH}|{DAY}|{DAY}\\.\\.{DAY})$"


def checked(read: Callable[[str], object]) -> Callable[[str], str]:
    """Returns a validator that parses a text with `read`; the text of its UsageError becomes the detail of the 422."""

    def check(text: str) -> str:
        try:
            read(text)
        except UsageError as error:
            raise ValueError(str(error)) from error
        return text

    return check


Text = Annotated[str, Field(max_length=200, pattern="^[^\\x00]*$")]
NoValue = Literal[""]
PeriodName = Annotated[
    str,
    AfterValidator(checked(parse_period)),
    Field(
        description=f"{EXPECTED}; this year when it is not stated",
        examples=["2024", "2024-Q3"],
        json_schema_extra={"format": "lantoa-period", "pattern": PERIOD},
    ),
]
BEGINS = "where the page begins, as `next` of the page before says"
Cursor = Annotated[
    str, Field(max_length=500, description=BEGINS, json_schema_extra={"format": "lantoa-cursor"})
]
Limit = Annotated[int, Field(ge=1, le=MOST, description="the most that one page holds")]
Id = Annotated[str, Path(max_length=200, pattern="^[^\\x00]+$")]


class StrictParameters(BaseModel):
    """A set of parameters in which an unknown one is refused, because a misspelt filter would let
    everything through."""

    model_config = ConfigDict(extra="forbid")


class OfPeriod(StrictParameters):
    period: PeriodName | None = None

    def span(self, office: Office) -> Period:
        return parse_period(self.period or office.this_year)


class InCell(OfPeriod):
    """Every key of the tallies filters the list; a key without a value selects the row null."""

    resolution: Text | None = None
    channel: Channel | NoValue | None = None
    outlet: Text | None = None
    level: Level | NoValue | None = None
    form: Text | None = None
    month: Text | None = None
    quarter: Text | None = None
    place: Text | None = None
    district: Text | None = None
    unit: Text | None = None
    language: Text | None = None
    kind: ActivityKind | NoValue | None = None
    column: Text | None = None
    after: Cursor = ""
    limit: Limit = 50

    def values(self) -> dict[str, str | None]:
        """Returns the keys that were stated."""
        return {key: getattr(self, key) or None for key in KEYS if key in self.model_fields_set}


def next_page(request: Request, after: str | None) -> str | None:
    """Returns the address of the page that begins at this cursor."""
    return (
        None
        if after is None
        else str(request.url.include_query_params(after=after).replace(scheme="", netloc=""))
    )
