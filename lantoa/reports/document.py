"""The report as a Word document: a template, ours or the office's own, filled in."""

from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from config.errors import UsageError
from config.programme import Programme
from lantoa.language import _, speaking
from lantoa.reports.content import Report
from lantoa.reports.values import values

SHIPPED = Path(__file__).parent / "template.docx"


def template_of(programme: Programme, chosen: Path | None = None) -> Path:
    """The one that was named, else the programme's, else the shipped one."""
    own = programme.office.report.template
    return chosen or (programme.folder / own if own else SHIPPED)


def document(report: Report, template: Path) -> bytes:
    """Raises UsageError when the template is no Word file, or asks for what no report has."""
    filled = _opened(template)
    content = {}
    try:
        with speaking("vi"):
            content = values(report, filled)
            filled.render(content, SandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
        out = BytesIO()
        filled.save(out)
    except (TemplateError, LxmlError, TypeError) as error:
        raise UsageError(
            _(
                "{template}: {reason}. A template may name: {names}. `lantoa report template --out FILE.docx` writes the "
                "shipped one.",
                template=template,
                reason=error,
                names=", ".join(content),
            )
        ) from error
    return out.getvalue()


def _opened(template: Path) -> DocxTemplate:
    try:
        filled = DocxTemplate(template)
        filled.init_docx()
    except (OSError, OpcError, BadZipFile, KeyError, ValueError) as error:
        raise UsageError(
            _(
                "{template} is no Word document (.docx) that can be read. `lantoa report template --out FILE.docx` writes "
                "one to begin with.",
                template=template,
            )
        ) from error
    return filled
