"""The page Toàn cảnh: the year's figures in the words of the report, each with a link to its evidence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from fastapi import APIRouter, Request, Response

from config.sheets import ActivityKind
from lantoa.language import _, language
from lantoa.views.labels import named
from lantoa.views.paragraph import Press, press_of, worded
from lantoa.web.list_address import activities_link, cell_link
from lantoa.web.office import Office, office_of, web_state
from lantoa.web.rendering import page
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
FIRST_KINDS = tuple(
    dict.fromkeys(["loudspeaker_programme", "mobile_information", "oral_session", *get_args(ActivityKind)])
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One large number. `link` leads to the rows whose sum `of` equals it."""

    name: str
    value: int
    link: str
    of: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The row of a channel or a form."""

    name: str
    items: Figure
    sessions: Figure


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the year, and the same one of the year before."""

    start: date
    this: Figure
    before: Figure


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
    press = press_of(office.programme, partners, found.totals)
    kinds = activity_rows(connection, office.programme, span, ("kind",))
    conferences = activity_rows(connection, office.programme, span, CONFERENCES)
    channels, forms = (bars(connection, office, span, key) for key in ("channel", "form"))
    return {
        "paragraph": worded(press, kinds, conferences, found.attendance, office.catalogue),
        "figures": [*press_figures(press, channels, span), *activity_figures(kinds, span)],
        "tallies": found,
        "channels": channels,
        "forms": [bar for bar in forms if bar.items.value],
        "months": months(connection, office, span),
        "weeks": weeks(connection, office, span),
        "gathered": last_gathered(connection, office.programme.sources),
        "failing": failing(connection, datetime.now(UTC)),
    }


def press_figures(press: Press, channels: Sequence[Bar], span: Period) -> list[Figure]:
    """Returns the figures of the central partners as the report's paragraph has them, and the items of each channel."""
    where: Mapping[str, str | None] = {"level": "central"}
    of_partners = [
        Figure(
            _("central partner outlets"),
            press.partners[0],
            cell_link(span.name, where, "/outlets", partner="yes"),
            "outlets",
        ),
        Figure(_("items of theirs"), press.partners[1], cell_link(span.name, where, partner="yes"), "items"),
    ]
    of_channels = [
        replace(bar.items, name=_("items: {channel}", channel=bar.name))
        for bar in channels
        if bar.items.value
    ]
    return [*(of_partners if press.has_partners else []), *of_channels]


def activity_figures(rows: Sequence[Figures], span: Period) -> list[Figure]:
    """Returns the sessions of each kind of activity, and who heard the oral ones."""
    kinds = {row["kind"]: row for row in rows}
    sessions = [
        Figure(named(kind), kinds[kind]["activities"], _of_kind(span, kind), "sessions")
        for kind in FIRST_KINDS
        if kind in kinds and kinds[kind]["activities"]
    ]
    heard = kinds.get("oral_session", {}).get("participants", 0)
    told = Figure(_("participants of oral sessions"), heard, _of_kind(span, "oral_session"), "participants")
    return [*sessions, *([told] if heard else [])]


def bars(connection: Connection, office: Office, span: Period, key: str) -> list[Bar]:
    """Returns the rows by one key, the longest first."""
    rows = read_tallies(connection, office.programme, span, (key,)).rows
    found = [_bar(office, span, {key: row[key]}, row) for row in rows]
    return sorted(found, key=lambda bar: (-bar.items.value, -bar.sessions.value, bar.name))


def _bar(office: Office, span: Period, where: Mapping[str, str | None], row: Figures) -> Bar:
    ((key, value),) = where.items()
    name = office.name(key, value)
    return Bar(
        name,
        Figure(name, row["items"], cell_link(span.name, where), "items"),
        Figure(name, row["activities"], activities_link(span.name, where), "sessions"),
    )


def _of_kind(span: Period, kind: str) -> str:
    return activities_link(span.name, {"kind": kind})


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


def weeks(connection: Connection, office: Office, span: Period) -> list[Week]:
    """Counts the items of each week of the period's first year and of the year before."""
    year = span.first.year
    this, before = (_by_week(connection, office, each) for each in (year, year - 1))
    return [
        Week(_monday(year, week), _week(year, week, this[week]), _week(year - 1, week, before[week]))
        for week in range(53)
    ]


def _week(year: int, week: int, items: int) -> Figure:
    """Ends with the year, as the counts do."""
    monday, end = _monday(year, week), date(year, 12, 31)
    first = max(monday, date(year, 1, 1))
    last = monday + min(timedelta(days=6), end - monday)  # no day behind the last of year 9999
    return Figure(str(year), items, cell_link(f"{first}..{last}", {}), "items")


def _by_week(connection: Connection, office: Office, year: int) -> Counter[int]:
    counts: Counter[int] = Counter()
    for day, items in items_by_day(connection, office.programme, parse_period(str(year))).items():
        counts[(day - _monday(year, 0)).days // 7] += items
    return counts


def _monday(year: int, week: int) -> date:
    first = date(year, 1, 1)
    return first - timedelta(days=first.weekday()) + timedelta(weeks=week)
