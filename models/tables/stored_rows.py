"""Where SQL ends: rows of the tables as the values that are counted, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

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

StoredRow = RowMapping | dict[str, Any]
V = TypeVar("V")
STATED = tuple(each.name for each in fields(ReportedActivity))
READ = tuple(each.name for each in fields(StoredReading))
CORRECTION = tuple(each.name for each in fields(StoredCorrection))


def item_of(row: StoredRow) -> StoredItem:
    shown = ShownItem(
        id=row["id"],
        outlet=row["outlet"],
        source=row["source"],
        identity=row["identity"],
        url=row["url"],
        title=row["title"],
        words=row["words"],
        revision=row["revision"],
        fetched_at=row["fetched_at"],
        claimed=row["claimed"],
    )
    date = ItemDate(row["first_seen"], row["published"], row["published_by"], row["date_flag"])
    counted = CountedState(
        day=row["day"],
        flagged=row["flagged"],
        in_scope=row["in_scope"],
        counts=row["counts"],
        same_as=row["same_as"],
        story=row["story"],
        channel=row["channel"],
        form=row["form"],
        resolutions=tuple(row["resolutions"]),
        waiting=row["waiting"],
        corrected=row["corrected"],
    )
    return StoredItem(shown, date, classification_at(row, _classification(row)), counted)


def row_of_item(item: StoredItem) -> Json:
    shown, date, current, counted = item.shown, item.date, item.classification, item.counted
    rules = current.values
    return {
        "id": shown.id,
        "outlet": shown.outlet,
        "source": shown.source,
        "identity": shown.identity,
        "url": shown.url,
        "title": shown.title,
        "words": shown.words,
        "revision": shown.revision,
        "fetched_at": shown.fetched_at,
        "claimed": shown.claimed,
        "first_seen": date.first_seen,
        "published": date.published,
        "published_by": date.published_by,
        "date_flag": date.flag,
        "day": counted.day,
        "flagged": counted.flagged,
        "programme": rules.programme,
        "in_scope": counted.in_scope,
        "counts": counted.counts,
        "same_as": counted.same_as,
        "story": counted.story,
        "channel": counted.channel,
        "form": counted.form,
        "level": rules.level,
        "partner": rules.partner,
        "language": rules.language,
        "press_column": rules.press_column,
        "waiting": counted.waiting,
        "places": rules.places,
        "mentions": rules.mentions,
        "resolutions": counted.resolutions,
        "classified": _classified_column(rules),
        "corrected": counted.corrected,
        "rules_version": rules.rules_version,
        "catalogue_version": rules.catalogue_version,
        **classification_columns(current),
    }


def item_classification_of(
    stored: Json, programme: str, plenum_of: Mapping[str, str]
) -> StoredClassification:
    """Back from `item_classification_json`. Older ones do not say programme and plenums: the item's own programme, and the
    plenums of now."""
    mentions = stored["mentions"]
    documents = _linked(mentions)
    plenums = stored["plenums"] if "plenums" in stored else plenums_of(documents, plenum_of)
    return StoredClassification(
        programme=stored.get("programme", programme),
        in_scope=stored["in_scope"],
        channel=stored["channel"],
        form=stored["form"],
        resolutions=documents,
        plenums=tuple(plenums),
        waiting=_waits(mentions),
        mentions=tuple(mentions),
        mentions_cut=stored.get("mentions_cut", False),
        places=tuple(stored["places"]),
        level=stored["level"],
        partner=stored["partner"],
        language=stored["language"],
        press_column=stored["press_column"],
        rules_version=stored["rules_version"],
        catalogue_version=stored["catalogue_version"],
    )


def item_classification_json(rules: StoredClassification) -> Json:
    """A classification that is not in force any more, as `item_classification` keeps it."""
    plenums = {} if rules.plenums is None else {"plenums": rules.plenums}
    return {**classification_json(rules), "programme": rules.programme, **plenums}


def activity_of(row: StoredRow) -> StoredActivity:
    stated = ReportedActivity(
        **{name: row[name] for name in STATED if name != "words"}, words=tuple(row["words"])
    )
    return StoredActivity(stated, row["first_reported_at"], classification_at(row, _reading(row)))


def row_of_activity(activity: StoredActivity) -> Json:
    return {
        **{name: getattr(activity.stated, name) for name in STATED},
        "first_reported_at": activity.first_reported_at,
        **activity_classification_json(activity.classification.values),
        **classification_columns(activity.classification),
    }


def activity_classification_of(stored: Json, programme: str, plenum_of: Mapping[str, str]) -> StoredReading:
    """Back from `activity_classification_json`. Older ones hold the mentions alone: the rest is as it would be classified
    now."""
    documents = _linked(stored["mentions"])
    beside = {
        "programme": programme,
        "resolutions": rows_of(documents, plenums_of(documents, plenum_of)),
        "waiting": _waits(stored["mentions"]),
    }
    return _reading(beside | stored)


def activity_classification_json(reading: StoredReading) -> Json:
    return {name: getattr(reading, name) for name in READ}


def correction_of(row: StoredRow) -> StoredCorrection:
    return StoredCorrection(**{name: row[name] for name in CORRECTION})


def row_of_correction(correction: StoredCorrection) -> Json:
    return {name: getattr(correction, name) for name in CORRECTION}


def classification_at(row: StoredRow, values: V) -> RevisionClassification[V]:
    """Of a row that has the columns of `classification_columns`."""
    position = Position(row["classified_offset"], row["classified_ms"])
    return RevisionClassification(row["revision"], row["generation"], position, values)


def classification_columns(classification: RevisionClassification[Any]) -> Json:
    """The columns in which a row keeps the place of its classification, beside the classification itself."""
    return {
        "generation": classification.generation,
        "classified_offset": classification.position.offset,
        "classified_ms": classification.position.written_ms,
    }


def _classification(row: StoredRow) -> StoredClassification:
    classified = row["classified"]
    plenums = classified.get("plenums")
    return StoredClassification(
        programme=row["programme"],
        in_scope=classified["in_scope"],
        channel=classified["channel"],
        form=classified["form"],
        resolutions=tuple(classified["resolutions"]),
        plenums=None if plenums is None else tuple(plenums),
        waiting=classified["waiting"],
        mentions=tuple(row["mentions"]),
        mentions_cut=classified.get("mentions_cut", False),
        places=tuple(row["places"]),
        level=row["level"],
        partner=row["partner"],
        language=row["language"],
        press_column=row["press_column"],
        rules_version=row["rules_version"],
        catalogue_version=row["catalogue_version"],
    )


def _classified_column(rules: StoredClassification) -> Json:
    """What a human may correct, as the rules classified it; the columns of the same names hold what counts."""
    plenums = {} if rules.plenums is None else {"plenums": rules.plenums}
    cut = {"mentions_cut": True} if rules.mentions_cut else {}
    return {
        "in_scope": rules.in_scope,
        "channel": rules.channel,
        "form": rules.form,
        "resolutions": rules.resolutions,
        **plenums,
        "waiting": rules.waiting,
        **cut,
    }


def _reading(row: StoredRow) -> StoredReading:
    lists = {name: tuple(row[name]) for name in ("resolutions", "mentions", "places")}
    return StoredReading(**{name: row[name] for name in READ} | lists)


def _linked(mentions: Iterable[Json]) -> tuple[str, ...]:
    linked = (m["resolution"] for m in mentions if m["status"] == "linked" and m["resolution"])
    return tuple(dict.fromkeys(linked))


def _waits(mentions: Iterable[Json]) -> bool:
    return any(m["status"] == "ambiguous" for m in mentions)
