"""One item, after one more message about it, in whatever order they come (counting.md, Revisions; Date and period)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from config.programme import Programme
from models.cells import Counted
from models.messages import Classified, Item
from models.searching import words_of
from models.sql import Row
from models.standing import Decision, Kept, Position, decision_at

BESIDE = ("places", "level", "partner", "language", "press_column", "rules_version", "catalogue_version")
OF_DECISION = (*BESIDE, "programme", "mentions", "decided")


def fold(
    row: Row | None,
    message: Classified,
    position: Position,
    programme: Programme,
    plenum_of: Mapping[str, str],
    kept: Kept,
) -> Row:
    """The greatest (fetched_at, revision) decides; of that revision the decision that stands (models.standing); the
    first plausible date counts. What falls goes to `kept`."""
    item = message.item
    new = _decision(message, position, programme, plenum_of)
    if row is None:
        folded: Row = {"first_seen": item.fetched_at, "published": None, "published_by": ""}
        folded |= {**_as_shown(item), **new.columns()}
    else:
        folded = row | _as_decided(row, message, new, kept)
    folded["first_seen"] = min(folded["first_seen"], item.fetched_at)
    if item.claimed and not item.date_flag:
        claim = f"{item.fetched_at.timestamp():017.6f}/{item.revision}"
        if not folded["published_by"] or claim < folded["published_by"]:
            folded["published"], folded["published_by"] = item.claimed, claim
    if folded["published"]:
        folded["date_flag"] = None
    return folded


def decision_of(message: Classified) -> Row:
    """What the rules decided, apart from the item."""
    return message.model_dump(mode="json", exclude={"item", "schema_version", "generation"})


def decision_in(row: Mapping[str, Any]) -> Row:
    """The same of a stored item."""
    decided = row["decided"]
    return {
        "mentions": row["mentions"],
        "mentions_cut": decided.get("mentions_cut", False),
        "in_scope": decided["in_scope"],
        "channel": decided["channel"],
        "form": decided["form"],
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


def kept_decision(decision: Row, of: Row, plenum_of: Mapping[str, str]) -> Row:
    """The columns of an item again, from what `as_kept` gave. Older ones do not say programme and plenums: the item's
    own, and those of now."""
    mentions = decision["mentions"]
    linked = list(
        dict.fromkeys(m["resolution"] for m in mentions if m["status"] == "linked" and m["resolution"])
    )
    plenums = decision.get("plenums", _plenums(linked, plenum_of))
    return {
        **{name: decision[name] for name in BESIDE},
        "programme": decision.get("programme", of["programme"]),
        "mentions": mentions,
        "decided": {
            "in_scope": decision["in_scope"],
            "channel": decision["channel"],
            "form": decision["form"],
            "resolutions": linked,
            "plenums": plenums,
            "waiting": any(m["status"] == "ambiguous" for m in mentions),
        },
    }


def as_kept(values: Mapping[str, Any]) -> Row:
    """What stands no longer, as it is stored."""
    beside = {"programme": values["programme"], "plenums": values["decided"].get("plenums")}
    return decision_in(values) | {name: value for name, value in beside.items() if value is not None}


def _as_decided(row: Row, message: Classified, new: Decision, kept: Kept) -> Row:
    """What the message changes of the row."""
    item = message.item
    old = decision_at(row, lambda: {name: row[name] for name in OF_DECISION})
    shown = _as_shown(item) if (item.fetched_at, item.revision) > (row["fetched_at"], row["revision"]) else {}
    if item.revision == row["revision"]:
        stands = kept.better(item.id, new, old)
    elif shown:
        kept.keep(item.id, old)
        stands = kept.better(item.id, new, kept.latest(item.id, item.revision))
    else:
        kept.keep(item.id, new)
        stands = old
    return shown if stands is old else shown | stands.columns()


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


def _decision(
    message: Classified, position: Position, programme: Programme, plenum_of: Mapping[str, str]
) -> Decision:
    return Decision(
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
        "decided": {
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
