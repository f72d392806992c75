"""One item, after one more message about it, in whatever order they come (counting.md, Revisions; Date and period)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from config.programme import Programme
from models.counting.cells import Counted
from models.counting.classification_history import (
    ClassificationHistory,
    Position,
    RevisionClassification,
    classification_at,
)
from models.counting.item_words import words_of
from models.messages.item import Classified, Item
from models.stored_row import Row

BESIDE = ("places", "level", "partner", "language", "press_column", "rules_version", "catalogue_version")
OF_CLASSIFICATION = (*BESIDE, "programme", "mentions", "classified")


def fold(
    row: Row | None,
    message: Classified,
    position: Position,
    programme: Programme,
    plenum_of: Mapping[str, str],
    kept: ClassificationHistory,
) -> Row:
    """The revision with the greatest (fetched_at, revision) counts, with the classification of it that is in force
    (models.counting.classification_history), and the first plausible date. What is superseded goes to `kept`."""
    item = message.item
    new = _classification(message, position, programme, plenum_of)
    if row is None:
        folded: Row = {"first_seen": item.fetched_at, "published": None, "published_by": ""}
        folded |= {**_as_shown(item), **new.columns()}
    else:
        folded = row | _changes(row, message, new, kept)
    folded["first_seen"] = min(folded["first_seen"], item.fetched_at)
    if item.claimed and not item.date_flag:
        claim = f"{item.fetched_at.timestamp():017.6f}/{item.revision}"
        if not folded["published_by"] or claim < folded["published_by"]:
            folded["published"], folded["published_by"] = item.claimed, claim
    if folded["published"]:
        folded["date_flag"] = None
    return folded


def classification_of(message: Classified) -> Row:
    """What the rules classified, without the item itself."""
    return message.model_dump(mode="json", exclude={"item", "schema_version", "generation"})


def classification_in(row: Mapping[str, Any]) -> Row:
    """The same of a stored item."""
    classified = row["classified"]
    return {
        "mentions": row["mentions"],
        "mentions_cut": classified.get("mentions_cut", False),
        "in_scope": classified["in_scope"],
        "channel": classified["channel"],
        "form": classified["form"],
    } | {name: row[name] for name in BESIDE}


def counted(row: Mapping[str, Any]) -> Counted:
    return Counted(
        programme=row["programme"],
        counts=row["counts"],
        day=row["day"],
        outlet=row["outlet"],
        channel=row["channel"],
        form=row["form"],
        level=row["level"],
        resolutions=tuple(row["resolutions"]),
        waiting=row["waiting"],
        flagged=row["flagged"],
        story=row["story"],
    )


def from_history(stored: Row, of: Row, plenum_of: Mapping[str, str]) -> Row:
    """The columns of an item again, from what `to_history` gave. Older ones do not say programme and plenums: the item's
    own, and those of now."""
    mentions = stored["mentions"]
    linked = list(
        dict.fromkeys(m["resolution"] for m in mentions if m["status"] == "linked" and m["resolution"])
    )
    plenums = stored.get("plenums", _plenums(linked, plenum_of))
    return {
        **{name: stored[name] for name in BESIDE},
        "programme": stored.get("programme", of["programme"]),
        "mentions": mentions,
        "classified": {
            "in_scope": stored["in_scope"],
            "channel": stored["channel"],
            "form": stored["form"],
            "resolutions": linked,
            "plenums": plenums,
            "waiting": any(m["status"] == "ambiguous" for m in mentions),
        },
    }


def to_history(values: Mapping[str, Any]) -> Row:
    """A classification that is not in force any more, as `item_classification` stores it."""
    beside = {"programme": values["programme"], "plenums": values["classified"].get("plenums")}
    return classification_in(values) | {name: value for name, value in beside.items() if value is not None}


def _changes(row: Row, message: Classified, new: RevisionClassification, kept: ClassificationHistory) -> Row:
    """What the message changes of the row."""
    item = message.item
    old = classification_at(row, lambda: {name: row[name] for name in OF_CLASSIFICATION})
    shown = _as_shown(item) if (item.fetched_at, item.revision) > (row["fetched_at"], row["revision"]) else {}
    if item.revision == row["revision"]:
        current = kept.in_force(item.id, new, old)
    elif shown:
        kept.keep(item.id, old)
        current = kept.in_force(item.id, new, kept.latest(item.id, item.revision))
    else:
        kept.keep(item.id, new)
        current = old
    return shown if current is old else shown | current.columns()


def _as_shown(item: Item) -> Row:
    return {
        "id": item.id,
        "outlet": item.outlet,
        "source": item.source,
        "identity": item.identity,
        "url": item.url,
        "title": item.title,
        "words": words_of(item.title, item.lead),
        "revision": item.revision,
        "fetched_at": item.fetched_at,
        "claimed": item.claimed,
        "date_flag": item.date_flag,
    }


def _classification(
    message: Classified, position: Position, programme: Programme, plenum_of: Mapping[str, str]
) -> RevisionClassification:
    return RevisionClassification(
        message.item.revision,
        message.generation,
        position,
        lambda: _as_classified(message, programme, plenum_of),
    )


def _as_classified(message: Classified, programme: Programme, plenum_of: Mapping[str, str]) -> Row:
    linked = list(
        dict.fromkeys(m.resolution for m in message.mentions if m.status == "linked" and m.resolution)
    )
    return {
        "programme": programme.id,
        "level": message.level,
        "partner": message.partner,
        "language": message.language,
        "press_column": message.press_column,
        "places": list(dict.fromkeys(message.places)),
        "mentions": [_plain(asdict(m)) for m in message.mentions],
        "classified": {
            "in_scope": message.in_scope,
            "channel": message.channel,
            "form": message.form,
            "resolutions": linked,
            "plenums": _plenums(linked, plenum_of),
            "waiting": any(m.status == "ambiguous" for m in message.mentions),
        }
        | ({"mentions_cut": True} if message.mentions_cut else {}),
        "rules_version": message.rules_version,
        "catalogue_version": message.catalogue_version,
    }


def _plenums(documents: Sequence[str], plenum_of: Mapping[str, str]) -> list[str]:
    return sorted({plenum_of[each] for each in documents if each in plenum_of})


def _plain(mention: dict[str, Any]) -> dict[str, Any]:
    """As JSON gives it back, so that a stored row equals a fresh one."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in mention.items()}
