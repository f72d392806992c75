"""One item, after one more message about it, in whatever order they come (counting.md, Revisions; Date and period)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from config.programme import Programme
from models.cells import Counted
from models.messages import Classified
from models.searching import words_of
from models.sql import Row


def fold(row: Row | None, message: Classified, programme: Programme) -> Row:
    """The greatest (fetched_at, revision, generation) decides; the first plausible date counts."""
    item = message.item
    folded: Row = dict(row) if row else {"first_seen": item.fetched_at, "published": None, "published_by": ""}
    if row is None or standing(message) >= (row["fetched_at"], row["revision"], row["generation"]):
        folded.update(_as_won(message, programme))
    folded["first_seen"] = min(folded["first_seen"], item.fetched_at)
    if item.claimed and not item.date_flag:
        claim = f"{item.fetched_at.timestamp():017.6f}/{item.revision}"
        if not folded["published_by"] or claim < folded["published_by"]:
            folded["published"], folded["published_by"] = item.claimed, claim
    if folded["published"]:
        folded["date_flag"] = None
    return folded


def standing(message: Classified) -> tuple[Any, ...]:
    return message.item.fetched_at, message.item.revision, message.generation


def decision_of(message: Classified) -> Row:
    """What the rules decided, apart from the item: as it is kept to be returned."""
    return message.model_dump(mode="json", exclude={"item", "schema_version", "generation"})


def decision_in(row: Mapping[str, Any]) -> Row:
    """The same of a stored item."""
    decided = row["decided"]
    return {
        "mentions": row["mentions"],
        "in_scope": decided["in_scope"],
        "channel": decided["channel"],
        "form": decided["form"],
    } | {
        name: row[name]
        for name in (
            "places",
            "level",
            "partner",
            "language",
            "press_column",
            "rules_version",
            "catalogue_version",
        )
    }


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


def _as_won(message: Classified, programme: Programme) -> Row:
    item = message.item
    linked = dict.fromkeys(m.resolution for m in message.mentions if m.status == "linked" and m.resolution)
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
        "generation": message.generation,
        "claimed": item.claimed,
        "date_flag": item.date_flag,
        "programme": programme.id,
        "level": message.level,
        "partner": message.partner,
        "language": message.language,
        "press_column": message.press_column,
        "places": list(message.places),
        "mentions": [_plain(asdict(m)) for m in message.mentions],
        "decided": {
            "in_scope": message.in_scope,
            "channel": message.channel,
            "form": message.form,
            "resolutions": list(linked),
            "waiting": any(m.status == "ambiguous" for m in message.mentions),
        },
        "rules_version": message.rules_version,
        "catalogue_version": message.catalogue_version,
    }


def _plain(mention: dict[str, Any]) -> dict[str, Any]:
    """As JSON gives it back, so that a stored row equals a fresh one."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in mention.items()}
