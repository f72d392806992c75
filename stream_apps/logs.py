"""The log of a worker: events with fields, for people or for machines, on standard error."""

import logging
import sys
from datetime import UTC, datetime

from pythonjsonlogger.core import BaseJsonFormatter

from config.settings import Settings
from models.log_lines import NOT_FIELDS, TextLines, json_text

QUIET = {
    "aiokafka": logging.CRITICAL,  # it writes ten lines a second while a broker is unavailable
    "librdkafka": logging.CRITICAL,
    "kafka": logging.CRITICAL,
    "httpx": logging.WARNING,  # it logs whole addresses, and a webhook's address may be the secret itself
    "httpcore": logging.WARNING,  # it logs headers
    "faust": logging.WARNING,
    "mode": logging.WARNING,
    "stream_apps.app": logging.WARNING,  # Faust also logs through the loggers of our subclasses
    "stream_apps.transport": logging.WARNING,
}


def install_logging(settings: Settings) -> None:
    """Only entry points call this: it replaces the previous configuration."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    handler.addFilter(_SaidOnce())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


class JsonLines(BaseJsonFormatter):
    """One object on each line: `time`, `level`, `logger`, `event`, `exception` where there is one, then the event's
    own fields."""

    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger", "message": "event", "exc_info": "exception"}
        super().__init__(list(names)[:3], rename_fields=names, reserved_attrs=[*NOT_FIELDS])

    def add_fields(
        self, log_data: dict[str, object], record: logging.LogRecord, message_dict: dict[str, object]
    ) -> None:
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        super().add_fields(log_data, record, message_dict)

    def jsonify_log_record(self, log_data: dict[str, object]) -> str:
        return json_text(log_data, default=str)


class _SaidOnce(logging.Filter):
    """Every service that a crash passes logs its traceback; worker.py logs it once."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Crashed reason=" not in str(record.msg)
