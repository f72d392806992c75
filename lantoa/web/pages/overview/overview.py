"""The page Toàn cảnh: the year's figures in the words of the report, each with a link to its evidence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from lantoa.language import _, language
from lantoa.views.labels import named
from lantoa.views.paragraph import worded
from lantoa.web.office import Office, office_of, web_state
from lantoa.web.rendering import activities_link, cell_link, page
from models.counting.figures import Figures
from models.counting.period import Period, parse_period
from models.database import Connection, reading, state_of
from models.queries.adhoc_tallies import activity_rows
from models.queries.cell_lists import items_by_day
from models.queries.loop_states import failing
from models.queries.report_figures import CONFERENCES
from models.queries.tally import partner_press, read_tallies, stored_rows
from models.store.source_days import last_gathered

router = APIRouter()
MOST_ROWS = 12  # resolutions in the heat map
MOST_KEPT = 64  # pairs of period and language


@dataclass(frozen=True, slots=True)
class Figure:
    """One large number. `link` leads to the rows whose sum `of` equals it."""

    name: str
    value: int
    link: str
    of: str


@router.get("/")
def overview(request: Request, period: str | None = None) -> Response:
    office = office_of(request)
    span = office.period(period)
    # Read before the figures, so that a change in between is reported to the page.
    mark = web_state(request.app).change_feed.mark
    with reading(office.engine) as connection:
        content = _content(connection, office, span)
    return page(request, "overview.html", period=span, mark=mark, waits=office.waiting(span), **content)


def _content(connection: Connection, office: Office, span: Period) -> dict[str, Any]:
    """Returns the kept figures unless the database has changed, because many users look at the same year."""
    state, key = state_of(connection), (span.name, language())
    if state and (known := office.kept.get(key)) and known[0] == state:
        return known[1]
    content = _read(connection, office, span)
    if state:
        if len(office.kept) >= MOST_KEPT:
            office.kept.clear()
        office.kept[key] = state, content
    return content


def _read(connection: Connection, office: Office, span: Period) -> dict[str, object]:
    found = read_tallies(connection, office.programme, span)
    partners = partner_press(connection, office.programme, span)
    kinds = activity_rows(connection, office.programme, span, ("kind",))
    conferences = activity_rows(connection, office.programme, span, CONFERENCES)
    by = {
        name: read_tallies(connection, office.programme, span, (name,)).rows for name in ("channel", "form")
    }
    return {
        "paragraph": worded(partners, kinds, conferences, found.attendance, office.catalogue),
        "figures": large(kinds, partners, span),
        "tallies": found,
        "channels": by["channel"],
        "forms": by["form"],
        "months": months(connection, office, span),
        "weeks": weeks(connection, office, span),
        "gathered": last_gathered(connection, office.programme.sources),
        "failing": failing(connection, datetime.now(UTC)),
    }


def large(rows: Sequence[Figures], partners: tuple[int, int], span: Period) -> list[Figure]:
    """Returns the figures of the report's paragraph. `rows` are those of the activities by kind."""
    kinds = {row["kind"]: row for row in rows}
    press = cell_link(span.name, {"level": "central"}, partner="yes")
    sessions = [
        Figure(named(kind), kinds[kind]["activities"], activities_link(span.name, kind=kind), "sessions")
        for kind in ("loudspeaker_programme", "mobile_information", "oral_session")
        if kind in kinds
    ]
    attended = activities_link(span.name, kind="oral_session")
    heard = kinds.get("oral_session", {}).get("participants", 0)
    return [
        Figure(_("central partner outlets"), partners[0], press, "outlets"),
        Figure(_("items of theirs"), partners[1], press, "items"),
        *sessions,
        *([Figure(_("participants of oral sessions"), heard, attended, "participants")] if heard else []),
    ]


def months(connection: Connection, office: Office, span: Period) -> dict[str, object]:
    """Returns resolution × month of the period's first year from kept cells, the largest rows first."""
    year = span.first.year
    names = [f"{year}-{month:02}" for month in range(1, 13)]
    counts: Counter[tuple[str, str]] = Counter()
    sums: Counter[str] = Counter()
    for name in names:
        for row in stored_rows(connection, office.programme.id, name, ("resolution",)):
            if row["resolution"] and row["items"]:
                counts[row["resolution"], name] += row["items"]
                sums[row["resolution"]] += row["items"]
    rows = [resolution for resolution, _sum in sums.most_common(MOST_ROWS)]
    return {"months": names, "rows": rows, "counts": counts, "most": max(counts.values(), default=0)}


def weeks(connection: Connection, office: Office, span: Period) -> dict[str, Sequence[object]]:
    """Counts the items of each week of the period's first year and of the year before."""
    year = span.first.year
    this, before = (_by_week(connection, office, each) for each in (year, year - 1))
    return {"starts": [_monday(year, week).isoformat() for week in range(53)], "this": this, "before": before}


def _by_week(connection: Connection, office: Office, year: int) -> list[int]:
    counts: Counter[int] = Counter()
    for day, items in items_by_day(connection, office.programme, parse_period(str(year))).items():
        counts[(day - _monday(year, 0)).days // 7] += items
    return [counts[week] for week in range(53)]


def _monday(year: int, week: int) -> date:
    first = date(year, 1, 1)
    return first - timedelta(days=first.weekday()) + timedelta(weeks=week)
