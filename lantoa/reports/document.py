"""Writes the report as a Word document from our template or the office's own, and converts it to PDF with LibreOffice."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from config.errors import LantoaError, UsageError
from config.programme import Programme
from lantoa.language import _, speaking
from lantoa.reports.content import Report
from lantoa.reports.values import values

SHIPPED = Path(__file__).parent / "template.docx"
PROGRAMS = ("soffice", "libreoffice")
CONVERSION_SECONDS = 180  # a year's report takes ten


def template_of(programme: Programme, chosen: Path | None = None) -> Path:
    """Returns the template that was chosen, otherwise that of the programme, otherwise the shipped one."""
    own = programme.office.report.template
    return chosen or (programme.folder / own if own else SHIPPED)


def document(report: Report, template: Path) -> bytes:
    """Fills the template. Raises UsageError if it is not a Word file or refers to values that no report has."""
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


def pdf(document: bytes) -> bytes:
    """Converts a Word document. Raises UsageError if there is no LibreOffice, LantoaError if it makes no PDF."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise UsageError(
            _(
                "A PDF needs LibreOffice (`soffice`), which is not installed here. Install it "
                "(on Debian: apt install libreoffice-writer), or write .docx and save it as PDF in Word."
            )
        )
    with TemporaryDirectory(prefix="lantoa-pdf-") as name:
        folder = Path(name)
        source = folder / "report.docx"
        source.write_bytes(document)
        said = _converted(program, source, folder)
        made = folder / "report.pdf"
        if not made.exists():
            text = "LibreOffice made no PDF: {reason}. Write .docx, and save it as PDF in Word."
            raise LantoaError(_(text, reason=said))
        return made.read_bytes()


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


def _converted(program: str, source: Path, folder: Path) -> str:
    """Returns the output of LibreOffice. It gets a profile of its own, because an open LibreOffice would otherwise
    take over the conversion."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=CONVERSION_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return _("it took more than {seconds} seconds", seconds=CONVERSION_SECONDS)
    return (ran.stderr or ran.stdout).strip()
