"""Writes a report to a file. The ending of the name selects the format, and an existing file is replaced atomically."""

from collections.abc import Callable, Mapping
from pathlib import Path

from config.errors import UsageError
from lantoa.language import _
from lantoa.reports.content import Report
from lantoa.reports.document import document, pdf, template_of
from lantoa.reports.page import page
from lantoa.reports.saving import save
from lantoa.reports.workbook import workbook

WITH_TEMPLATE: Mapping[str, Callable[[Report, Path], bytes]] = {
    ".docx": document,
    ".pdf": lambda report, template: pdf(document(report, template)),
}
WITHOUT: Mapping[str, Callable[[Report], bytes]] = {".xlsx": workbook, ".html": page}


def write_report(report: Report, out: Path, template: Path | None = None) -> None:
    """Raises UsageError for a place that `check_place` refuses and for a template that cannot be used."""
    ending = check_place(out, template)
    if ending in WITHOUT:
        save(out, WITHOUT[ending](report))
    else:
        save(out, WITH_TEMPLATE[ending](report, template_of(report.programme, template)))


def check_place(out: Path, template: Path | None = None) -> str:
    """Returns the ending. It is called before the figures are read and raises UsageError if no report can be written
    there."""
    ending = out.suffix.lower()
    if ending not in (*WITH_TEMPLATE, *WITHOUT):
        known = ", ".join((*WITH_TEMPLATE, *WITHOUT))
        raise UsageError(_("{path}: the name must end in one of {endings}", path=out, endings=known))
    if template and ending in WITHOUT:
        raise UsageError(_("--template is for .docx and .pdf; {path} is written without one", path=out))
    if not out.parent.is_dir():
        raise UsageError(_("{folder} is not a folder. Make it first, or name another", folder=out.parent))
    if out.is_dir():
        raise UsageError(_("{path} is a folder. Name a file in it", path=out))
    return ending
