"""API: the figures of the tallies."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]


class Figures(BaseModel):
    """The figures of a row. `points`, `invited` and `attendance_rate` are null if no report states them."""

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
    """The figures of a period. `waiting` counts items with an ambiguous mention, `flagged` items whose date could not
    be used."""

    waiting: Count
    flagged: Count


def _drop_defaults(schema: dict[str, Any]) -> None:
    for described in schema["properties"].values():
        described.pop("default", None)


class TallyRow(Figures):
    """The figures of one row. Only the requested keys are present; null means that there is no value."""

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
    """The figures of a cell as stored and as computed now. Both are null if the cell is empty; `stored` is also null
    if such cells are not kept. `items` and `activities` are the addresses of its content."""

    cell: str
    values: dict[str, str | None]
    stored: Totals | None
    computed: Totals | None
    items: str
    activities: str
