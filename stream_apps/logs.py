"""Log lines of a worker: events with fields, for people or for machines, on standard error."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.core import BaseJsonFormatter

from config.settings import Settings
from models.log_lines import NOT_FIELDS, TextLines, json_text

QUIET = {
    "aiokafka": logging.CRITICAL,  # ten lines a second while a broker is away
    "librdkafka": logging.CRITICAL,
    "kafka": logging.CRITICAL,
    "httpx": logging.WARNING,  # it names whole addresses, and a webhook's may be the secret itself
    "httpcore": logging.WARNING,  # it names headers
    "faust": logging.WARNING,
    "mode": logging.WARNING,
    "stream_apps.app": logging.WARNING,  # Faust speaks through the loggers of our subclasses too
    "stream_apps.transport": logging.WARNING,
}


def install_logging(settings: Settings) -> None:
    """Only entry points call this: it replaces whatever stood before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    handler.addFilter(_SaidOnce())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


class JsonLines(BaseJsonFormatter):
    """One object a line: `time`, `level`, `logger`, `event`, `exception` where there is one, then the event's own fields."""

    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger", "message": "event", "exc_info": "exception"}
        super().__init__(list(names)[:3], rename_fields=names, reserved_attrs=[*NOT_FIELDS])

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        super().add_fields(log_data, record, message_dict)

    def jsonify_log_record(self, log_data: dict[str, Any]) -> str:
        return json_text(log_data, default=str)


class _SaidOnce(logging.Filter):
    """Every service on the way of a crash tells it with its traceback; worker.py tells it once."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Crashed reason=" not in str(record.msg)
