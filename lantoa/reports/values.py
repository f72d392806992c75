"""The values to which a Word template may refer, with figures and days in Vietnamese notation (docs/reports.md)."""

from collections.abc import Iterable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Mm
from docxtpl import DocxTemplate, RichText
from markupsafe import Markup

from config.programme import Programme
from lantoa.reports.charts import Chart, charts
from lantoa.reports.content import Report
from lantoa.reports.method import method
from lantoa.reports.tables import Line, Table, named_in, resolutions_in, tables
from lantoa.reports.words import day, figure, period_words, two_digits
from lantoa.views.others_words import plain, web_address
from models.counting.figures import Figures
from models.queries.counted_states import ActivityState, ItemState

CHART_WIDTH = Mm(160)
LINK_STYLE = "Hyperlink"
BELOW = ("invited", "participants", "attendance_rate", "missing")
Named = SimpleNamespace  # a dict would not do, because `row.items` would be its method


def values(report: Report, filled: DocxTemplate) -> dict[str, object]:
    """Returns the values for one document, because links and pictures are parts of it. The language must be
    Vietnamese."""
    made = tables(report)
    drawn = charts(report, made[0])
    items = [_item(report, filled, each) for each in (*report.partner_items, *report.other_items)]
    partners = len(report.partner_items)
    return {
        "office": _letterhead(report.programme),
        "day": two_digits(report.as_of.day),
        "month": two_digits(report.as_of.month) if report.as_of.month < 3 else str(report.as_of.month),
        "year": str(report.as_of.year),
        "period": period_words(report.period),
        "paragraph": plain(report.paragraph),
        "totals": Named(**_figures(report.figures["totals"])),
        "partner": Named(**_figures(report.figures["central_partner"])),
        "tables": Named(**{table.key: _table(table) for table in made}),
        "attendance": _attendance(report),
        "charts": [_chart(filled, chart) for chart in drawn],
        "method": [plain(line) for line in method(report)],
        "partner_items": _numbered(items[:partners]),
        "other_items": _numbered(items[partners:]),
        "activities": _numbered(_activity(report, each) for each in report.activities),
    }


def _letterhead(programme: Programme) -> Named:
    own = programme.office.report
    return Named(
        above=own.above.upper(),
        issuer=(own.issuer or programme.office.name).upper(),
        abbreviation=own.abbreviation or "…",
        place=own.place or "…",
        authority=[line.upper() for line in own.authority],
        signer=own.signer,
        recipients=own.recipients,
    )


def _table(table: Table) -> Named:
    return Named(
        title=table.title,
        heading=table.heading,
        rows=_numbered(_line(line) for line in table.lines),
        total=Named(**_figures(table.total)),
    )


def _line(line: Line) -> dict[str, object]:
    return {"name": line.name, **_figures(line.figures)}


def _figures(found: Figures) -> dict[str, str]:
    return {name: figure(name, value) for name, value in found.items() if not isinstance(value, str)}


def _attendance(report: Report) -> Named:
    found = report.attendance
    below = [
        {"name": plain(unit.unit), **_figures({name: getattr(unit, name) for name in BELOW})}
        for unit in found.below
    ]
    rate, target = figure("rate", found.rate), figure("target", found.target)
    return Named(rate=rate, target=target, below=_numbered(below))


def _item(report: Report, filled: DocxTemplate, item: ItemState) -> dict[str, object]:
    return {
        "day": day(item.day),
        "outlet": named_in(report, "outlet", item.outlet),
        "title": plain(item.title),
        "link": _link(filled, plain(item.title), web_address(item.url)),
        "url": plain(item.url or ""),
        "resolutions": resolutions_in(report, item),
        "form": named_in(report, "form", item.form),
        "channel": named_in(report, "channel", item.channel),
        "waiting": item.waiting,
        "flagged": item.flagged,
    }


def _activity(report: Report, row: ActivityState) -> dict[str, object]:
    return {
        "day": day(row.day),
        "kind": named_in(report, "kind", row.kind),
        "unit": plain(row.unit),
        "place": plain(row.place),
        "title": plain(row.title),
        "resolutions": resolutions_in(report, row),
        **_figures({name: getattr(row, name) for name in ("sessions", "points", "participants", "invited")}),
    }


def _link(filled: DocxTemplate, words: str, address: str | None) -> RichText:
    if address is None:
        return RichText(words)
    links = filled.docx.part.rels
    number = f"rIdItem{len(links)}"
    links.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, number, is_external=True)
    return RichText(words or address, url_id=number, style=LINK_STYLE)


def _chart(filled: DocxTemplate, chart: Chart) -> Named:
    """Ends the text run in which the template names the picture, and begins the next one."""
    picture = filled.docx.part.new_pic_inline(BytesIO(chart.png), CHART_WIDTH)
    picture.docPr.set("descr", chart.description)
    drawing = f"<w:r><w:drawing>{picture.xml}</w:drawing></w:r>"
    markup = Markup(f'</w:t></w:r>{drawing}<w:r><w:t xml:space="preserve">')  # noqa: S704
    return Named(title=chart.title, picture=markup)


def _numbered(rows: Iterable[dict[str, Any]]) -> list[Named]:
    return [Named(number=number, **row) for number, row in enumerate(rows, 1)]
