"""Log lines of a worker: events with fields, for people or for machines, on standard error."""

import json
import logging
import sys
from datetime import UTC, datetime

from config.settings import Settings

TEXT = "%(asctime)s %(levelname)s %(message)s"
QUIET = {
    "aiokafka": logging.CRITICAL,  # ten lines a second while a broker is away
    "librdkafka": logging.CRITICAL,
    "kafka": logging.CRITICAL,
    "faust": logging.WARNING,
    "mode": logging.WARNING,
    "stream_apps.app": logging.WARNING,  # Faust speaks through the loggers of our subclasses too
    "stream_apps.transport": logging.WARNING,
}


def install_logging(settings: Settings) -> None:
    """Only entry points call this: it replaces whatever stood before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if settings.log_format == "json" else logging.Formatter(TEXT))
    handler.addFilter(_SaidOnce())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


class _SaidOnce(logging.Filter):
    """Every service on the way of a crash tells it with its traceback; worker.py tells it once."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Crashed reason=" not in str(record.msg)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
