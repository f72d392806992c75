"""Corrections applied to what the rules classified: a human has the last word (counting.md, Corrections)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config.programme import Programme
from models.counting.date_and_period import own_day
from models.counting.resolution_rows import plenums_of, rows_of
from models.counting.stored_item import CountedState, StoredItem
from models.messages.correction import Correction

FIELDS = ("in_scope", "resolutions", "channel", "form", "published", "same_as")


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    """A correction. `fields` are those that it sets, and `withdraws` is the correction that it cancels."""

    id: str
    item: str
    made_at: datetime
    by: str
    because: str
    fields: Mapping[str, Any]
    withdraws: str | None


def stored_correction(correction: Correction) -> StoredCorrection:
    return StoredCorrection(
        id=correction.id,
        item=correction.item,
        made_at=correction.made_at,
        by=correction.by,
        because=correction.because,
        fields=stated(correction),
        withdraws=correction.withdraws,
    )


def stated(correction: Correction) -> dict[str, object]:
    """The fields that a correction sets, as JSON keeps them."""
    return correction.model_dump(mode="json", include=set(FIELDS), exclude_none=True)


def latest(corrections: Iterable[StoredCorrection]) -> dict[str, tuple[Any, str]]:
    """Field → the value in force and the correction that sets it; withdrawn corrections set nothing."""
    listed = sorted(corrections, key=lambda c: (c.made_at, c.id))
    withdrawn = {c.withdraws for c in listed}
    return {
        field: (value, c.id) for c in listed if c.id not in withdrawn for field, value in c.fields.items()
    }


def apply_corrections(
    item: StoredItem,
    corrections: Sequence[StoredCorrection],
    programme: Programme,
    plenum_of: Mapping[str, str],
    before: StoredItem | None = None,
) -> CountedState:
    """How the item counts by its rules and its corrections: the latest correction per field wins (counting.md, Corrections).
    `counts` and `story` are left to those who look at other items too.

    `before` is the item as it is stored. What nothing has changed stays as it was counted, whatever the files say now.
    """
    said = latest(corrections)
    values = {field: value for field, (value, _) in said.items()}
    rules = item.classification.values
    documents = [document for document in values.get("resolutions", rules.resolutions) if document]
    as_classified = rules.plenums if "resolutions" not in said else None
    plenums = plenums_of(documents, plenum_of) if as_classified is None else as_classified
    same_as = values.get("same_as")
    return CountedState(
        day=date.fromisoformat(values["published"])
        if "published" in said
        else own_day(item, before, programme),
        flagged=item.date.date_flag is not None and "published" not in said,
        in_scope=values.get("in_scope", rules.in_scope),
        counts=item.counted.counts,
        same_as=same_as if same_as != item.id else None,
        story=item.counted.story,
        channel=values.get("channel", rules.channel),
        form=values.get("form", rules.form),
        resolutions=rows_of(documents, plenums),
        waiting=rules.waiting and "resolutions" not in said,
        corrected={field: id_ for field, (_, id_) in sorted(said.items())},
    )
