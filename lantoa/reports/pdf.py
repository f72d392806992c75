"""A Word document as PDF, by the LibreOffice of this machine."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from config.errors import LantoaError, UsageError
from lantoa.language import _

PROGRAMS = ("soffice", "libreoffice")
PATIENCE = 180  # seconds; a year's report takes ten


def pdf(document: bytes) -> bytes:
    """Raises UsageError where there is no LibreOffice, LantoaError when it makes no PDF."""
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


def _converted(program: str, source: Path, folder: Path) -> str:
    """What it said. With a profile of its own, so that an open LibreOffice does not take the work over."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return _("it took more than {seconds} seconds", seconds=PATIENCE)
    return (ran.stderr or ran.stdout).strip()
