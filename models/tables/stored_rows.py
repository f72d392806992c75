"""Where SQL ends: rows of the tables as the values that are counted, and back.

Rows come by the thousand, so they are taken by position: ITEM_COLUMNS and ACTIVITY_COLUMNS, in the order of the fields of
those values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import itemgetter
from typing import Any

from sqlalchemy import RowMapping

from models.counting.apply_corrections import StoredCorrection
from models.counting.classification_history import Position, RevisionClassification
from models.counting.item_state import Json, classification_json
from models.counting.resolution_rows import plenums_of, rows_of
from models.counting.stored_activity import ReportedActivity, StoredActivity, StoredReading
from models.counting.stored_item import (
    CountedState,
    ItemDate,
    ShownItem,
    StoredClassification,
    StoredItem,
)

OF_SHOWN, OF_DATE, OF_STATE, OF_REPORT, OF_READING, OF_CORRECTION = (
    tuple(each.name for each in fields(kind))
    for kind in (ShownItem, ItemDate, CountedState, ReportedActivity, StoredReading, StoredCorrection)
)
SCALARS = (
    "programme", "level", "partner", "language", "press_column", "rules_version", "catalogue_version",
)  # fmt: skip
BESIDE = (*SCALARS, "mentions", "places")  # of a classification: columns of their own, beside `classified`
CORRECTABLE = ("in_scope", "channel", "form", "resolutions", "waiting")
POSITION = ("generation", "classified_offset", "classified_ms")

ITEM_COLUMNS = (*OF_SHOWN, *OF_DATE, *OF_STATE, *BESIDE, "classified", *POSITION)
DATE_AT = len(OF_SHOWN)
STATE_AT = DATE_AT + len(OF_DATE)
RULES_AT = STATE_AT + len(OF_STATE)
LISTS_AT = RULES_AT + len(SCALARS)

ACTIVITY_COLUMNS = (*OF_REPORT, "first_reported_at", *OF_READING, *POSITION)
FIRST_AT = len(OF_REPORT)
POSITION_AT = FIRST_AT + 1 + len(OF_READING)

ITEM, ACTIVITY = itemgetter(*ITEM_COLUMNS), itemgetter(*ACTIVITY_COLUMNS)
READING, CORRECTION = itemgetter(*OF_READING), itemgetter(*OF_CORRECTION)


def item_of(row: RowMapping) -> StoredItem:
    return item_from(ITEM(row))


def item_from(values: Sequence[Any]) -> StoredItem:
    """Of the values of ITEM_COLUMNS."""
    mentions, places, classified, generation, offset, written_ms = values[LISTS_AT:]
    shown = ShownItem(*values[:DATE_AT])
    rules = _classification(values[RULES_AT:LISTS_AT], mentions, places, classified)
    *state, resolutions = values[STATE_AT:RULES_AT]
    return StoredItem(
        shown,
        ItemDate(*values[DATE_AT:STATE_AT]),
        RevisionClassification(shown.revision, generation, Position(offset, written_ms), rules),
        CountedState(*(*state, tuple(resolutions))),
    )


def row_of_item(item: StoredItem) -> Json:
    rules = item.classification.values
    cut = {"mentions_cut": True} if rules.mentions_cut else {}
    return {
        **_named(OF_SHOWN, item.shown),
        **_named(OF_DATE, item.date),
        **_named(OF_STATE, item.counted),
        **_named(BESIDE, rules),
        "classified": {**_named(CORRECTABLE, rules), **_plenums(rules), **cut},
        **position_columns(item.classification),
    }


def item_classification_of(
    stored: Json, programme: str, plenum_of: Mapping[str, str]
) -> StoredClassification:
    """Back from `item_classification_json`. Older ones do not say programme and plenums: the item's own programme, and the
    plenums of now."""
    documents = _linked(stored["mentions"])
    beside = {"programme": programme, "plenums": plenums_of(documents, plenum_of)} | stored
    found = beside | {"resolutions": documents, "waiting": _is_ambiguous(stored["mentions"])}
    return _classification([found[name] for name in SCALARS], stored["mentions"], stored["places"], found)


def item_classification_json(rules: StoredClassification) -> Json:
    """A classification that is not in force any more, as `item_classification` keeps it."""
    return {**classification_json(rules), "programme": rules.programme, **_plenums(rules)}


def activity_of(row: RowMapping) -> StoredActivity:
    return activity_from(ACTIVITY(row))


def activity_from(values: Sequence[Any]) -> StoredActivity:
    """Of the values of ACTIVITY_COLUMNS."""
    *stated, words = values[:FIRST_AT]
    report = ReportedActivity(*(*stated, tuple(words)))
    generation, offset, written_ms = values[POSITION_AT:]
    reading = _reading(values[FIRST_AT + 1 : POSITION_AT])
    position = Position(offset, written_ms)
    classification = RevisionClassification(report.revision, generation, position, reading)
    return StoredActivity(report, values[FIRST_AT], classification)


def row_of_activity(activity: StoredActivity) -> Json:
    return {
        **_named(OF_REPORT, activity.stated),
        "first_reported_at": activity.first_reported_at,
        **activity_classification_json(activity.classification.values),
        **position_columns(activity.classification),
    }


def activity_classification_of(stored: Json, programme: str, plenum_of: Mapping[str, str]) -> StoredReading:
    """Back from `activity_classification_json`. Older ones hold the mentions alone: the rest is as it would be classified
    now."""
    documents = _linked(stored["mentions"])
    beside = {
        "programme": programme,
        "resolutions": rows_of(documents, plenums_of(documents, plenum_of)),
        "waiting": _is_ambiguous(stored["mentions"]),
    }
    return _reading(READING(beside | stored))


def activity_classification_json(reading: StoredReading) -> Json:
    return _named(OF_READING, reading)


def correction_of(row: RowMapping) -> StoredCorrection:
    return StoredCorrection(*CORRECTION(row))


def row_of_correction(correction: StoredCorrection) -> Json:
    return _named(OF_CORRECTION, correction)


def position_columns(classification: RevisionClassification[Any]) -> Json:
    """The columns in which a row keeps the place of its classification, beside the classification itself."""
    position = classification.position
    values = (classification.generation, position.offset, position.written_ms)
    return dict(zip(POSITION, values, strict=True))


def _classification(
    scalars: Sequence[object], mentions: Sequence[Json], places: Sequence[str], classified: Json
) -> StoredClassification:
    plenums = classified.get("plenums")
    correctable = (
        classified["in_scope"],
        classified["channel"],
        classified["form"],
        tuple(classified["resolutions"]),
        None if plenums is None else tuple(plenums),
        classified["waiting"],
        classified.get("mentions_cut", False),
    )
    return StoredClassification(*(*scalars, tuple(mentions), tuple(places), *correctable))


def _plenums(rules: StoredClassification) -> Json:
    return {} if rules.plenums is None else {"plenums": rules.plenums}


def _reading(values: Sequence[Any]) -> StoredReading:
    *scalars, resolutions, mentions, places = values
    return StoredReading(*(*scalars, tuple(resolutions), tuple(mentions), tuple(places)))


def _named(names: Iterable[str], value: object) -> Json:
    return {name: getattr(value, name) for name in names}


def _linked(mentions: Iterable[Json]) -> tuple[str, ...]:
    linked = (m["resolution"] for m in mentions if m["status"] == "linked" and m["resolution"])
    return tuple(dict.fromkeys(linked))


def _is_ambiguous(mentions: Iterable[Json]) -> bool:
    return any(m["status"] == "ambiguous" for m in mentions)
