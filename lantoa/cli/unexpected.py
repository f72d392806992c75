"""What nobody expected: one clear line for who gave the command, the traceback for who mends it."""

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from config.errors import LantoaError
from config.settings import load_settings
from config.visible import said, visible
from lantoa.cli.output import err
from lantoa.language import _
from models.database import is_unavailable

LARGEST = 1_000_000  # bytes of the file, before another one is begun


def tell(error: Exception) -> None:
    """The traceback goes to logs/errors.log in the data folder; also to standard error where that is no terminal (the log of
    a service), where LANTOA_LOG_LEVEL is DEBUG, and where the file cannot be written."""
    if isinstance(error, DBAPIError) and is_unavailable(error):
        reason = said(str(error.orig))
        err().print("lantoa: " + _("The database does not answer: {reason}", reason=reason), soft_wrap=True)
        return
    told = visible("".join(traceback.format_exception(error)))
    kept = _keep(told)
    if kept is None or not sys.stderr.isatty() or os.environ.get("LANTOA_LOG_LEVEL", "").upper() == "DEBUG":
        sys.stderr.write(told)
    where = _("The traceback is in {file}.", file=kept) if kept else ""
    what = _("something unexpected happened: {error}", error=f"{type(error).__name__}: {said(str(error))}")
    err().print(f"lantoa: {what}. {where}".rstrip(), soft_wrap=True)


def _keep(told: str) -> Path | None:
    try:
        log = load_settings().data_dir / "logs" / "errors.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LARGEST:
            log.replace(log.with_suffix(".log.1"))
        with log.open("a", encoding="utf-8") as file:
            file.write(
                f"{datetime.now(UTC).isoformat(' ', 'seconds')} {visible(' '.join(sys.argv))}\n{told}\n"
            )
    except (OSError, LantoaError):
        return None
    return log
