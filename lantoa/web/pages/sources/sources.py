"""The page Nguồn tin: the state of every source, its volume compared with what is expected, and the details of one."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from fastapi import APIRouter, HTTPException, Request, Response

from config.programme import Source
from lantoa.sources.advice import page_words, remedy
from lantoa.views.source_condition import condition
from lantoa.views.source_health import problem_words
from lantoa.views.source_states import health_rows, rows
from lantoa.web.office import Office, office_of, web_state
from lantoa.web.rendering import page
from models.database import reading
from models.queries.loop_states import failing
from models.store.source_days import fetched_on, gathered

router = APIRouter(prefix="/sources")
HEALTH = ("problem", "dead", "drift", "silent", "failed", "unfetched", "well")


@router.get("")
def sources(
    request: Request, health: str = "", outlet: str = "", day: date | None = None, failed: bool = False
) -> Response:
    """`day` selects the sources that were fetched on it, with what they had; `failed` selects those of them that
    never answered."""
    office = office_of(request)
    last = {row["source"]: row for row in rows(office.programme, office.engine)}
    merged = [
        last[row["source"]] | row for row in health_rows(office.programme, office.engine, datetime.now(UTC))
    ]
    with reading(office.engine) as connection:
        loops = failing(connection, datetime.now(UTC))
        fetched = fetched_on(connection, office.programme.sources, day) if day else None
    if fetched is not None and failed:
        fetched = {name: given for name, given in fetched.items() if not given.answered}
    found = [
        row
        for row in merged
        if _is(row, health)
        and outlet in {"", row["outlet"]}
        and (fetched is None or row["source"] in fetched)
    ]
    return page(
        request,
        "sources.html",
        rows=found,
        total=len(merged),
        failing=loops,
        gathered=gathered(day, [fetched[row["source"]] for row in found])
        if day and fetched is not None
        else None,
        asked={"health": health, "outlet": outlet},
        kinds=HEALTH,
        volume=volume,
        remedy=remedy,
        moment=datetime.fromisoformat,
    )


@router.get("/{name}")
def source(request: Request, name: str) -> Response:
    office, now = office_of(request), datetime.now(UTC)
    stated = source_of(office, name)
    with reading(office.engine) as connection:
        found = condition(connection, office.settings, office.programme, stated, now)
    fetched = found.last.fetched_at if found.last else None
    return page(
        request,
        "source.html",
        source=stated,
        outlet=office.programme.outlets[stated.outlet],
        found=found,
        waits=web_state(request.app).asked.standing(name, fetched, now),
        remedy=remedy,
        page_words=page_words,
        words=problem_words,
        volume=volume,
    )


def source_of(office: Office, name: str) -> Source:
    """Returns the source. Raises 404 if the programme does not have it."""
    if name not in office.programme.sources:
        raise HTTPException(404)
    return office.programme.sources[name]


def volume(given: int, usual: float, deviation: float) -> dict[str, object]:
    """Returns the positions in a bar of width 100: its end, the usual volume, and the range of one standard
    deviation."""
    most = max(given, usual + deviation, 1)
    places = {"given": given, "usual": usual, "least": max(usual - deviation, 0), "most": usual + deviation}
    return {name: round(100 * value / most, 1) for name, value in places.items()}


def _is(row: Mapping[str, object], health: str) -> bool:
    states = {
        "problem": bool(row["problem"]) or row["status"] == "failed",
        "failed": row["status"] == "failed",
        "unfetched": row["status"] is None,
        "well": not row["problem"] and row["status"] not in {None, "failed"},
    }
    return bool(states.get(health, health in {"", row["problem"]}))
