"""Writes the report as one self-contained web page, to be read, printed or sent."""

from base64 import b64encode
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lantoa.language import speaking
from lantoa.reports.charts import charts
from lantoa.reports.content import Report
from lantoa.reports.method import method
from lantoa.reports.tables import named_in, resolutions_in, tables
from lantoa.reports.words import day, figure, period_words
from lantoa.views.others_words import plain, web_address


def page(report: Report) -> bytes:
    """Returns the page in Vietnamese, encoded as UTF-8."""
    with speaking("vi"):
        made = tables(report)
        html = _environment.get_template("page.html").render(
            report=report,
            period=period_words(report.period),
            tables=made,
            charts=charts(report, made[0]),
            method=method(report),
            name=partial(named_in, report),
            resolutions=partial(resolutions_in, report),
        )
    return html.encode()


def _as_text(content: bytes) -> str:
    return b64encode(content).decode()


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update({"day": day, "plain": plain, "address": web_address, "base64": _as_text})
_environment.globals["figure"] = figure
