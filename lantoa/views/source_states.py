"""The state of every source of a programme, and the result of its last fetch."""

from datetime import datetime
from typing import Any

from config.programme import Programme
from lantoa.views.source_health import health_of
from models.database import Engine
from models.queries.alarm_history import open_alarms
from models.queries.source_rows import last_fetches
from models.store.pending_pages import waiting


def health_rows(programme: Programme, engine: Engine, now: datetime) -> list[dict[str, Any]]:
    """Lists the sources, those with a problem first.

    `given` counts the new entries of the last whole day. `known` is the share of a week's entries that had been shown
    before. `waiting_pages` counts, by reason, the pages that could not be read or do not hold the piece.
    """
    with engine.connect() as connection:
        since = {source: alarm.noticed_at for source, alarm in open_alarms(connection).items()}
        pages = waiting(connection)
    listed = [
        {
            "source": source,
            "outlet": programme.sources[source].outlet,
            "problem": found.problem,
            "since": programme.day(since[source]).isoformat() if source in since else None,
            "given": found.last,
            "usual": round(found.expected.mean, 1) if found.expected else None,
            "deviation": round(found.expected.deviation, 1) if found.expected else None,
            "known": None if found.known_share is None else round(found.known_share, 2),
            "waiting_pages": [
                {"reason": reason, "pages": count} for reason, count in pages.get(source, {}).items()
            ],
        }
        for source, found in health_of(engine, programme, now).items()
    ]
    return sorted(listed, key=lambda row: row["problem"] is None)


def rows(programme: Programme, engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        fetched = last_fetches(connection)
    listed = []
    for source in programme.sources.values():
        last = fetched.get(source.id)
        listed.append(
            {
                "source": source.id,
                "outlet": source.outlet,
                "level": programme.outlets[source.outlet].level,
                "kind": source.kind,
                "status": last.status if last else None,
                "reason": last.reason if last else None,
                "message": last.message if last else None,
                "fetched": last.fetched_at.astimezone(programme.timezone).isoformat("T", "seconds")
                if last
                else None,
                "url": source.url,
            }
        )
    return listed
