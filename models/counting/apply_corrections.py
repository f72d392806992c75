"""Corrections applied to what the rules classified: a human has the last word (counting.md, Corrections)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from config.programme import Programme
from models.messages.correction import Correction
from models.stored_row import Row

FIELDS = ("in_scope", "resolutions", "channel", "form", "published", "same_as")


def stated(correction: Correction) -> dict[str, Any]:
    """The fields that a correction sets, as JSON keeps them."""
    return correction.model_dump(mode="json", include=set(FIELDS), exclude_none=True)


def latest(corrections: Iterable[Row]) -> dict[str, tuple[Any, str]]:
    """Field → the value in force and the correction that sets it; withdrawn corrections set nothing."""
    listed = sorted(corrections, key=lambda c: (c["made_at"], c["id"]))
    withdrawn = {c["withdraws"] for c in listed}
    return {
        field: (value, c["id"])
        for c in listed
        if c["id"] not in withdrawn
        for field, value in c["fields"].items()
    }


def apply_corrections(
    row: Row,
    corrections: Sequence[Row],
    programme: Programme,
    plenum_of: Mapping[str, str],
    before: Row | None = None,
) -> Row:
    """The row with what counts: `counts` and `story` are left to those who look at other items too.

    `before` is the row as it is stored. What nothing has changed stays as it was counted, whatever the files say now.
    """
    said = latest(corrections)
    classified = row["classified"]
    values = classified | {field: value for field, (value, _) in said.items()}
    documents = [document for document in values["resolutions"] if document]
    plenums = {plenum_of[d] for d in documents if d in plenum_of}
    if "resolutions" not in said and "plenums" in classified:
        plenums = set(classified["plenums"])
    same_as = values.get("same_as")
    return row | {
        "in_scope": values["in_scope"],
        "channel": values["channel"],
        "form": values["form"],
        "resolutions": sorted({*documents, *plenums}),
        "waiting": values["waiting"] and "resolutions" not in said,
        "day": date.fromisoformat(values["published"])
        if "published" in said
        else _own_day(row, before, programme),
        "flagged": row["date_flag"] is not None and "published" not in said,
        "same_as": same_as if same_as != row["id"] else None,
        "corrected": {field: id_ for field, (_, id_) in sorted(said.items())},
    }


def _own_day(row: Row, before: Row | None, programme: Programme) -> date:
    """As it was counted for as long as the moment stays, also after the programme's time zone has changed."""
    moment = row["published"] or row["first_seen"]
    if (
        before
        and "published" not in before["corrected"]
        and moment == (before["published"] or before["first_seen"])
    ):
        day: date = before["day"]
        return day
    return programme.day(moment)
