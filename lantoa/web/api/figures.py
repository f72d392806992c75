"""The figures of the tallies as programs read them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]


class Figures(BaseModel):
    """`points`, `invited` and `attendance_rate` are null where nothing states them."""

    model_config = ConfigDict(extra="forbid")

    items: Count
    stories: Count
    outlets: Count
    activities: Count
    participants: Count
    points: Count | None
    invited: Count | None
    attendance_rate: float | None


class Totals(Figures):
    """`waiting` items have an ambiguous mention, of `flagged` ones the date fell back."""

    waiting: Count
    flagged: Count


def _drop_defaults(schema: dict[str, Any]) -> None:
    for described in schema["properties"].values():
        described.pop("default", None)


class TallyRow(Figures):
    """Of the keys those that were asked for; null is the row of what has no value."""

    model_config = ConfigDict(json_schema_extra=_drop_defaults)

    resolution: str | None = None
    channel: str | None = None
    outlet: str | None = None
    level: str | None = None
    form: str | None = None
    month: str | None = None
    quarter: str | None = None
    place: str | None = None
    district: str | None = None
    unit: str | None = None
    language: str | None = None
    kind: str | None = None
    column: str | None = None


class CellFigures(BaseModel):
    """Both figures are null where the cell is empty; `stored` also where such cells are not kept. `items` and `activities`
    are the addresses of what stands in it."""

    cell: str
    values: dict[str, str | None]
    stored: Totals | None
    computed: Totals | None
    items: str
    activities: str
