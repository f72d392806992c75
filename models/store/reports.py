"""Reports that were filed: their figures and the items behind them, and what has changed since (domain.md, rule 5)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, select

from config.errors import UsageError
from config.programme import Programme
from models.counting.period import Period
from models.messages.limits import LARGEST_SUM
from models.queries.adhoc_tallies import within
from models.queries.attendance import attendance
from models.queries.tally import partner_press, read_tallies
from models.sql import Row, table_of
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow
from models.tables.reports import ReportEntry, ReportRow

BY = (("resolution",), ("channel",), ("form",), ("level",), ("outlet",), ("month",), ("kind",), ("unit",))
ITEM = (
    "day", "outlet", "channel", "form", "level", "partner", "resolutions", "waiting", "flagged", "story", "revision",
    "generation", "corrected", "rules_version", "catalogue_version", "title", "url",
)  # fmt: skip
ACTIVITY = (
    "day", "kind", "channel", "unit", "place", "title", "resolutions", "waiting", "sessions", "points", "participants",
    "invited", "revision",
)  # fmt: skip
CONFERENCES = ("kind", "resolution")  # which the paragraph names one by one
NOT_COUNTED = frozenset(
    {"revision", "generation", "corrected", "rules_version", "catalogue_version", "title", "url"}
)
States = dict[tuple[str, str], Row]
Change = Literal["arrived", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Changed:
    """One item or activity that counts otherwise than in the filed report, and why."""

    change: Change
    kind: str
    id: str
    title: str
    fields: tuple[str, ...]
    because: str


def freeze(connection: Connection, programme: Programme, period: Period, by: str) -> int:
    """Keeps the figures and their evidence; gives the report's number. The caller owns the transaction."""
    report = table_of(ReportRow)
    row = {
        "programme": programme.id,
        "period": period.name,
        "frozen_at": datetime.now(UTC),
        "by": by,
        "figures": figures_of(connection, programme, period),
    }
    number: int = connection.execute(report.insert().returning(report.c.id), [row]).scalar_one()
    entries = [
        {"report": number, "kind": kind, "id": each, "state": state}
        for (kind, each), state in states(connection, programme, period).items()
    ]
    if entries:
        connection.execute(table_of(ReportEntry).insert(), entries)
    return number


def figures_of(connection: Connection, programme: Programme, period: Period) -> Row:
    """Totals, the sentence of the central press, the rows by each key of the report, and attendance."""
    outlets, items = partner_press(connection, programme, period)
    totals = read_tallies(connection, programme, period).totals
    rows = {",".join(by): read_tallies(connection, programme, period, by).rows for by in (*BY, CONFERENCES)}
    return {
        "totals": totals,
        "central_partner": {"outlets": outlets, "items": items},
        "rows": rows,
        "attendance": attendance(connection, programme, period).as_json(),
    }


def reports(connection: Connection, programme: Programme) -> list[Row]:
    """Oldest first."""
    report = table_of(ReportRow)
    found = connection.execute(select(report).where(report.c.programme == programme.id).order_by(report.c.id))
    return [dict(row) for row in found.mappings()]


def find_report(connection: Connection, programme: Programme, period: str | None) -> Row:
    """The last one filed, of that period if one is named. Raises UsageError."""
    found = [row for row in reports(connection, programme) if period in {None, row["period"]}]
    if not found:
        of = f" of {period}" if period else ""
        raise UsageError(
            f"no report{of} has been frozen yet. `lantoa report freeze --period 2024` freezes one"
        )
    return found[-1]


def numbered_report(connection: Connection, programme: Programme, number: int) -> Row | None:
    if not 0 <= number <= LARGEST_SUM:
        return None  # no database can be asked for it
    report = table_of(ReportRow)
    here = (report.c.programme == programme.id, report.c.id == number)
    row = connection.execute(select(report).where(*here)).mappings().first()
    return dict(row) if row else None


def changes(connection: Connection, programme: Programme, report: Row, period: Period) -> Iterator[Changed]:
    """What has arrived, gone or changed since the report was filed."""
    then, now = filed_states(connection, report["id"]), states(connection, programme, period)
    return compared(connection, then, now, report["frozen_at"])


def compared(connection: Connection, then: States, now: States, since: datetime) -> Iterator[Changed]:
    """What counts otherwise now; `since` is the moment at which it was so then."""
    for key in sorted({*then, *now}):
        old, new = then.get(key), now.get(key)
        fields = (
            tuple(
                name
                for name in (new or {})
                if old and name not in NOT_COUNTED and old.get(name) != new.get(name)
            )
            if new
            else ()
        )
        if old and new and not fields:
            continue
        change: Change = "changed" if old and new else "arrived" if new else "gone"
        kind, each = key
        current = _row(connection, kind, each)
        because = _because(kind, old, current, since)
        yield Changed(change, kind, each, (new or old or {})["title"], fields, because)


def changed_totals(then: Row, now: Row) -> list[Row]:
    """Of two results of `figures_of`: each total then and now."""
    return [
        {"figure": name, "then": then["totals"].get(name), "now": figure}
        for name, figure in now["totals"].items()
        if figure is not None or then["totals"].get(name) is not None
    ]


def filed_states(connection: Connection, report: int) -> States:
    """As it counted when the report was filed."""
    entry = table_of(ReportEntry)
    rows = connection.execute(select(entry).where(entry.c.report == report)).mappings()
    return {(row["kind"], row["id"]): row["state"] for row in rows}


def states(connection: Connection, programme: Programme, period: Period) -> States:
    """By kind (item or activity) and id: what counts now, in the plain values of JSON."""
    found: States = {}
    parts: Sequence[tuple[str, Any, tuple[str, ...]]] = (
        ("item", ItemRow, ITEM),
        ("activity", ActivityRow, ACTIVITY),
    )
    for kind, base, names in parts:
        table = table_of(base)
        statement = select(table.c.id, *(table.c[name] for name in names)).where(
            within(base, programme, period)
        )
        for row in connection.execute(statement).mappings():
            found[kind, row["id"]] = {name: _plain(row[name]) for name in names}
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _row(connection: Connection, kind: str, each: str) -> Row | None:
    table = table_of(ItemRow if kind == "item" else ActivityRow)
    row = connection.execute(select(table).where(table.c.id == each)).mappings().first()
    return dict(row) if row else None


def _because(kind: str, old: Mapping[str, Any] | None, row: Row | None, frozen_at: datetime) -> str:
    """The strongest reason first: a human's correction, then the rules' classification, then what was published."""
    if row is None:
        return "unknown"
    if kind == "activity":
        return "reported-late" if row["first_reported_at"] > frozen_at else "reported-again"
    if row["first_seen"] > frozen_at:
        return "arrived-late"
    if old is None:
        return "corrected" if row["corrected"] else "reclassified" if row["generation"] else "revised"
    if row["corrected"] != old["corrected"]:
        return "corrected"
    if row["generation"] != old["generation"]:
        return "reclassified"
    return "revised" if row["revision"] != old["revision"] else "story"
