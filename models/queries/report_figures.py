"""The figures of a report of one period."""

from sqlalchemy import Connection

from config.programme import Programme
from models.counting.figures import Figures
from models.counting.period import Period
from models.queries.attendance import attendance
from models.queries.tally import partner_press, read_tallies

BY = (("resolution",), ("channel",), ("form",), ("level",), ("outlet",), ("month",), ("kind",), ("unit",))
CONFERENCES = ("kind", "resolution")  # which the paragraph names one by one


def figures_of(connection: Connection, programme: Programme, period: Period) -> Figures:
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


def changed_totals(then: Figures, now: Figures) -> list[Figures]:
    """Of two results of `figures_of`: each total then and now."""
    return [
        {"figure": name, "then": then["totals"].get(name), "now": figure}
        for name, figure in now["totals"].items()
        if figure is not None or then["totals"].get(name) is not None
    ]
