"""Writes files atomically."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from config.errors import UsageError
from config.privacy import shared_mode
from lantoa.language import _


def save(out: Path, content: bytes) -> None:
    """Writes the content beside its place and moves it there when it is complete on disk. Raises UsageError."""
    beside = None
    try:
        with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name[:40]}.", delete=False) as file:
            beside = Path(file.name)
            file.write(content)
        beside.chmod(out.stat().st_mode if out.exists() else shared_mode())
        beside.replace(out)
    except OSError as error:
        if beside:
            beside.unlink(missing_ok=True)
        text = "{path} cannot be written: {reason}. Name another place with --out"
        raise UsageError(_(text, path=out, reason=error.strerror)) from error
