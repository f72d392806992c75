"""Reports an unexpected error: one clear line for the user, and the traceback for developers."""

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from config.errors import LantoaError
from config.settings import load_settings
from config.visible import said, visible
from lantoa.cli.output import err
from lantoa.language import _
from models.database import DatabaseError, is_unavailable

LARGEST = 1_000_000  # bytes of the file before a new one is begun


def report_unexpected(error: Exception) -> None:
    """Writes the traceback to logs/errors.log in the data folder. It also goes to standard error if that is not a
    terminal (the log of a service), if LANTOA_LOG_LEVEL is DEBUG, or if the file cannot be written."""
    if isinstance(error, DatabaseError) and is_unavailable(error):
        reason = said(str(error.orig))
        err().print("lantoa: " + _("The database does not answer: {reason}", reason=reason), soft_wrap=True)
        return
    trace = visible("".join(traceback.format_exception(error)))
    kept = _keep(trace)
    if kept is None or not sys.stderr.isatty() or os.environ.get("LANTOA_LOG_LEVEL", "").upper() == "DEBUG":
        sys.stderr.write(trace)
    where = _("The traceback is in {file}.", file=kept) if kept else ""
    what = _("something unexpected happened: {error}", error=f"{type(error).__name__}: {said(str(error))}")
    err().print(f"lantoa: {what}. {where}".rstrip(), soft_wrap=True)


def _keep(trace: str) -> Path | None:
    try:
        log = load_settings().data_dir / "logs" / "errors.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LARGEST:
            log.replace(log.with_suffix(".log.1"))
        with log.open("a", encoding="utf-8") as file:
            file.write(
                f"{datetime.now(UTC).isoformat(' ', 'seconds')} {visible(' '.join(sys.argv))}\n{trace}\n"
            )
    except (OSError, LantoaError):
        return None
    return log
